"""Where a service can start: (grid ∩ startable) ∪ joinable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from bookable.availability.demands import Demands
from bookable.availability.diary import SessionRow
from bookable.availability.joining import joinable, serving
from bookable.availability.lanes import Lanes
from bookable.availability.places import places_to_try
from bookable.availability.query import Query
from bookable.catalog.candidates import Candidate
from bookable.catalog.models import Provider
from bookable.schedule.models import Session
from bookable.timeline.intervals import Intervals

#: Seconds from start to end, with the starts in order.
Starts: TypeAlias = tuple[int, Sequence[range]]


#: (start, end, who can take it, the session that it means joining), in epoch seconds. A bare
#: tuple, because a year has ten thousand of them.
Offer: TypeAlias = tuple[int, int, tuple[Provider, ...], Session | None]


class Engine:
    """Answers one query. Everything is read and worked out at most once."""

    def __init__(self, query: Query, lanes: Sequence[Lanes] | None = None) -> None:
        self.query = query
        self.lanes = lanes if lanes is not None else _lanes(query)

    @cached_property
    def boards(self) -> list[Board]:
        """One board for each place in question, and for each length that it can have there."""
        query = self.query
        may_be_larger = query.kept is not None and query.kept.is_whole
        is_too_large = query.seats > query.service.capacity and not may_be_larger
        if query.refusals or is_too_large or query.within is not None:
            return []
        return [
            Board(self.query, lanes, leaders, length)
            for lanes in self.lanes
            for length, leaders in _by_length(self.query)
        ]

    @cached_property
    def sessions(self) -> list[SessionRow]:
        """Live sessions of this service with room for the seats that were asked for."""
        return [] if self.query.refusals else list(joinable(self.query, self.lanes[0]))

    @cached_property
    def joinable(self) -> list[Offer]:
        """The same sessions as offers."""
        return [
            (row.start, row.end, serving(self.query, row), row.session) for row in self.sessions
        ]

    def starts(self) -> list[Starts]:
        """Every start by its length, without asking who takes it."""
        found: dict[int, list[list[range]]] = {}
        for board in self.boards:
            found.setdefault(board.length, []).extend(board.starts())
        for start, end, _providers, _session in self.joinable:
            found.setdefault(end - start, []).append([range(start, start + 1)])
        return [(length, _merged(lists)) for length, lists in sorted(found.items())]

    def first(self) -> int | None:
        """The earliest start."""
        return min((ranges[0][0] for _length, ranges in self.starts() if ranges), default=None)

    def offers(self) -> Iterable[Offer]:
        """Every start with who can take it, in order; a session that can be joined goes first."""
        if len(self.boards) == 1 and not self.joinable:
            return self.boards[0].offers()
        found = {offer[:2]: offer for offer in reversed(self.joinable)}
        for board in self.boards:
            for offer in board.offers():
                found[offer[:2]] = _joined(found.get(offer[:2]), offer)
        return [found[key] for key in sorted(found)]


class Board:
    """The lanes at one place, for those leaders with whom it takes one length of time."""

    def __init__(
        self, query: Query, lanes: Lanes, leaders: Sequence[Candidate], length: int
    ) -> None:
        self.query = query
        self.lanes = lanes
        self.leaders = leaders
        self.length = length

    @cached_property
    def demands(self) -> Demands:
        return Demands(self.query, self.leaders)

    def starts(self) -> list[list[range]]:
        if self.demands.is_single:
            return self.lanes.starts_of_any(self.in_question, self.length)
        return [[range(offer[0], offer[0] + 1) for offer in self.offers()]]

    def offers(self) -> Iterator[Offer]:
        if self.demands.is_single:
            return self._single_offers()
        return (
            (start, start + self.length, self.who(free, on_grid), None)
            for start, free, on_grid in self.moments()
            if self.demands.met(free, on_grid)
        )

    def moments(self) -> Iterator[tuple[int, int, int]]:
        """(start, free lanes, leaders' lanes on their own grid) of every start on a grid."""
        on_grid: dict[int, int] = {}
        for candidate in self.leaders:
            bits = self.demands.bits[candidate.provider.pk]
            for start in chain.from_iterable(self.lanes.starts(candidate, self.length)):
                on_grid[start] = on_grid.get(start, 0) | bits
        moments = sorted(on_grid)
        free = self._free_at(moments)
        for index, start in enumerate(moments):
            yield start, free[index], on_grid[start]

    def who(self, free: int, on_grid: int) -> tuple[Provider, ...]:
        """Those of the first need's providers with whom all the needs can be met."""
        bits = self.demands.bits
        if self.demands.is_single:
            fitting = free & on_grid & self.demands.leader_bits
            return tuple(one.provider for one in self.leaders if bits[one.provider.pk] & fitting)
        return tuple(
            one.provider
            for one in self.leaders
            if self.demands.met_with(free, bits[one.provider.pk] & on_grid)
        )

    @cached_property
    def in_question(self) -> Sequence[Candidate]:
        """The leaders who could serve this query: all of them, or the one who was asked for."""
        if not self.demands.is_single:
            return self.leaders
        lanes = self.demands.list[0].lanes
        return [one for one in self.leaders if lanes & self.demands.bits[one.provider.pk]]

    def _single_offers(self) -> Iterator[Offer]:
        length = self.length
        if len(self.in_question) == 1:
            candidate = self.in_question[0]
            alone = (candidate.provider,)
            starts = chain.from_iterable(self.lanes.starts(candidate, length))
            return ((start, start + length, alone, None) for start in starts)
        who: dict[int, list[Provider]] = {}
        for candidate in self.in_question:
            for start in chain.from_iterable(self.lanes.starts(candidate, length)):
                who.setdefault(start, []).append(candidate.provider)
        return ((start, start + length, tuple(who[start]), None) for start in sorted(who))

    def _free_at(self, moments: Sequence[int]) -> list[int]:
        free = [0] * len(moments)
        for number, (candidate, unit) in enumerate(self.demands.lanes):
            bit = 1 << number
            intervals = self.lanes.free(candidate.provider, unit, self.length)
            for index in _indexes_within(moments, intervals):
                free[index] |= bit
        return free


def _lanes(query: Query) -> list[Lanes]:
    return [Lanes.of(replace(query, place=place)) for place in places_to_try(query)]


def _by_length(query: Query) -> list[tuple[int, list[Candidate]]]:
    """The first need's candidates by how long it takes with them.

    Where all of them are needed, it takes as long as with the slowest.
    """
    first = query.needs[0]
    if first.quantity is None:
        return [(max(map(query.length, first.candidates)), list(first.candidates))]
    lengths: dict[int, list[Candidate]] = {}
    for candidate in first.candidates:
        lengths.setdefault(query.length(candidate), []).append(candidate)
    return sorted(lengths.items())


def _indexes_within(moments: Sequence[int], intervals: Intervals) -> Iterator[int]:
    index, count = 0, len(moments)
    for low, high in intervals:
        while index < count and moments[index] < low:
            index += 1
        while index < count and moments[index] < high:
            yield index
            index += 1


def _joined(known: Offer | None, offer: Offer) -> Offer:
    """One offer of two for the same time; joining a session goes before making one."""
    if known is None:
        return offer
    if known[3] is not None:
        return known
    return (*offer[:2], tuple(dict.fromkeys((*known[2], *offer[2]))), None)


def _merged(lists: Sequence[list[range]]) -> Sequence[range]:
    filled = [ranges for ranges in lists if ranges]
    if len(filled) == 1:
        return filled[0]
    starts = set(chain.from_iterable(chain.from_iterable(filled)))
    return [range(start, start + 1) for start in sorted(starts)]
