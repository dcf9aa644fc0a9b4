from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bookable.catalog.models import Provider
from bookable.errors import InvalidSchedule, OverlappingHours
from bookable.schedule.clear_date_hours import clear_date_hours
from bookable.schedule.models import DateHours, DateKind
from bookable.schedule.open_days import open_days
from bookable.schedule.ranges import DateRange
from bookable.schedule.set_date_hours import set_date_hours
from bookable.testing import make_location, make_provider

FRIDAY = date(2026, 5, 1)
SATURDAY = FRIDAY + timedelta(days=1)
MORNING, NOON, EVENING = (
    DateRange("09:00", "12:00"),
    DateRange("11:00", "14:00"),
    DateRange("18:00", "20:00"),
)


def said(provider: Provider | None, day: date = FRIDAY) -> list[str]:
    rows = DateHours.objects.filter(provider=provider, date=day)
    return sorted(str(row).removeprefix(f"{day} ") for row in rows)


def test_a_date_can_have_other_hours(ann: Provider) -> None:
    set_date_hours(ann, FRIDAY, kind="instead", hours=[MORNING, EVENING])
    assert said(ann) == ["Other hours 09:00–12:00", "Other hours 18:00–20:00"]


def test_place_and_note_are_kept(ann: Provider) -> None:
    here = make_location()
    hours = [DateRange("09:00", "12:00", here)]
    [row] = set_date_hours(ann, FRIDAY, kind="extra", hours=hours, note="open house")
    assert (row.location, row.note) == (here, "open house")


def test_closing_takes_the_place_of_other_hours_but_not_of_extra_ones(ann: Provider) -> None:
    set_date_hours(ann, FRIDAY, kind="instead", hours=[MORNING])
    set_date_hours(ann, FRIDAY, kind="extra", hours=[EVENING])
    set_date_hours(ann, FRIDAY, kind="closed")
    assert said(ann) == ["Closed", "Extra hours 18:00–20:00"]


def test_extra_hours_take_the_place_of_extra_hours_only(ann: Provider) -> None:
    set_date_hours(ann, FRIDAY, kind="closed")
    set_date_hours(ann, FRIDAY, kind="extra", hours=[MORNING])
    set_date_hours(ann, FRIDAY, kind="extra", hours=[EVENING])
    assert said(ann) == ["Closed", "Extra hours 18:00–20:00"]


def test_what_is_said_for_everybody_is_kept_apart(ann: Provider) -> None:
    set_date_hours(None, FRIDAY, kind="closed")
    set_date_hours(ann, FRIDAY, kind="instead", hours=[MORNING])
    assert (said(None), said(ann)) == (["Closed"], ["Other hours 09:00–12:00"])


def test_other_dates_stay_as_they_were(ann: Provider) -> None:
    set_date_hours(ann, SATURDAY, kind="instead", hours=[MORNING])
    set_date_hours(ann, FRIDAY, kind="closed")
    assert said(ann, SATURDAY) == ["Other hours 09:00–12:00"]


@pytest.mark.parametrize(
    ("kind", "hours", "sentence"),
    [
        ("closed", [MORNING], "A closed day has no hours"),
        ("instead", [], "a day without hours is a closed one"),
        ("extra", [], "a day without hours is a closed one"),
        ("holiday", [], "“holiday” is not a kind of day"),
    ],
)
def test_kind_and_hours_must_fit(
    ann: Provider, kind: str, hours: list[DateRange], sentence: str
) -> None:
    with pytest.raises(InvalidSchedule, match=sentence):
        set_date_hours(ann, FRIDAY, kind=kind, hours=hours)


def test_hours_of_a_date_that_overlap_are_refused_and_leave_the_old_ones(ann: Provider) -> None:
    set_date_hours(ann, FRIDAY, kind="closed")
    with pytest.raises(OverlappingHours, match="09:00–12:00 and 11:00–14:00"):
        set_date_hours(ann, FRIDAY, kind="instead", hours=[MORNING, NOON])
    assert said(ann) == ["Closed"]


def test_all_that_was_said_is_taken_back(ann: Provider) -> None:
    set_date_hours(None, FRIDAY, kind="closed")
    set_date_hours(ann, FRIDAY, kind="closed")
    set_date_hours(ann, FRIDAY, kind="extra", hours=[MORNING])
    assert clear_date_hours(ann, FRIDAY) == 2
    assert (said(None), said(ann)) == (["Closed"], [])


def test_a_change_is_told_of_for_the_provider(ann: Provider, told_by: Any) -> None:
    make_provider("Bob")
    verb = lambda: set_date_hours(ann, FRIDAY, kind="closed")  # noqa: E731
    assert told_by(verb) == [("set_date_hours", ["Ann"])]


def test_a_change_for_everybody_is_told_of_for_everybody(ann: Provider, told_by: Any) -> None:
    make_provider("Bob")
    verb = lambda: set_date_hours(None, FRIDAY, kind="closed")  # noqa: E731
    assert told_by(verb) == [("set_date_hours", ["Ann", "Bob"])]


def test_taking_back_is_told_of_if_there_was_anything(ann: Provider, told_by: Any) -> None:
    set_date_hours(ann, FRIDAY, kind="closed")
    assert told_by(lambda: clear_date_hours(ann, FRIDAY)) == [("clear_date_hours", ["Ann"])]


def test_taking_back_nothing_is_not_told_of(ann: Provider, told_by: Any) -> None:
    assert told_by(lambda: clear_date_hours(ann, FRIDAY)) == []


def test_days_are_opened(ann: Provider) -> None:
    assert open_days(ann, [SATURDAY, FRIDAY, FRIDAY], [MORNING]) == [FRIDAY, SATURDAY]
    assert said(ann) == said(ann, SATURDAY) == ["Other hours 09:00–12:00"]


def test_days_that_are_open_so_already_keep_their_rows(ann: Provider, told_by: Any) -> None:
    open_days(ann, [FRIDAY], [MORNING, EVENING])
    before = set(DateHours.objects.values_list("pk", flat=True))
    assert told_by(lambda: open_days(ann, [FRIDAY], [EVENING, MORNING])) == []
    assert set(DateHours.objects.values_list("pk", flat=True)) == before


def test_days_that_are_open_at_other_hours_change(ann: Provider) -> None:
    set_date_hours(ann, FRIDAY, kind="extra", hours=[NOON])
    open_days(ann, [FRIDAY], [MORNING])
    assert open_days(ann, [FRIDAY], [EVENING]) == [FRIDAY]
    assert said(ann) == ["Extra hours 11:00–14:00", "Other hours 18:00–20:00"]


@pytest.mark.parametrize("for_everybody", [True, False])
def test_a_closed_day_is_not_opened(ann: Provider, for_everybody: bool) -> None:
    set_date_hours(None if for_everybody else ann, FRIDAY, kind=DateKind.CLOSED)
    assert open_days(ann, [FRIDAY, SATURDAY], [MORNING]) == [SATURDAY]


def test_days_can_not_be_opened_without_hours(ann: Provider) -> None:
    with pytest.raises(InvalidSchedule):
        open_days(ann, [FRIDAY], [])
