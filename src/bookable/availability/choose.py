"""Picks what one start takes: a session to join, or lanes that meet all needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, Unpack

from bookable.availability.asking import ask, moment
from bookable.availability.assignment import rank
from bookable.availability.demands import Demands
from bookable.availability.diary import SessionRow
from bookable.availability.engine import Board, Engine
from bookable.availability.joining import Seating, seating, serving
from bookable.availability.matching import match
from bookable.availability.query import Asked, Query
from bookable.availability.quoting import lines_with
from bookable.catalog.models import Provider, Service
from bookable.catalog.pricing import PricedLine
from bookable.schedule.models import Session
from bookable.timeline.zones import to_datetime


class ChosenLane(NamedTuple):
    """One unit of a provider; `per_seat` if it is for single seats, not for all who come."""

    provider: Provider
    unit: int
    per_seat: bool


class Choice(NamedTuple):
    """What a start takes. Where a session is joined, the lanes are those of the further seats."""

    start: datetime
    end: datetime
    lanes: tuple[ChosenLane, ...]
    session: Session | None
    leader: Provider | None
    contested: bool
    place: int | None


class _Chance(NamedTuple):
    """A board on which it may start, with the lanes that are free and on the grid then."""

    board: Board
    free: int
    on_grid: int

    def without(self, providers: Collection[int]) -> _Chance:
        """The same where all lanes of these are taken."""
        others = ~self.board.demands.lanes_of(providers)
        return self._replace(free=self.free & others, on_grid=self.on_grid & others)

    @property
    def can_start(self) -> bool:
        return self.board.demands.met(self.free, self.on_grid)

    @property
    def leaders(self) -> tuple[Provider, ...]:
        return self.board.who(self.free, self.on_grid)


def choose(
    service: Service,
    start: datetime,
    *,
    override: Collection[str] = (),
    only: Collection[int] | None = None,
    avoid: Collection[int] = (),
    join: bool = True,
    **asked: Unpack[Asked],
) -> Choice | None:
    """What a booking that starts now would take; None if it can't start then."""
    at = moment("UTC", start)
    query = ask(service, at, at + 1, override=override, **asked)
    return choose_in(query, only=only, avoid=avoid, join=join)


def choose_in(
    query: Query,
    *,
    only: Collection[int] | None = None,
    avoid: Collection[int] = (),
    join: bool = True,
) -> Choice | None:
    """The same for a query of one start.

    Lanes of providers in `avoid` count as taken, and so do those of all who are not in `only`.
    """
    return Chooser(query, only=only, join=join).best(avoid)


class Chooser:
    """Chooses for a query of one start, as often as somebody turns out to be taken after all.

    The rules are asked once, and those who are free are ranked once.
    """

    def __init__(
        self, query: Query, *, only: Collection[int] | None = None, join: bool = True
    ) -> None:
        others = query.candidates.keys() - set(only) if only is not None else set()
        self.query = query
        self._engine = Engine(replace(query, withheld=query.withheld | others))
        self._join = join

    def best(self, avoid: Collection[int] = ()) -> Choice | None:
        """What is taken where all lanes of providers in `avoid` are gone; joining goes first."""
        return self._joined(avoid) or self._made(avoid)

    @cached_property
    def _chances(self) -> list[_Chance]:
        return [
            _Chance(board, free, on_grid)
            for board in self._engine.boards
            for _start, free, on_grid in board.moments()
        ]

    @cached_property
    def _order(self) -> list[Provider]:
        """Whoever is free, in the order in which they should be taken."""
        free = {
            one.pk: one
            for chance in self._chances
            for one in _providers(chance.board.demands, chance.free)
        }
        return rank(self.query, to_datetime(self.query.low), [free[key] for key in sorted(free)])

    @cached_property
    def _seatings(self) -> list[tuple[SessionRow, Seating | None]]:
        """The sessions that can be joined, with what further seats of them take."""
        if not self._join:
            return []
        return [
            (row, seating(self.query, self._engine.lanes[0], row)) for row in self._engine.sessions
        ]

    def _joined(self, avoid: Collection[int]) -> Choice | None:
        """The fullest session with room, so that the emptier ones stay open for larger parties."""
        left = [(row, seats and seats.without(avoid)) for row, seats in self._seatings]
        rows = [(row, seats) for row, seats in left if seats is None or seats.suffice]
        if not rows:
            return None
        row, seats = min(rows, key=lambda one: (one[0].session.seats_left, one[0].session.pk))
        lanes = self._lanes_of(seats) if seats is not None else ()
        return Choice(
            start=row.session.start,
            end=row.session.end,
            lanes=lanes,
            session=row.session,
            leader=next(iter(serving(self.query, row)), None),
            contested=any(
                seats is not None and seats.without([lane.provider.pk]).suffice for lane in lanes
            ),
            place=row.session.location_id,
        )

    def _lanes_of(self, seats: Seating) -> tuple[ChosenLane, ...]:
        demands, free = seats
        order = rank(self.query, to_datetime(self.query.low), _providers(demands, free))
        return _named(demands, match(demands, free, order))

    def _made(self, avoid: Collection[int]) -> Choice | None:
        left = (chance.without(avoid) for chance in self._chances)
        led = [(chance, chance.leaders) for chance in left if chance.can_start]
        if not led:
            return None
        leader = self._leader({one for _chance, leaders in led for one in leaders})
        chance = next(chance for chance, leaders in led if leader in leaders)
        board = chance.board
        lanes = _named(board.demands, match(board.demands, chance.free, self._order, leader))
        place = board.lanes.query.place
        return Choice(
            start=to_datetime(self.query.low),
            end=to_datetime(self.query.low + board.length),
            lanes=lanes,
            session=None,
            leader=leader,
            contested=any(_is_dispensable(lane.provider, led) for lane in lanes),
            place=leader.location_id if place is None else place.pk,
        )

    def _leader(self, leaders: Collection[Provider]) -> Provider:
        """Whom the customer asked for, or else whoever is ranked first."""
        if self.query.provider is not None and self.query.provider in leaders:
            return self.query.provider
        return next(one for one in self._order if one in leaders)


def price_lines_of(query: Query, choice: Choice) -> list[PricedLine]:
    """What it costs with the one who leads, line by line."""
    leader = choice.leader
    candidate = query.candidates.get(leader.pk) if leader is not None else None
    return lines_with(query, candidate, choice.start)


def _is_dispensable(provider: Provider, led: Iterable[tuple[_Chance, object]]) -> bool:
    """Whether it could start now even if this one were taken."""
    return any(chance.without([provider.pk]).can_start for chance, _leaders in led)


def _providers(demands: Demands, free: int) -> list[Provider]:
    """Those with a free lane that could serve."""
    free &= demands.all_bits
    found = {
        lane.candidate.provider.pk: lane.candidate.provider
        for number, lane in enumerate(demands.lanes)
        if free >> number & 1
    }
    return list(found.values())


def _named(demands: Demands, taken: Mapping[int, bool]) -> tuple[ChosenLane, ...]:
    return tuple(
        ChosenLane(demands.lanes[number].candidate.provider, demands.lanes[number].unit, per_seat)
        for number, per_seat in taken.items()
    )
