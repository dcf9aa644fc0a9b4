from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bookable.catalog.models import Provider
from bookable.errors import EmptyPeriod, InvalidSchedule, NaiveDatetime, NotFound
from bookable.schedule.add_busy_time import add_busy_time
from bookable.schedule.add_time_off import add_time_off
from bookable.schedule.models import BusyTime, TimeOff
from bookable.schedule.ranges import BusyPeriod
from bookable.schedule.remove_busy_time import remove_busy_time
from bookable.schedule.remove_time_off import remove_time_off
from bookable.schedule.replace_busy_times import replace_busy_times
from bookable.testing import make_busy_time, make_provider

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def at(hour: int) -> datetime:
    return DAY + timedelta(hours=hour)


def busy_of(provider: Provider) -> list[tuple[int, int, str | None]]:
    hour = timedelta(hours=1)
    return [
        ((row.start - DAY) // hour, (row.end - DAY) // hour, row.external_id)
        for row in provider.busy_times.all()
    ]


def take_over(provider: Provider, *times: BusyPeriod, low: int = 0, high: int = 24) -> int:
    return replace_busy_times(provider, times, source="ics", start=at(low), end=at(high))


@pytest.mark.parametrize("verb", [add_time_off, add_busy_time])
def test_a_period_must_have_a_zone(ann: Provider, verb: Callable[..., Any]) -> None:
    with pytest.raises(NaiveDatetime):
        verb(ann, at(9), at(10).replace(tzinfo=None))


@pytest.mark.parametrize("verb", [add_time_off, add_busy_time])
def test_a_period_must_not_be_empty(ann: Provider, verb: Callable[..., Any]) -> None:
    with pytest.raises(EmptyPeriod):
        verb(ann, at(9), at(9))


def test_a_provider_is_away(ann: Provider) -> None:
    absence = add_time_off(ann, at(9), at(17), note="dentist")
    assert (absence.provider, absence.end, absence.note) == (ann, at(17), "dentist")


def test_everybody_is_away(ann: Provider, told_by: Any) -> None:
    assert told_by(lambda: add_time_off(None, at(9), at(17))) == [("add_time_off", ["Ann"])]
    assert TimeOff.objects.get().provider is None


@pytest.mark.parametrize("by_key", [True, False])
def test_somebody_is_not_away_after_all(ann: Provider, told_by: Any, by_key: bool) -> None:
    absence = add_time_off(ann, at(9), at(17))
    key = absence.pk if by_key else absence
    assert told_by(lambda: remove_time_off(key)) == [("remove_time_off", ["Ann"])]
    assert not TimeOff.objects.exists()


def test_what_is_gone_can_be_removed_again(ann: Provider, told_by: Any) -> None:
    off, busy = add_time_off(None, at(9), at(17)), add_busy_time(ann, at(9), at(10))
    key, other_key = off.pk, busy.pk
    TimeOff.objects.all().delete()
    BusyTime.objects.all().delete()
    assert told_by(lambda: remove_time_off(key)) == []
    assert told_by(lambda: remove_busy_time(other_key)) == []


def test_somebody_is_busy(ann: Provider, told_by: Any) -> None:
    assert told_by(lambda: add_busy_time(ann, at(9), at(10))) == [("add_busy_time", ["Ann"])]
    assert BusyTime.objects.get().source == "manual"


def test_the_same_id_of_a_source_is_moved(ann: Provider) -> None:
    add_busy_time(ann, at(9), at(10), external_id="a")
    add_busy_time(ann, at(11), at(12), external_id="a")
    assert busy_of(ann) == [(11, 12, "a")]


def test_times_without_an_id_stand_side_by_side(ann: Provider) -> None:
    add_busy_time(ann, at(9), at(10))
    add_busy_time(ann, at(9), at(10))
    assert len(busy_of(ann)) == 2


def test_busy_time_is_removed(ann: Provider, told_by: Any) -> None:
    busy = make_busy_time(ann, at(9), at(10))
    assert told_by(lambda: remove_busy_time(busy)) == [("remove_busy_time", ["Ann"])]
    assert busy_of(ann) == []


def test_a_list_is_taken_over(ann: Provider) -> None:
    take_over(ann, BusyPeriod(at(8), at(9)), BusyPeriod(at(10), at(11), "a"))
    take_over(ann, BusyPeriod(at(12), at(13), "b"), BusyPeriod(at(9), at(11), "a"))
    assert busy_of(ann) == [(9, 11, "a"), (12, 13, "b")]


def test_the_same_list_again_changes_nothing(ann: Provider, told_by: Any) -> None:
    times = BusyPeriod(at(8), at(9)), BusyPeriod(at(10), at(11), "a")
    assert take_over(ann, *times) == 2
    before = list(BusyTime.objects.values_list("pk", flat=True))
    assert told_by(lambda: take_over(ann, *times)) == []
    assert list(BusyTime.objects.values_list("pk", flat=True)) == before


def test_a_moved_time_keeps_its_row(ann: Provider) -> None:
    take_over(ann, BusyPeriod(at(8), at(9), "a"))
    before = ann.busy_times.get().pk
    assert take_over(ann, BusyPeriod(at(10), at(11), "a")) == 1
    assert ann.busy_times.get().pk == before


def test_a_time_that_moves_into_the_window_is_known_by_its_id(ann: Provider) -> None:
    take_over(ann, BusyPeriod(at(30), at(31), "a"), low=24, high=48)
    take_over(ann, BusyPeriod(at(10), at(11), "a"))
    assert busy_of(ann) == [(10, 11, "a")]


def test_what_lies_outside_the_window_stays_and_is_not_taken(ann: Provider) -> None:
    take_over(ann, BusyPeriod(at(30), at(31), "tomorrow"), low=24, high=48)
    take_over(ann, BusyPeriod(at(24), at(25), "later"), BusyPeriod(at(23), at(25), "both"))
    assert busy_of(ann) == [(23, 25, "both"), (30, 31, "tomorrow")]


def test_other_sources_and_other_people_stay(ann: Provider) -> None:
    bob = make_provider("Bob")
    make_busy_time(ann, at(9), at(10))
    take_over(bob, BusyPeriod(at(9), at(10), "a"))
    assert take_over(ann) == 0
    assert (len(busy_of(ann)), len(busy_of(bob))) == (1, 1)


def test_the_same_time_given_twice_is_one(ann: Provider) -> None:
    take_over(ann, BusyPeriod(at(8), at(9)), BusyPeriod(at(8), at(9)))
    assert busy_of(ann) == [(8, 9, None)]


def test_an_id_that_comes_twice_is_refused(ann: Provider) -> None:
    with pytest.raises(InvalidSchedule, match="“a” comes twice"):
        take_over(ann, BusyPeriod(at(8), at(9), "a"), BusyPeriod(at(9), at(10), "a"))


def test_a_bad_period_in_the_list_is_refused(ann: Provider) -> None:
    with pytest.raises(EmptyPeriod):
        take_over(ann, BusyPeriod(at(9), at(8)))


def test_a_list_for_somebody_who_is_gone_is_refused(db: None) -> None:
    with pytest.raises(NotFound):
        replace_busy_times(10**6, [], source="ics", start=at(0), end=at(1))


def test_an_import_locks_nobody(ann: Provider, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(5) as asked:
        take_over(ann, *(BusyPeriod(at(hour), at(hour + 1)) for hour in range(24)))
    assert not any("FOR " in query["sql"] for query in asked.captured_queries)


def test_an_import_that_changes_something_is_told_of(ann: Provider, told_by: Any) -> None:
    changes = told_by(lambda: take_over(ann, BusyPeriod(at(8), at(9))))
    assert changes == [("replace_busy_times", ["Ann"])]
