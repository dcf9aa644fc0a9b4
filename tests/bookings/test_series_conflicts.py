"""Dates of a series that are taken are named, and can be left out."""

from __future__ import annotations

import pytest
from tests.bookings.lessons import CLEO, each_week, lesson, starts, take
from tests.bookings.times import at

from bookable.bookings.hold_series import hold_series
from bookable.errors import SeriesConflict
from bookable.models import Booking, Series
from bookable.testing import assert_never_double_booked, make_time_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_one_date_that_is_taken_refuses_the_series_and_says_what_is_free_instead() -> None:
    service = lesson()
    take(service, at("10:00", 12))
    with pytest.raises(SeriesConflict) as refused:
        each_week(service)
    [conflict] = refused.value.conflicts
    assert conflict.start == at("10:00", 12)
    assert [reason.code for reason in conflict.reasons] == ["booked"]
    nearest = [slot.start for slot in conflict.nearest]
    assert nearest == [at(text, 12) for text in ("09:00", "11:00", "12:00", "13:00", "14:00")]
    assert Booking.objects.filter(order__email=CLEO.email).count() == 0
    assert not Series.objects.exists()
    assert str(refused.value) == "1 of the dates is not free."


def test_every_date_that_is_taken_is_named() -> None:
    service = lesson()
    take(service, at("10:00", 12))
    make_time_off(service.offerings.get().provider, at("00:00", 19), at("23:00", 20))
    with pytest.raises(SeriesConflict) as refused:
        each_week(service)
    found = [
        (one.start, [reason.code for reason in one.reasons]) for one in refused.value.conflicts
    ]
    assert found == [(at("10:00", 12), ["booked"]), (at("10:00", 19), ["time_off"])]


def test_dates_that_are_taken_can_be_left_out() -> None:
    service = lesson()
    take(service, at("10:00", 12))
    held = each_week(service, on_conflict="skip")
    assert starts(held) == [at("10:00", 5), at("10:00", 19), at("10:00", 26)]
    assert [one.start for one in held.conflicts] == [at("10:00", 12)]
    assert [reason.code for reason in held.conflicts[0].reasons] == ["booked"]
    assert_never_double_booked()


def test_the_first_date_can_not_be_left_out() -> None:
    service = lesson()
    take(service, at("10:00", 5))
    take(service, at("10:00", 12))
    with pytest.raises(SeriesConflict) as refused:
        each_week(service, on_conflict="skip")
    assert [one.start for one in refused.value.conflicts] == [at("10:00", 5), at("10:00", 12)]
    assert not Series.objects.exists()


def test_what_is_free_instead_is_no_date_of_the_series_itself() -> None:
    service = lesson(duration=480)  # one a day
    take(service, at("09:00", 6))
    with pytest.raises(SeriesConflict) as refused:
        hold_series(service, at("09:00"), rule="FREQ=DAILY;COUNT=4", customer=CLEO)
    [conflict] = refused.value.conflicts
    nearest = [slot.start for slot in conflict.nearest]
    assert at("09:00", 4) in nearest
    assert not {at("09:00", 5), at("09:00", 7), at("09:00", 8)} & set(nearest)
