"""Picks the lanes for one start: all needs met, the site's favourites first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Unpack

from bookable.availability.asking import ask, moment
from bookable.availability.assignment import rank
from bookable.availability.demands import Demands
from bookable.availability.engine import Board, Engine
from bookable.availability.query import Asked
from bookable.catalog.models import Provider, Service
from bookable.timeline.zones import to_datetime


class Choice(NamedTuple):
    """The lanes that a new session would take, and until when it would last."""

    start: datetime
    end: datetime
    lanes: tuple[tuple[Provider, int], ...]


def choose(service: Service, start: datetime, **asked: Unpack[Asked]) -> Choice | None:
    """Which lanes a session that starts now would take; None if it can't start then."""
    at = moment("UTC", start)
    query = ask(service, at, at + 1, **asked)
    engine = Engine(query)
    boards = [
        (board, providers) for board in engine.boards for _, _, providers, _ in board.offers()
    ]
    if not boards:
        return None
    leaders = {one.pk: one for _board, providers in boards for one in providers}
    favourite = rank(query, start, list(leaders.values()))[0]
    board = next(board for board, providers in boards if favourite in providers)
    return Choice(start, to_datetime(at + board.length), _assigned(board, at, favourite))


def _assigned(board: Board, at: int, favourite: Provider) -> tuple[tuple[Provider, int], ...]:
    demands = board.demands
    free = [number for number, _lane in enumerate(demands.lanes) if board.is_free(number, at)]
    providers = {demands.lanes[number].candidate.provider for number in free}
    order = rank(board.query, to_datetime(at), sorted(providers, key=lambda one: one.pk))
    places = {provider.pk: place for place, provider in enumerate(order)}
    places[favourite.pk] = -1
    ranked = sorted(free, key=lambda number: _place(demands, places, number))
    taken = _match(_singles(demands, favourite), ranked)
    return tuple(
        (demands.lanes[number].candidate.provider, demands.lanes[number].unit)
        for number in sorted(taken)
    )


def _place(demands: Demands, places: Mapping[int, int], number: int) -> tuple[int, int]:
    lane = demands.lanes[number]
    return places[lane.candidate.provider.pk], lane.unit


def _singles(demands: Demands, favourite: Provider) -> list[int]:
    """One set of lanes for each lane that is needed; the favourite is sure to serve the first."""
    mine = demands.bits[favourite.pk]
    singles: list[int] = []
    is_placed = False
    for index, (lanes, quantity) in enumerate(demands.list):
        if index < demands.leading and lanes & mine and not is_placed:
            singles += [lanes & mine, *[lanes] * (quantity - 1)]
            is_placed = True
        else:
            singles += [lanes] * quantity
    return singles


def _match(singles: Sequence[int], ranked: Sequence[int]) -> set[int]:
    """Gives each single demand a lane, by augmenting paths that try the best-ranked first."""
    holder: dict[int, int] = {}

    def place(demand: int, seen: set[int]) -> bool:
        for lane in ranked:
            if singles[demand] >> lane & 1 and lane not in seen:
                seen.add(lane)
                if lane not in holder or place(holder[lane], seen):
                    holder[lane] = demand
                    return True
        return False

    for demand in range(len(singles)):
        place(demand, set())
    return set(holder)
