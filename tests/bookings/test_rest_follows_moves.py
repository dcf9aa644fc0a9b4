"""Until when the rest is to be paid goes with the bookings of an order, and ends with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import override_settings
from tests.bookings.times import DAY

from bookable.bookings.accept_change import accept_change
from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.actors import GUEST
from bookable.bookings.add_seats import add_seats
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_unpaid import cancel_unpaid
from bookable.bookings.confirm import confirm
from bookable.bookings.decline import decline
from bookable.bookings.expire import expire
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.move_session import move_session
from bookable.bookings.request import request
from bookable.bookings.request_change import request_change
from bookable.bookings.reschedule import reschedule
from bookable.bookings.retake import retake
from bookable.models import Booking, Order, Service, State, WaitingEntry
from bookable.testing import make_customer, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]

MONTH = 30 * DAY


def june(day: int, month: int = 6) -> datetime:
    return datetime(2030, month, day, 10, tzinfo=UTC)


SEPTEMBER = june(21, month=9)


def camp(**fields: Any) -> Service:
    """Of which a fifth is paid at once, and the rest thirty days before it, or it is cancelled."""
    terms = {"payment": "deposit", "deposit_percent": 20, "balance_days": 30, "cancel_unpaid": True}
    made = make_service("Camp", **{"price": 40_000, "horizon_days": 366, **terms, **fields})
    make_provider("Gil", offers=made)
    return made


def booked(service: Service | None = None, start: datetime | None = None) -> Booking:
    return confirm(hold(service or camp(), start or june(21), customer=make_customer()))


def two_of_one_order(**second: Any) -> list[Booking]:
    """In June and in July; the second may have other terms."""
    first, other = camp(), make_service("Hut", **{"price": 9000, "horizon_days": 366, **second})
    make_provider("Hal", offers=other)
    items = [Item(service=first, start=june(21)), Item(service=other, start=june(21, 7))]
    bookings = hold_visit(items, customer=make_customer())
    confirm(bookings[0])
    return bookings


def due_at(booking: Booking) -> datetime | None:
    return Order.objects.get(pk=booking.order_id).balance_due_at


def test_it_is_due_as_long_before_the_new_start() -> None:
    booking = booked()
    reschedule(booking, SEPTEMBER, by=GUEST)
    assert due_at(booking) == SEPTEMBER - MONTH


def test_what_was_moved_to_a_later_date_is_not_cancelled_as_unpaid_before(
    clock: FrozenClock,
) -> None:
    booking = booked()
    reschedule(booking, SEPTEMBER, by=GUEST)
    clock.move_to(june(21) - MONTH + DAY)
    assert cancel_unpaid() == 0
    clock.move_to(SEPTEMBER - MONTH)
    assert cancel_unpaid() == 1


def test_what_was_moved_to_an_earlier_date_is_due_before_it() -> None:
    booking = booked(start=SEPTEMBER)
    reschedule(booking, june(10), by=GUEST)
    assert due_at(booking) == june(10) - MONTH


def test_a_date_that_has_come_by_the_move_leaves_a_day_to_pay(clock: FrozenClock) -> None:
    booking = booked()
    clock.move_to(june(1, month=5))
    reschedule(booking, june(11, month=5), by=GUEST)
    assert due_at(booking) == june(2, month=5)
    assert cancel_unpaid() == 0


def test_moving_it_again_leaves_no_more_time_to_pay(clock: FrozenClock) -> None:
    booking = booked()
    clock.move_to(june(1, month=5))
    reschedule(booking, june(11, month=5), by=GUEST)
    clock.tick(timedelta(hours=20))
    reschedule(booking, june(12, month=5), by=GUEST)
    assert due_at(booking) == june(2, month=5)


def test_it_is_due_at_the_start_if_that_comes_first(clock: FrozenClock) -> None:
    booking = booked()
    clock.move_to(june(1, month=5) - timedelta(hours=1))
    reschedule(booking, june(1, month=5) + timedelta(hours=2), by=GUEST)
    assert due_at(booking) == june(1, month=5) + timedelta(hours=2)


def test_the_customer_is_reminded_anew_of_a_new_date() -> None:
    booking = booked()
    Order.objects.filter(pk=booking.order_id).update(reminded_at=june(1))
    reschedule(booking, SEPTEMBER)
    assert Order.objects.get(pk=booking.order_id).reminded_at is None


def test_the_reminder_stands_where_the_date_does() -> None:
    first, second = two_of_one_order()
    Order.objects.filter(pk=first.order_id).update(reminded_at=june(1))
    reschedule(second, june(22, 7))
    assert Order.objects.get(pk=first.order_id).reminded_at == june(1)


def test_it_keeps_what_was_agreed_whatever_the_service_asks_for_by_now() -> None:
    service = camp()
    booking = booked(service)
    Service.objects.filter(pk=service.pk).update(balance_days=60, cancel_unpaid=False)
    reschedule(booking, SEPTEMBER)
    assert due_at(booking) == SEPTEMBER - MONTH
    assert Order.objects.get(pk=booking.order_id).ends_unpaid


def test_a_proposal_that_is_accepted_takes_it_along() -> None:
    booking = booked()
    request_change(booking, SEPTEMBER, by=GUEST)
    accept_change(booking)
    assert due_at(booking) == SEPTEMBER - MONTH


def test_an_earlier_time_from_the_waiting_list_takes_it_along() -> None:
    service = camp()
    gone = booked(service, june(10))
    booking = booked(service, june(21))
    join_waiting_list(service, earliest=june(1), latest=june(15), booking=booking)
    cancel(gone)
    accept_offer(WaitingEntry.objects.get())
    assert due_at(booking) == june(10) - MONTH


def test_a_class_takes_it_along_for_everybody_in_it() -> None:
    service = camp(capacity=5)
    bookings = [booked(service) for _ in range(2)]
    move_session(bookings[0].session, start=SEPTEMBER)
    assert [due_at(booking) for booking in bookings] == [SEPTEMBER - MONTH] * 2


def test_of_several_bookings_the_first_date_holds() -> None:
    first, second = two_of_one_order(payment="deposit", deposit_percent=20, balance_days=10)
    assert due_at(first) == june(21) - MONTH
    reschedule(first, SEPTEMBER)
    assert due_at(first) == june(21, 7) - 10 * DAY
    reschedule(second, june(22, 7))
    assert due_at(first) == june(22, 7) - 10 * DAY


def test_what_is_cancelled_sets_no_date_for_the_others() -> None:
    first, second = two_of_one_order(payment="deposit", deposit_percent=20, balance_days=10)
    cancel(first)
    order = Order.objects.get(pk=second.order_id)
    assert order.balance_due_at == june(21, 7) - 10 * DAY
    assert not order.ends_unpaid


def test_no_date_is_left_when_nothing_that_has_one_is_booked() -> None:
    first, _second = two_of_one_order()
    cancel(first)
    assert due_at(first) is None


def test_a_request_that_is_declined_leaves_no_date() -> None:
    held = hold(camp(requires_approval=True), june(21), customer=make_customer())
    decline(request(held))
    assert due_at(held) is None


def test_what_is_taken_again_after_a_late_payment_has_its_date_again(clock: FrozenClock) -> None:
    held = hold(camp(), june(21), customer=make_customer())
    clock.tick(timedelta(minutes=11))
    expire(held.order_id)
    assert due_at(held) is None
    retake(held.order_id)
    assert due_at(held) == june(21) - MONTH


def test_further_seats_have_the_earlier_of_two_dates() -> None:
    service = camp(capacity=5)
    booking = booked(service)
    Service.objects.filter(pk=service.pk).update(balance_days=40)
    add_seats(booking, 1)
    assert due_at(booking) == june(21) - 40 * DAY
    reschedule(booking, SEPTEMBER)
    assert due_at(booking) == SEPTEMBER - 40 * DAY


def test_what_is_paid_on_the_spot_has_no_date_wherever_it_goes() -> None:
    booking = booked(camp(balance_days=None))
    reschedule(booking, SEPTEMBER)
    assert due_at(booking) is None


@override_settings(BOOKABLE={"APPROVED_MINUTES": 60})
def test_the_time_to_pay_is_that_of_an_approved_request(clock: FrozenClock) -> None:
    booking = booked()
    clock.move_to(june(1, month=5))
    reschedule(booking, june(11, month=5))
    assert due_at(booking) == june(1, month=5) + timedelta(hours=1)
    assert booking.state == State.CONFIRMED
