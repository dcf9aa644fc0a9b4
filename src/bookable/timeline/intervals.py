"""Sets of time as sorted lists of disjoint half-open intervals of epoch seconds.

Every function is pure. Results never hold empty or touching intervals; wherever a
set is asked for, it must already be sorted, disjoint and not touching, which `union` makes of
anything; `shrink` would miss what fits across two intervals that touch.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeAlias

Interval: TypeAlias = tuple[int, int]
Intervals: TypeAlias = Sequence[Interval]

NEVER: Intervals = ()


def union(*sets: Iterable[Interval]) -> list[Interval]:
    """All time that lies in any of the sets; the intervals may come in any order."""
    ordered = sorted(chain.from_iterable(sets))
    merged: list[Interval] = []
    start, end = 0, 0
    for next_start, next_end in ordered:
        if next_start >= next_end:
            continue
        if start == end:
            start, end = next_start, next_end
        elif next_start <= end:
            end = max(end, next_end)
        else:
            merged.append((start, end))
            start, end = next_start, next_end
    if start < end:
        merged.append((start, end))
    return merged


def intersection(first: Intervals, second: Intervals) -> list[Interval]:
    """All time that lies in both sets."""
    if len(first) > len(second):
        first, second = second, first
    common: list[Interval] = []
    at, count = 0, len(second)
    is_far_longer = count > 8 * len(first)
    for start, end in first:
        if is_far_longer:
            at = _first_ending_after(second, start)
        while at < count and second[at][1] <= start:
            at += 1
        for index in range(at, count):
            other_start, other_end = second[index]
            if other_start >= end:
                break
            common.append(
                (
                    start if start > other_start else other_start,
                    end if end < other_end else other_end,
                )
            )
    return common


def subtraction(intervals: Intervals, taken: Intervals) -> list[Interval]:
    """The time of `intervals` that is not in `taken`."""
    left: list[Interval] = []
    index, count = 0, len(taken)
    for start, end in intervals:
        while index < count and taken[index][1] <= start:
            index += 1
        rest, at = start, index
        while at < count and taken[at][0] < end:
            if taken[at][0] > rest:
                left.append((rest, taken[at][0]))
            rest = taken[at][1]
            at += 1
        if rest < end:
            left.append((rest, end))
    return left


def shrink(intervals: Intervals, duration: int) -> list[Interval]:
    """The instants at which something of this duration can start and still end inside."""
    return [(start, end - duration + 1) for start, end in intervals if end - start >= duration]


def widen(intervals: Iterable[Interval], before: int, after: int) -> list[Interval]:
    """Every interval made longer at both ends, and joined where they now meet."""
    return union([(start - before, end + after) for start, end in intervals if start < end])


def blocked_starts(
    taken: Iterable[Interval], duration: int, before: int = 0, after: int = 0
) -> list[Interval]:
    """The instants at which a start would touch what is taken, buffers included.

    A start at s occupies [s - before, s + duration + after). It touches [a, b) exactly if
    a - duration - after < s < b + before, which on whole seconds is a half-open interval.
    """
    return widen(taken, duration + after - 1, before)


def clip(intervals: Intervals, low: int, high: int) -> list[Interval]:
    """What of the intervals lies within [low, high)."""
    return intersection(intervals, [(low, high)]) if low < high else []


def covers(intervals: Intervals, instant: int) -> bool:
    """Whether the instant lies in the set."""
    index = _first_ending_after(intervals, instant)
    return index < len(intervals) and intervals[index][0] <= instant


def touching(intervals: Intervals, low: int, high: int) -> list[Interval]:
    """The whole intervals, not clipped, that share time with [low, high)."""
    found: list[Interval] = []
    for index in range(_first_ending_after(intervals, low), len(intervals)):
        if intervals[index][0] >= high:
            break
        found.append(intervals[index])
    return found


def _first_ending_after(intervals: Intervals, instant: int) -> int:
    index = bisect_right(intervals, (instant,))
    # bisect finds the first interval that starts after the instant; the one before may still run
    return index - 1 if index and intervals[index - 1][1] > instant else index
