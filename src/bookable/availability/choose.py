"""Picks what one start takes: a session to join, or lanes that meet all needs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, Unpack

from bookable.availability.asking import ask, moment
from bookable.availability.assignment import rank
from bookable.availability.demands import Demands
from bookable.availability.engine import Board, Engine
from bookable.availability.joining import seating, serving
from bookable.availability.matching import match
from bookable.availability.query import Asked, Query
from bookable.availability.quoting import lines_with
from bookable.catalog.hall import satisfied
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
    """A board on which it can start, with whom, and the lanes that are free and on the grid."""

    board: Board
    leaders: tuple[Provider, ...]
    free: int
    on_grid: int


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
    withheld = query.withheld.union(avoid)
    if only is not None:
        withheld |= query.candidates.keys() - set(only)
    engine = Engine(replace(query, withheld=withheld))
    joined = _joined(engine) if join else None
    return _made(engine) if joined is None else joined


def price_lines_of(query: Query, choice: Choice) -> list[PricedLine]:
    """What it costs with the one who leads, line by line."""
    leader = choice.leader
    candidate = query.candidates.get(leader.pk) if leader is not None else None
    return lines_with(query, candidate, choice.start)


def _joined(engine: Engine) -> Choice | None:
    """The fullest session with room, so that the emptier ones stay open for larger parties."""
    query, rows = engine.query, engine.sessions
    if not rows:
        return None
    row = min(rows, key=lambda one: (one.session.seats_left, one.session.pk))
    lanes: tuple[ChosenLane, ...] = ()
    contested = False
    found = seating(query, engine.lanes[0], row)
    if found is not None:
        demands, free = found
        order = rank(query, to_datetime(query.low), _providers(demands, free))
        lanes = _named(demands, match(demands, free, order))
        contested = any(
            satisfied(demands.compiled, free & ~demands.bits[lane.provider.pk]) for lane in lanes
        )
    return Choice(
        start=row.session.start,
        end=row.session.end,
        lanes=lanes,
        session=row.session,
        leader=next(iter(serving(query, row)), None),
        contested=contested,
        place=row.session.location_id,
    )


def _made(engine: Engine) -> Choice | None:
    query, chances = engine.query, list(_chances(engine))
    if not chances:
        return None
    start = to_datetime(query.low)
    free = {one.pk: one for each in chances for one in _providers(each.board.demands, each.free)}
    order = rank(query, start, [free[key] for key in sorted(free)])
    leader = _leader(query, chances, order)
    chance = next(one for one in chances if leader in one.leaders)
    board = chance.board
    lanes = _named(board.demands, match(board.demands, chance.free, order, leader))
    place = board.lanes.query.place
    return Choice(
        start=start,
        end=to_datetime(query.low + board.length),
        lanes=lanes,
        session=None,
        leader=leader,
        contested=any(_is_dispensable(lane.provider, chances) for lane in lanes),
        place=leader.location_id if place is None else place.pk,
    )


def _chances(engine: Engine) -> Iterator[_Chance]:
    for board in engine.boards:
        for _start, _end, leaders, _session in board.offers():
            _at, free, on_grid = next(board.moments())
            yield _Chance(board, leaders, free, on_grid)


def _leader(query: Query, chances: Iterable[_Chance], order: Iterable[Provider]) -> Provider:
    """Whom the customer asked for, or else whoever is ranked first."""
    leaders = {one for chance in chances for one in chance.leaders}
    if query.provider in leaders:
        return query.provider
    return next(one for one in order if one in leaders)


def _is_dispensable(provider: Provider, chances: Iterable[_Chance]) -> bool:
    """Whether it could start now even if this one were taken."""
    for chance in chances:
        demands = chance.board.demands
        others = ~demands.bits.get(provider.pk, 0)
        if demands.met(chance.free & others, chance.on_grid & others):
            return True
    return False


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
