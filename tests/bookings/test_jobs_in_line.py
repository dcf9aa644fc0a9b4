"""Rows for which a job has nothing to do, or which fail, keep it from none of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.bookings.times import at

from bookable.bookings.cancel_unpaid import cancel_unpaid
from bookable.bookings.expire import expire_due
from bookable.bookings.free_unchecked import free_unchecked
from bookable.bookings.remind_of_balances import remind_of_balances
from bookable.events import forget_recorder, record_bookings
from bookable.models import Booking, BookingEvent, Order, Service, State
from bookable.testing import (
    make_booking,
    make_order,
    make_payment,
    make_provider,
    make_service,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

Job = Callable[..., int]


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def service() -> Service:
    return make_service(price=1000, check_in_minutes=0)


def owing(service: Service, number: int = 0, **fields: Any) -> Booking:
    """A confirmed booking of tomorrow whose rest is due by now, one after the other."""
    due = at("07:00", day=4) + timedelta(minutes=number)
    order = make_order(balance_due_at=due, ends_unpaid=True)
    return make_booking(service, at("10:00"), make_provider(), order=order, **fields)


def settled(service: Service, number: int = 0) -> Booking:
    booking = owing(service, number)
    make_payment(booking.order, 1000)
    return booking


def state_of(booking: Booking) -> str:
    booking.refresh_from_db()
    return booking.state


# -- what has nothing to be done for


def test_orders_that_are_paid_keep_nobody_from_being_reminded(service: Service) -> None:
    for number in range(2):
        settled(service, number)
    last = owing(service, 2)
    assert remind_of_balances(limit=1) == 1
    assert last.history.filter(verb="remind_of_balance").exists()


def test_orders_of_which_nothing_stands_keep_nobody_from_being_reminded(service: Service) -> None:
    owing(service, 0, state=State.CANCELLED)
    owing(service, 1, state=State.HELD)
    owing(service, 2)
    assert remind_of_balances(limit=1) == 1


def test_no_more_are_reminded_at_once_than_is_said(service: Service) -> None:
    for number in range(3):
        owing(service, number)
    assert [remind_of_balances(limit=2) for _round in range(3)] == [2, 1, 0]


def test_orders_that_are_paid_keep_nobody_from_being_cancelled(service: Service) -> None:
    paid = [settled(service, number) for number in range(2)]
    last = owing(service, 2)
    assert cancel_unpaid(limit=1) == 1
    assert [state_of(one) for one in (*paid, last)] == [
        State.CONFIRMED,
        State.CONFIRMED,
        State.CANCELLED,
    ]


def test_what_is_over_keeps_nobody_from_being_cancelled(service: Service) -> None:
    over = owing(service)
    over.session.start, over.session.end = at("06:00", day=4), at("07:00", day=4)
    over.session.save()
    owing(service, 1)
    assert cancel_unpaid(limit=1) == 1
    assert state_of(over) == State.CONFIRMED


def test_no_more_orders_are_cancelled_at_once_than_is_said(service: Service) -> None:
    for number in range(3):
        owing(service, number)
    assert [cancel_unpaid(limit=2) for _round in range(3)] == [2, 1, 0]


@pytest.mark.parametrize("job", [remind_of_balances, cancel_unpaid])
def test_orders_that_are_paid_are_told_from_the_others_by_one_query(
    job: Job, service: Service, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        settled(service, number)
    with django_assert_num_queries(1):
        assert job() == 0


# -- what fails


@pytest.fixture
def broken(service: Service) -> Iterator[Booking]:
    """The first of two whose turn it is, for which the site's recorder fails."""
    first = owing(service)
    key = first.pk

    def fail(event: BookingEvent) -> None:
        if event.booking_id == key:
            raise LookupError(event.booking.order.email)

    record_bookings(fail)
    yield first
    forget_recorder(fail)


def lapse() -> None:
    """Both are holds that have run out."""
    BookingEvent.objects.filter(verb="confirm").delete()
    Booking.objects.update(state=State.HELD, last_seq=1, expires_at=at("07:00", day=4))


def wait_a_day(clock: FrozenClock) -> None:
    """Both should have checked in by now."""
    clock.move_to(at("10:00"))


JOBS: dict[str, tuple[Job, State, str]] = {
    "expire_due": (expire_due, State.EXPIRED, "What has run out of the order"),
    "remind_of_balances": (remind_of_balances, State.CONFIRMED, "The customer of the order"),
    "cancel_unpaid": (cancel_unpaid, State.CANCELLED, "The unpaid order"),
    "free_unchecked": (free_unchecked, State.NO_SHOW, "The place of the booking"),
}


@pytest.mark.parametrize("name", JOBS)
def test_one_that_fails_is_logged_and_the_others_go_on(
    name: str,
    service: Service,
    broken: Booking,
    clock: FrozenClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    job, after, words = JOBS[name]
    other = owing(service, 1)
    before = State.CONFIRMED
    if job is expire_due:
        lapse()
        before = State.HELD
    if job is free_unchecked:
        wait_a_day(clock)
    assert job(limit=1) == 1
    assert (state_of(broken), state_of(other)) == (before, after)
    key = broken.uuid if job is free_unchecked else broken.order.uuid
    [record] = caplog.records
    assert record.getMessage().startswith(f"{words} {key} ")
    assert record.getMessage().endswith(": LookupError")
    assert broken.order.email not in record.getMessage()
    assert record.exc_info is not None


def test_what_failed_has_its_turn_again(service: Service, broken: Booking) -> None:
    assert remind_of_balances() == 0
    Order.objects.get(pk=broken.order_id, reminded_at=None)
