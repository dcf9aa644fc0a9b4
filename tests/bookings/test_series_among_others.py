"""A series that moves leaves others where they are, and its room to those who wait."""

from __future__ import annotations

from datetime import time

import pytest
from tests.bookings.lessons import CLEO, DAN, lesson, take
from tests.bookings.times import HOUR, WEEK, at
from tests.bookings.tuesdays import BEGINNING, tuesdays

from bookable.bookings.change_series import change_series
from bookable.bookings.hold import hold
from bookable.bookings.hold_series import hold_series
from bookable.bookings.reschedule import reschedule
from bookable.errors import SeriesConflict
from bookable.models import Claim, Session
from bookable.testing import (
    assert_never_double_booked,
    make_need,
    make_provider,
    make_service,
    make_waiting_entry,
)
from bookable.timeline.recurrence import weekly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_those_in_a_class_leave_the_others_where_they_are() -> None:
    service = lesson(capacity=3)
    series = tuesdays(service)
    other = take(service, at("10:00", 12))
    joined = take(service, at("14:00", 12))
    change_series(series, since=BEGINNING, start_time=time(14))
    other.refresh_from_db()
    assert other.session.seats_taken == 1
    assert series.bookings.get(session__start=at("14:00", 12)).session == joined.session
    assert_never_double_booked()


def test_two_who_move_into_one_class_need_a_seat_each() -> None:
    service = lesson(capacity=2)
    series = tuesdays(service, 2)
    reschedule(series.bookings.get(session__start=at("10:00", 12)), at("11:00", 5))
    full, empty = take(service, at("14:00", 5)), take(service, at("15:00", 5))
    with pytest.raises(SeriesConflict):
        change_series(series, since=BEGINNING, start_time=time(14))
    Session.objects.filter(pk=empty.session_id).update(capacity=3)
    change_series(series, since=BEGINNING, start_time=time(15))
    assert Session.objects.get(pk=empty.session_id).seats_taken == 3
    assert Session.objects.get(pk=full.session_id).seats_taken == 1
    assert_never_double_booked()


def test_two_who_leave_one_class_leave_nothing_behind() -> None:
    service = lesson(capacity=3)
    series = tuesdays(service, 2)
    reschedule(series.bookings.get(session__start=at("10:00", 12)), at("10:00", 5))
    there = take(service, at("15:00", 5))
    change_series(series, since=BEGINNING, start_time=time(15))
    assert Session.objects.get(released_at=None) == there.session
    assert_never_double_booked()


def test_bikes_move_along() -> None:
    service = make_service("Ride", capacity=4)
    make_need(service, make_provider("Ann"))
    make_need(service, make_provider("Bikes", units=2), per_seat=True)
    series = tuesdays(service, seats=2)
    change_series(series, since=at("10:00", 12), shift=WEEK)
    assert Claim.objects.filter(released_at=None).count() == 12
    assert_never_double_booked()


def test_a_held_series_moves_with_its_deadline() -> None:
    service = lesson()
    held = hold_series(service, at("10:00"), rule=weekly(count=2), customer=CLEO)
    change_series(held.series, since=BEGINNING, shift=HOUR)
    until = set(Claim.objects.filter(released_at=None).values_list("expires_at", flat=True))
    assert until == {held.bookings[0].expires_at}


def test_a_class_that_was_only_held_lasts_once_a_confirmed_one_moves_into_it() -> None:
    service = lesson(capacity=3)
    series = tuesdays(service, 1)
    there = hold(service, at("14:00"), customer=DAN)
    change_series(series, since=BEGINNING, start_time=time(14))
    assert there.session.claims.get().expires_at is None


def test_whoever_waits_is_offered_what_the_series_leaves() -> None:
    service = lesson()
    series = tuesdays(service)
    week_later = make_waiting_entry(service, at("00:00", 12), at("23:00", 12))
    today = make_waiting_entry(service, at("00:00", 6), at("23:00", 6))
    change_series(series, since=BEGINNING, shift=WEEK)
    for entry, state in ((week_later, "waiting"), (today, "waiting")):
        entry.refresh_from_db()
        assert entry.state == state
    third = make_waiting_entry(service, at("00:00", 12), at("23:00", 12))
    change_series(series, since=BEGINNING, start_time=time(15))
    week_later.refresh_from_db()
    third.refresh_from_db()
    assert (week_later.state, third.state) == ("offered", "waiting")
    assert_never_double_booked()
