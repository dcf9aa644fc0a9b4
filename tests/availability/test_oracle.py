"""The engine against an oracle that walks real time minute by minute."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.availability.building import Built, built
from tests.availability.oracle import MINUTE, Oracle, Span
from tests.availability.people import ZONES
from tests.availability.worlds import Puzzle, worlds

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "40"))

often = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
rarely = settings(often, max_examples=max(1, EXAMPLES // 2))

any_world = st.sampled_from(["alone", "pool", "needs", "places", "classes"]).flatmap(worlds)


def offered(rows: Built, low: datetime, high: datetime, **asked: Any) -> dict[Span, frozenset[int]]:
    """The slots, in the words of the oracle."""
    found = rows.service.slots(low, high, **asked)
    numbers = {provider.pk: number for number, provider in enumerate(rows.providers)}
    spans = [(slot.start, slot.end) for slot in found]
    assert spans == sorted(set(spans))
    return {
        (slot.start, slot.end): frozenset(numbers[one.pk] for one in slot.providers)
        for slot in found
    }


def serving(found: dict[Span, frozenset[int]], leaders: set[int]) -> dict[Span, frozenset[int]]:
    return {span: who & leaders for span, who in found.items()}


def check(puzzle: Puzzle, **asked: Any) -> None:
    """Asks both the same and compares when, how long and with whom."""
    expected = Oracle(puzzle.world, **asked).starts(puzzle.low, puzzle.high)
    with built(puzzle.world) as rows:
        if asked.get("provider") is not None:
            asked["provider"] = rows.providers[asked["provider"]]
        if asked.get("exclude") is not None:
            asked["exclude"] = rows.sessions[_index(puzzle, asked["exclude"])]
        if asked.get("place") is not None:
            asked["place"] = rows.places[asked["place"]]
        leaders = set(puzzle.world.needs[0].who)
        found = offered(rows, puzzle.low, puzzle.high, **asked)
        assert serving(found, leaders) == serving(expected, leaders)


def _index(puzzle: Puzzle, meeting: object) -> int:
    return next(at for at, one in enumerate(puzzle.world.meetings) if one is meeting)


@often
@given(worlds("alone"))
def test_one_provider_is_offered_exactly_when_the_oracle_says(puzzle: Puzzle) -> None:
    check(puzzle)


@often
@given(worlds("pool"))
def test_one_of_several_is_offered_exactly_when_the_oracle_says(puzzle: Puzzle) -> None:
    check(puzzle)


@often
@given(worlds("needs"), st.integers(1, 2))
def test_needs_that_overlap_are_met_exactly_when_the_oracle_says(
    puzzle: Puzzle, seats: int
) -> None:
    check(puzzle, seats=seats)


@often
@given(worlds("places"), st.data())
def test_places_are_never_mixed_as_the_oracle_says(puzzle: Puzzle, data: st.DataObject) -> None:
    places = Oracle(puzzle.world).places()
    check(puzzle, place=data.draw(st.sampled_from([None, *places])))


@often
@given(worlds("classes"), st.integers(1, 3))
def test_sessions_and_limits_count_exactly_as_the_oracle_says(puzzle: Puzzle, seats: int) -> None:
    check(puzzle, seats=seats)


@rarely
@given(any_world, st.data())
def test_a_named_provider_is_offered_exactly_when_the_oracle_says(
    puzzle: Puzzle, data: st.DataObject
) -> None:
    who = {one for need in puzzle.world.needs for one in need.who}
    check(puzzle, provider=data.draw(st.sampled_from(sorted(who))))


@rarely
@given(worlds("classes").filter(lambda puzzle: puzzle.world.meetings), st.data())
def test_a_session_that_is_left_out_stands_in_nobodys_way(
    puzzle: Puzzle, data: st.DataObject
) -> None:
    check(puzzle, exclude=data.draw(st.sampled_from(puzzle.world.meetings)))


@rarely
@given(any_world, st.floats(0, 1))
def test_the_answer_does_not_depend_on_the_window_that_is_asked(
    puzzle: Puzzle, share: float
) -> None:
    low, high = puzzle.low, puzzle.high
    middle = low + round((high - low) * share / MINUTE) * MINUTE
    middle = min(max(middle, low + MINUTE), high - MINUTE)
    with built(puzzle.world) as rows:
        whole = offered(rows, low, high)
        assert offered(rows, low, middle) | offered(rows, middle, high) == whole


@rarely
@given(any_world, st.sampled_from(ZONES))
def test_days_count_the_slots_by_the_date_on_the_zones_wall(puzzle: Puzzle, zone: str) -> None:
    with built(puzzle.world) as rows:
        counts: dict[date, int] = {}
        for start, _end in offered(rows, puzzle.low, puzzle.high):
            day = start.astimezone(ZoneInfo(zone)).date()
            counts[day] = counts.get(day, 0) + 1
        found = rows.service.days(puzzle.low, puzzle.high, zone=zone)
        assert {day.date: day.slots for day in found if day.slots} == counts


@rarely
@given(any_world)
def test_the_next_slot_is_the_first_of_all_slots(puzzle: Puzzle) -> None:
    with built(puzzle.world) as rows:
        far = max(puzzle.low, puzzle.world.now) + timedelta(days=3)
        slots = rows.service.slots(puzzle.low, far)
        found = rows.service.next_slot(puzzle.low)
        if found is not None and found.start >= far:
            found = None
        assert found == (slots[0] if slots else None)


@often
@given(any_world, st.data())
def test_a_moment_is_explained_exactly_if_it_is_not_offered(
    puzzle: Puzzle, data: st.DataObject
) -> None:
    with built(puzzle.world) as rows:
        who = sorted(puzzle.world.needs[0].who)
        provider = data.draw(st.sampled_from([None, *who]))
        asked = {} if provider is None else {"provider": rows.providers[provider]}
        starts = {start for start, _end in offered(rows, puzzle.low, puzzle.high, **asked)}
        anybodys = sorted({start for start, _end in offered(rows, puzzle.low, puzzle.high)})
        anywhere = st.integers(0, (puzzle.high - puzzle.low) // MINUTE - 1).map(
            lambda number: puzzle.low + number * MINUTE
        )
        near = st.sampled_from(anybodys) if anybodys else anywhere
        for moment in data.draw(st.lists(st.one_of(anywhere, near), min_size=1, max_size=8)):
            reasons = rows.service.explain(moment, **asked)
            assert (reasons == []) == (moment in starts), (moment, reasons)


@rarely
@given(any_world, st.lists(st.floats(0, 0.999), min_size=1, max_size=8))
def test_every_reason_is_a_sentence_about_time_that_the_start_would_occupy(
    puzzle: Puzzle, shares: list[float]
) -> None:
    world = puzzle.world
    with built(world) as rows:
        for share in shares:
            moment = puzzle.low + int((puzzle.high - puzzle.low) * share / MINUTE) * MINUTE
            low = moment - world.before * MINUTE
            high = moment + (max(world.duration, 45) + world.after) * MINUTE
            for reason in rows.service.explain(moment):
                assert reason.rule
                assert reason.code
                assert str(reason).strip()
                start, end = reason.interval or (low, high)
                assert start < high
                assert low < end
