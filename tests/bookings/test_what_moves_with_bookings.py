"""What goes with a booking that is moved, whatever is offered by now, and what stays behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from tests.bookings.classes import book, who, yoga
from tests.bookings.every_verb import haircut
from tests.bookings.prices import euros
from tests.bookings.times import at

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.actors import GUEST
from bookable.bookings.add_seats import add_seats
from bookable.bookings.cancel import cancel
from bookable.bookings.check_in import check_in
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.move_session import move_session
from bookable.bookings.quote_move import quote_move
from bookable.bookings.reassign import reassign
from bookable.bookings.request_change import request_change
from bookable.bookings.reschedule import reschedule
from bookable.errors import SlotTaken
from bookable.models import Booking, Extra, Service, WaitingEntry
from bookable.testing import make_duration_choice, make_extra
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]

REPRICED = {
    "CANCELLATION": {
        "BACKEND": "bookable.bookings.policies.StandardTerms",
        "OPTIONS": {"reprice_moves": True},
    }
}


def of_ninety(service: Service, **fields: Any) -> Booking:
    """A booking of a length that is offered no more."""
    choice = make_duration_choice(service, 90, **fields)
    booking = book(service, at("10:00"), duration=90)
    choice.delete()
    return booking


def with_three_towels() -> Booking:
    """Of which each customer may have only one by now."""
    service = haircut()
    towel = make_extra(service, slug="towel", price=500, max_quantity=3)
    booking = book(service, at("10:00"), extras={"towel": 3})
    towel.max_quantity = 1
    towel.save()
    return booking


def there_at_half_past_nine(clock: FrozenClock, booking: Booking) -> Booking:
    clock.move_to(at("09:30"))
    return check_in(booking, by=GUEST)


def test_a_length_that_is_offered_no_more_stays() -> None:
    booking = of_ninety(haircut())
    reschedule(booking, at("14:00"))
    assert booking.session.end == at("15:30")


def test_a_length_that_is_offered_no_more_stays_with_another_provider() -> None:
    booking = of_ninety(haircut("Ann", "Bob"))
    for name in ("Ann", "Bob"):
        reassign(booking, who(name))
        assert booking.session.end == at("11:30")


def test_a_length_stays_though_the_service_has_become_longer() -> None:
    service = haircut(slot_interval=60)
    booking = book(service, at("10:00"))
    Service.objects.filter(pk=service.pk).update(duration=120)
    reschedule(booking, at("14:00"))
    assert booking.session.end == at("15:00")


def test_a_length_that_is_offered_no_more_costs_in_proportion_where_moves_are_repriced() -> None:
    with override_settings(BOOKABLE=REPRICED):
        booking = of_ninety(haircut(), price=9900)
        assert quote_move(booking, at("14:00")).after == euros(45)
        reschedule(booking, at("14:00"))
    assert booking.cost == euros(45)


def test_whoever_can_not_be_moved_with_such_a_length_is_told_so() -> None:
    service = haircut()
    booking = of_ninety(service)
    book(service, at("14:00"))
    with pytest.raises(SlotTaken) as refused:
        reschedule(booking, at("14:00"))
    assert (refused.value.reasons, refused.value.nearest) == ([], [])


def test_extras_stay_though_fewer_of_them_may_be_had_by_now() -> None:
    booking = with_three_towels()
    reschedule(booking, at("14:00"))
    assert booking.booked_extras.get().quantity == 3


@override_settings(BOOKABLE=REPRICED)
def test_extras_that_are_offered_no_more_are_still_paid_for() -> None:
    booking = with_three_towels()
    Extra.objects.update(is_active=False)
    reschedule(booking, at("14:00"))
    assert booking.cost == euros(45)


def test_there_must_still_be_enough_of_an_extra_at_the_new_time() -> None:
    service = haircut("Ann", "Bob")
    make_extra(service, slug="towel", stock=1)
    booking = book(service, at("10:00"), extras=["towel"])
    book(service, at("14:00"), extras=["towel"])
    with pytest.raises(SlotTaken):
        reschedule(booking, at("14:00"))


def test_a_party_that_is_larger_than_a_session_may_be_by_now_can_not_have_one_of_its_own() -> None:
    service = yoga(capacity=4)
    booking = book(service, at("10:00"), seats=3)
    Service.objects.filter(pk=service.pk).update(capacity=2)
    with pytest.raises(SlotTaken):
        reschedule(booking, at("14:00"))


def test_seats_can_be_added_to_a_length_that_is_offered_no_more() -> None:
    booking = of_ninety(yoga())
    assert add_seats(booking, 1).seats == 2


# Who is there already


def test_whoever_is_there_is_not_there_at_another_time(clock: FrozenClock) -> None:
    booking = there_at_half_past_nine(clock, book(haircut(), at("10:00")))
    reschedule(booking, at("10:00", 8))
    booking.refresh_from_db()
    assert booking.checked_in_at is None


def test_whoever_is_there_stays_so_with_another_provider(clock: FrozenClock) -> None:
    service = haircut("Ann", "Bob")
    booking = there_at_half_past_nine(clock, book(service, at("10:00"), provider=who("Ann")))
    reassign(booking, who("Bob"))
    booking.refresh_from_db()
    assert booking.checked_in_at == at("09:30")


def test_whoever_is_there_is_not_there_when_the_class_moves(clock: FrozenClock) -> None:
    booking = there_at_half_past_nine(clock, book(yoga(), at("10:00")))
    move_session(booking.session, start=at("10:00", 8))
    booking.refresh_from_db()
    assert booking.checked_in_at is None


def test_whoever_is_there_stays_so_when_somebody_else_gives_the_class(clock: FrozenClock) -> None:
    booking = there_at_half_past_nine(clock, book(yoga("Ann", "Bob"), at("10:00")))
    for name in ("Ann", "Bob"):
        move_session(booking.session, provider=who(name))
    booking.refresh_from_db()
    assert booking.checked_in_at == at("09:30")


def test_whoever_is_there_is_not_there_at_an_earlier_time_that_was_offered() -> None:
    service = haircut()
    gone, booking = book(service, at("11:00")), book(service, at("12:00"))
    join_waiting_list(service, earliest=at("11:00"), latest=at("11:30"), booking=booking)
    Booking.objects.filter(pk=booking.pk).update(checked_in_at=at("08:00", 4))
    cancel(gone)
    accept_offer(WaitingEntry.objects.get())
    booking.refresh_from_db()
    assert (booking.session.start, booking.checked_in_at) == (at("11:00"), None)


# What was proposed


def test_a_proposal_stands_when_somebody_else_serves() -> None:
    service = haircut("Ann", "Bob")
    booking = book(service, at("10:00"), provider=who("Ann"))
    request_change(booking, at("14:00"), by=GUEST)
    reassign(booking, who("Bob"))
    booking.refresh_from_db()
    assert booking.proposed_start == at("14:00")


def test_a_proposal_falls_when_the_booking_goes_to_another_time(clock: FrozenClock) -> None:
    booking = book(haircut(), at("10:00"))
    request_change(booking, at("14:00"), by=GUEST)
    reschedule(booking, at("14:00") + timedelta(hours=1))
    booking.refresh_from_db()
    assert booking.proposed_start is None
