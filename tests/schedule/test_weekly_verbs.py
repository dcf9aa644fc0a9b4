from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bookable.catalog.models import Provider
from bookable.errors import InvalidSchedule, NotFound, OverlappingHours
from bookable.schedule.copy_hours import copy_hours
from bookable.schedule.models import WeeklyHours
from bookable.schedule.ranges import HoursRange
from bookable.schedule.set_hours import set_hours
from bookable.testing import make_location, make_provider, set_weekly_hours

MONDAY, TUESDAY, WEDNESDAY, SUNDAY = 0, 1, 2, 6


def hours_of(provider: Provider) -> list[str]:
    return [str(hours) for hours in provider.weekly_hours.all()]


def test_hours_are_replaced(ann: Provider) -> None:
    set_weekly_hours(ann, "09:00-17:00")
    set_hours(ann, [HoursRange(MONDAY, "08:00", "12:00"), HoursRange(SUNDAY, "22:00", "06:00 +1")])
    assert hours_of(ann) == ["Monday 08:00–12:00", "Sunday 22:00–06:00 +1"]


def test_validity_and_place_are_kept(ann: Provider) -> None:
    here, since, until = make_location(), date(2026, 1, 1), date(2026, 2, 1)
    given = HoursRange(MONDAY, "09:00", "12:00", since, until, here)
    set_hours(ann, [given])
    assert HoursRange.of(ann.weekly_hours.get()) == given


def test_nobody_elses_hours_change(ann: Provider) -> None:
    bob = make_provider("Bob", weekdays=[MONDAY])
    set_hours(ann, [])
    assert hours_of(bob) == ["Monday 09:00–17:00"]


def test_hours_that_overlap_are_refused_and_leave_the_old_ones(ann: Provider) -> None:
    set_weekly_hours(ann, "09:00-17:00", weekdays=[MONDAY])
    with pytest.raises(OverlappingHours):
        set_hours(ann, [HoursRange(MONDAY, 0, 60), HoursRange(MONDAY, 30, 90)])
    assert hours_of(ann) == ["Monday 09:00–17:00"]


def test_a_key_stands_for_a_provider(ann: Provider) -> None:
    set_hours(ann.pk, [HoursRange(MONDAY, "08:00", "12:00")])
    assert hours_of(ann) == ["Monday 08:00–12:00"]


def test_a_provider_who_is_gone_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        set_hours(10**6, [])


def test_setting_hours_is_told_of_once(ann: Provider, told_by: Any) -> None:
    assert told_by(lambda: set_hours(ann, [])) == [("set_hours", ["Ann"])]


def test_setting_hours_takes_few_queries_however_many(
    ann: Provider, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        set_hours(
            ann,
            [HoursRange(day, 60 * hour, 60 * hour + 30) for day in range(7) for hour in range(24)],
        )


def test_a_day_is_copied_to_others(ann: Provider) -> None:
    set_weekly_hours(ann, "09:00-12:00", "13:00-17:00", weekdays=[MONDAY])
    set_weekly_hours(ann, "10:00-11:00", weekdays=[TUESDAY, SUNDAY])
    copy_hours(ann, MONDAY, [TUESDAY, WEDNESDAY])
    assert hours_of(ann) == [
        f"{day} {hours}"
        for day in ("Monday", "Tuesday", "Wednesday")
        for hours in ("09:00–12:00", "13:00–17:00")
    ] + ["Sunday 10:00–11:00"]


def test_a_copy_keeps_validity_and_place(ann: Provider) -> None:
    set_weekly_hours(
        ann, "09:00-12:00", weekdays=[MONDAY], location=make_location(), valid_from=date(2026, 1, 1)
    )
    [copied] = copy_hours(ann, MONDAY, [TUESDAY])
    kept = ann.weekly_hours.get(weekday=MONDAY)
    assert (copied.location, copied.valid_from) == (kept.location, kept.valid_from)


def test_a_free_day_copied_makes_days_free(ann: Provider) -> None:
    set_weekly_hours(ann, "09:00-12:00", weekdays=[TUESDAY])
    copy_hours(ann, MONDAY, [TUESDAY])
    assert hours_of(ann) == []


def test_a_day_copied_to_itself_stays(ann: Provider) -> None:
    set_weekly_hours(ann, "09:00-12:00", weekdays=[MONDAY])
    copy_hours(ann, MONDAY, [MONDAY])
    assert hours_of(ann) == ["Monday 09:00–12:00"]


def test_a_night_that_would_reach_into_the_next_day_is_not_copied(ann: Provider) -> None:
    set_weekly_hours(ann, "22:00-06:00 +1", weekdays=[MONDAY])
    set_weekly_hours(ann, "05:00-09:00", weekdays=[WEDNESDAY])
    with pytest.raises(OverlappingHours, match="Wednesday 05:00–09:00 and Tuesday 22:00–06:00"):
        copy_hours(ann, MONDAY, [TUESDAY])
    assert WeeklyHours.objects.count() == 2


def test_there_is_no_eighth_day_to_copy_to(ann: Provider) -> None:
    with pytest.raises(InvalidSchedule):
        copy_hours(ann, MONDAY, [7])


def test_copying_is_told_of_once(ann: Provider, told_by: Any) -> None:
    assert told_by(lambda: copy_hours(ann, MONDAY, [TUESDAY])) == [("copy_hours", ["Ann"])]
