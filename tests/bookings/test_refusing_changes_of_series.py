"""What keeps a series from being moved, and whom."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.test import override_settings
from tests.bookings.lessons import lesson, take
from tests.bookings.times import DAY, HOUR, WEEK, at
from tests.bookings.tuesdays import BEGINNING, TERMS, starts, tuesdays, verbs

from bookable.bookings.actors import GUEST
from bookable.bookings.cancel_series import cancel_series
from bookable.bookings.change_series import change_series
from bookable.bookings.reschedule import reschedule
from bookable.errors import InvalidSeries, NotAllowed, SeriesConflict, TooLate, TooOften
from bookable.models import Session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_a_date_that_stays_is_not_free_for_those_that_move() -> None:
    series = tuesdays(lesson())
    with pytest.raises(SeriesConflict) as refused:
        change_series(series, since=at("10:00", 12), shift=-WEEK)
    assert [one.start for one in refused.value.conflicts] == [at("10:00", 5)]


def test_one_date_that_is_taken_leaves_the_whole_series_as_it_was() -> None:
    service = lesson()
    series = tuesdays(service)
    take(service, at("14:00", 19))
    with pytest.raises(SeriesConflict) as refused:
        change_series(series, since=BEGINNING, start_time=time(14))
    [conflict] = refused.value.conflicts
    assert conflict.start == at("14:00", 19)
    assert [reason.code for reason in conflict.reasons] == ["booked"]
    assert at("13:00", 19) in [slot.start for slot in conflict.nearest]
    assert starts(series) == [at("10:00", day) for day in (5, 12, 19, 26)]
    assert Session.objects.filter(released_at=None).count() == 5
    assert {tuple(verbs(one)) for one in series.bookings.all()} == {("hold", "confirm")}


def test_a_limit_of_the_week_counts_what_moves_along() -> None:
    series = tuesdays(lesson(max_per_week=1), 3)
    change_series(series, since=BEGINNING, shift=2 * DAY)
    assert starts(series) == [at("10:00", day) for day in (7, 14, 21)]
    reschedule(series.bookings.get(session__start=at("10:00", 14)), at("10:00", 17))
    with pytest.raises(SeriesConflict) as refused:
        change_series(series, since=at("10:00", 17), shift=DAY)
    [conflict] = refused.value.conflicts
    assert conflict.start == at("10:00", 22)
    assert [reason.code for reason in conflict.reasons] == ["weekly_limit"]


def test_a_full_customers_limit_does_not_keep_a_series_from_moving() -> None:
    series = tuesdays(lesson(max_per_customer=4))
    change_series(series, since=at("10:00", 12), shift=HOUR)
    assert starts(series)[1] == at("11:00", 12)


def test_the_horizon_is_asked_of_the_first_that_moves() -> None:
    series = tuesdays(lesson(horizon_days=10))
    change_series(series, since=at("10:00", 19), shift=HOUR)
    change_series(series, since=BEGINNING, shift=5 * DAY)
    assert starts(series)[:2] == [at("10:00", 10), at("10:00", 17)]
    with pytest.raises(SeriesConflict) as refused:
        change_series(series, since=BEGINNING, shift=2 * WEEK)
    assert refused.value.conflicts[0].start == at("10:00", 24)
    assert [reason.code for reason in refused.value.conflicts[0].reasons] == ["horizon"]


def test_a_series_can_not_be_moved_by_more_than_a_year() -> None:
    series = tuesdays(lesson())
    for shift in (400 * DAY, -400 * DAY, timedelta.max):
        with pytest.raises(InvalidSeries, match="a year at most"):
            change_series(series, since=BEGINNING, shift=shift)


def test_staff_can_move_a_series_against_the_rules() -> None:
    series = tuesdays(lesson(), 2)
    with pytest.raises(SeriesConflict):
        change_series(series, since=BEGINNING, start_time=time(20))
    change_series(series, since=BEGINNING, start_time=time(20), override=["outside_hours"])
    assert starts(series) == [at("20:00", 5), at("20:00", 12)]
    with pytest.raises(NotAllowed):
        change_series(series, since=BEGINNING, shift=HOUR, by=GUEST, override=["outside_hours"])


def test_a_customer_may_move_a_series_as_often_and_until_when_was_agreed() -> None:
    options = {"reschedule_limit": 1, "reschedule_hours": 48}
    with override_settings(BOOKABLE={"CANCELLATION": {"BACKEND": TERMS, "OPTIONS": options}}):
        series = tuesdays(lesson())
    with pytest.raises(TooLate):
        change_series(series, since=BEGINNING, shift=HOUR, by=GUEST)
    change_series(series, since=at("10:00", 12), shift=HOUR, by=GUEST)
    assert [one.moves for one in series.bookings.order_by("session__start")] == [0, 1, 1, 1]
    with pytest.raises(TooOften):
        change_series(series, since=at("10:00", 12), shift=HOUR, by=GUEST)
    change_series(series, since=at("10:00", 12), shift=HOUR)
    assert series.bookings.get(session__start=at("12:00", 12)).moves == 1


def test_only_those_who_may_touch_its_bookings_change_a_series(django_user_model: Any) -> None:
    series = tuesdays(lesson())
    stranger = django_user_model.objects.create(username="stranger")
    with pytest.raises(NotAllowed):
        change_series(series, since=BEGINNING, shift=HOUR, by=stranger)
    with pytest.raises(NotAllowed):
        cancel_series(series, by=stranger)
    assert starts(series) == [at("10:00", day) for day in (5, 12, 19, 26)]
