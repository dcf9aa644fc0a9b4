from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookable.timeline.intervals import (
    NEVER,
    Interval,
    blocked_starts,
    clip,
    covers,
    intersection,
    shrink,
    subtraction,
    touching,
    union,
    widen,
)

often = settings(max_examples=300, deadline=None)


def instants_of(intervals: Iterable[Interval]) -> set[int]:
    return {instant for start, end in intervals for instant in range(start, end)}


def runs(instants: Iterable[int]) -> list[Interval]:
    """The only list of sorted, disjoint, non-empty intervals that do not touch."""
    found: list[Interval] = []
    for instant in sorted(instants):
        if found and found[-1][1] == instant:
            found[-1] = (found[-1][0], instant + 1)
        else:
            found.append((instant, instant + 1))
    return found


small = st.integers(-12, 30)
length = st.integers(1, 12)
buffer = st.integers(0, 6)
anything = st.lists(st.tuples(small, small), max_size=8)
time_sets = st.frozensets(small).map(runs)


@often
@given(st.lists(anything, max_size=3))
def test_a_union_is_what_lies_in_any_set(sets: list[list[Interval]]) -> None:
    assert union(*sets) == runs(set().union(*map(instants_of, sets)))


@often
@given(time_sets, time_sets)
def test_an_intersection_is_what_lies_in_both(
    first: list[Interval], second: list[Interval]
) -> None:
    assert intersection(first, second) == runs(instants_of(first) & instants_of(second))


@often
@given(time_sets, time_sets)
def test_a_subtraction_is_what_lies_only_in_the_first(
    first: list[Interval], second: list[Interval]
) -> None:
    assert subtraction(first, second) == runs(instants_of(first) - instants_of(second))


@often
@given(time_sets, length)
def test_shrink_leaves_the_starts_that_end_inside(intervals: list[Interval], duration: int) -> None:
    inside = instants_of(intervals)
    fits = {start for start in inside if inside.issuperset(range(start, start + duration))}
    assert shrink(intervals, duration) == runs(fits)


@often
@given(anything, buffer, buffer)
def test_widen_adds_to_both_ends(intervals: list[Interval], before: int, after: int) -> None:
    wider = {
        instant + shift for instant in instants_of(intervals) for shift in range(-before, after + 1)
    }
    assert widen(intervals, before, after) == runs(wider)


@often
@given(anything, length, buffer, buffer)
def test_a_start_is_blocked_if_and_only_if_it_would_touch_what_is_taken(
    taken: list[Interval], duration: int, before: int, after: int
) -> None:
    full = instants_of(taken)
    blocked = {
        start
        for start in range(-40, 60)
        if not full.isdisjoint(range(start - before, start + duration + after))
    }
    assert blocked_starts(taken, duration, before, after) == runs(blocked)


@often
@given(time_sets, small, small)
def test_clip_keeps_what_lies_in_the_window(intervals: list[Interval], low: int, high: int) -> None:
    assert clip(intervals, low, high) == runs(instants_of(intervals) & set(range(low, high)))


@often
@given(time_sets, small)
def test_covers_tells_whether_an_instant_lies_inside(
    intervals: list[Interval], instant: int
) -> None:
    assert covers(intervals, instant) is (instant in instants_of(intervals))


@often
@given(time_sets, small, length)
def test_touching_gives_the_whole_intervals_that_share_time(
    intervals: list[Interval], low: int, duration: int
) -> None:
    window = set(range(low, low + duration))
    shared = [each for each in intervals if not window.isdisjoint(range(*each))]
    assert touching(intervals, low, low + duration) == shared


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (union, ([(5, 9), (0, 2)], [(1, 6)])),
        (intersection, ([(0, 5), (7, 9)], [(1, 8)])),
        (subtraction, ([(0, 5), (7, 9)], [(1, 8)])),
        (shrink, ([(0, 5), (7, 9)], 2)),
        (widen, ([(7, 9), (0, 5)], 2, 2)),
        (blocked_starts, ([(7, 9), (0, 5)], 2, 1, 1)),
        (clip, ([(0, 5), (7, 9)], 2, 8)),
        (touching, ([(0, 5), (7, 9)], 2, 8)),
    ],
)
def test_nothing_that_is_handed_in_is_changed(
    function: Callable[..., list[Interval]], arguments: tuple[Any, ...]
) -> None:
    before = deepcopy(arguments)
    result = function(*arguments)
    assert arguments == before
    assert all(result is not argument for argument in arguments)


def test_the_union_of_nothing_is_never() -> None:
    assert union() == []
    assert union([], NEVER) == []


def test_a_union_joins_intervals_that_only_touch() -> None:
    assert union([(0, 5)], [(5, 9)]) == [(0, 9)]


def test_a_union_leaves_a_gap_of_one_second_open() -> None:
    assert union([(0, 5), (6, 9)]) == [(0, 5), (6, 9)]


def test_a_union_swallows_what_is_nested() -> None:
    assert union([(0, 9), (2, 3)], [(4, 9)]) == [(0, 9)]


def test_a_union_drops_what_has_no_length_or_runs_backwards() -> None:
    assert union([(3, 3), (9, 1)]) == []


def test_an_interval_at_zero_is_not_taken_for_nothing() -> None:
    assert union([(-3, 0)], [(0, 2)]) == [(-3, 2)]
    assert union([(0, 1), (4, 5)]) == [(0, 1), (4, 5)]


def test_intervals_that_touch_have_nothing_in_common() -> None:
    assert intersection([(0, 5)], [(5, 9)]) == []


def test_an_intersection_with_never_is_never() -> None:
    assert intersection([(0, 5)], NEVER) == intersection(NEVER, [(0, 5)]) == []


@pytest.mark.parametrize("count", [3, 30, 300])
def test_one_interval_may_meet_many(count: int) -> None:
    many = [(10 * at, 10 * at + 5) for at in range(count)]
    assert intersection([(12, 10**6)], many) == [(12, 15), *many[2:]]
    assert intersection(many, [(12, 10**6)]) == [(12, 15), *many[2:]]


def test_subtracting_what_touches_takes_nothing() -> None:
    assert subtraction([(5, 9)], [(0, 5), (9, 12)]) == [(5, 9)]


def test_subtracting_from_the_middle_leaves_two_ends() -> None:
    assert subtraction([(0, 9)], [(3, 4)]) == [(0, 3), (4, 9)]


def test_one_interval_can_be_taken_out_of_several() -> None:
    assert subtraction([(0, 3), (4, 6), (7, 9)], [(2, 8)]) == [(0, 2), (8, 9)]


def test_a_duration_as_long_as_the_opening_fits_once() -> None:
    assert shrink([(10, 15)], 5) == [(10, 11)]


def test_a_duration_longer_than_any_opening_never_fits() -> None:
    assert shrink([(10, 15), (20, 25)], 6) == []


def test_a_start_may_end_exactly_where_something_taken_begins() -> None:
    assert not covers(blocked_starts([(100, 200)], 50), 50)
    assert covers(blocked_starts([(100, 200)], 50), 51)


def test_a_start_may_begin_exactly_where_something_taken_ends() -> None:
    assert covers(blocked_starts([(100, 200)], 50), 199)
    assert not covers(blocked_starts([(100, 200)], 50), 200)


def test_buffers_keep_their_own_side_free() -> None:
    assert blocked_starts([(100, 200)], 50, before=10, after=20) == [(31, 210)]


def test_something_taken_without_length_blocks_nothing() -> None:
    assert blocked_starts([(100, 100)], 50, before=10, after=20) == []


def test_something_taken_since_years_blocks_the_whole_window() -> None:
    blocked = blocked_starts([(-(10**9), 10**9)], 3600)
    assert subtraction([(0, 86_400)], blocked) == []


def test_widened_intervals_that_meet_become_one() -> None:
    assert widen([(0, 5), (10, 15)], before=2, after=3) == [(-2, 18)]


def test_an_empty_window_clips_everything_away() -> None:
    assert clip([(0, 9)], 5, 5) == clip([(0, 9)], 7, 3) == []


def test_the_start_lies_inside_and_the_end_does_not() -> None:
    assert covers([(5, 9)], 5)
    assert not covers([(5, 9)], 9)


def test_an_interval_that_only_touches_the_window_does_not_share_time_with_it() -> None:
    assert touching([(0, 5), (5, 9), (9, 12)], 5, 9) == [(5, 9)]


def test_touching_does_not_cut_what_reaches_out_of_the_window() -> None:
    assert touching([(0, 100)], 40, 50) == [(0, 100)]
