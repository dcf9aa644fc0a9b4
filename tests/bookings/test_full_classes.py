"""Moving where a class is full: its own seats are in nobody's way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.bookings.classes import book, ride, yoga
from tests.bookings.times import at

from bookable.bookings.change_series import change_series
from bookable.bookings.confirm import confirm
from bookable.bookings.hold_series import hold_series
from bookable.bookings.reassign import reassign
from bookable.bookings.reschedule import reschedule
from bookable.errors import SlotTaken
from bookable.models import Provider
from bookable.testing import assert_never_double_booked, make_customer
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> None:
    """Monday morning."""


def test_whoever_is_given_to_the_one_who_gives_the_full_class_anyway_stays_in_it() -> None:
    service = ride(capacity=4)
    booking = book(service, at("10:00"), seats=2)
    book(service, at("10:00"), seats=2)
    before = booking.session_id
    reassign(booking, Provider.objects.get(name="Ann"))
    assert booking.session_id == before
    assert booking.last_seq == 2


def test_a_weekly_seat_moves_into_the_full_classes_that_it_leaves() -> None:
    service = yoga(capacity=2)
    weeks = [at("10:00", day) for day in (5, 12, 19)]
    others = [book(service, start) for start in (*weeks, at("10:00", day=26))]
    held = hold_series(service, weeks[0], rule="FREQ=WEEKLY;COUNT=3", customer=make_customer())
    confirm(held.bookings[0])
    moved = change_series(held.series, since=weeks[0], shift=timedelta(days=7))
    assert [one.session_id for one in moved] == [one.session_id for one in others[1:]]
    assert [one.session.seats_taken for one in moved] == [2, 2, 2]
    others[0].session.refresh_from_db()
    assert others[0].session.seats_taken == 1
    assert_never_double_booked()


def test_a_class_that_is_full_with_others_is_refused() -> None:
    service = yoga(capacity=2)
    booking = book(service, at("12:00"))
    book(service, at("10:00"), seats=2)
    with pytest.raises(SlotTaken):
        reschedule(booking, at("10:00"))
