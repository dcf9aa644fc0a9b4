"""Gives every lane that is needed to somebody, those who are ranked first before the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bookable.availability.demands import Demands
from bookable.catalog.models import Provider


class _Single(NamedTuple):
    lanes: int
    per_seat: bool


def match(
    demands: Demands, free: int, order: Sequence[Provider], leader: Provider | None = None
) -> dict[int, bool]:
    """The numbers of the lanes that are taken, each with whether it is for single seats.

    The leader is sure to serve the first need. Ask only if the demands can be met.
    """
    places = {provider.pk: place for place, provider in enumerate(order)}
    ranked = sorted(
        (number for number in range(len(demands.lanes)) if free >> number & 1),
        key=lambda number: _place(demands, places, number),
    )
    singles = list(_singles(demands, demands.bits[leader.pk] if leader is not None else 0))
    holders = _holders(singles, ranked)
    return {lane: singles[holders[lane]].per_seat for lane in sorted(holders)}


def _place(demands: Demands, places: dict[int, int], number: int) -> tuple[int, int]:
    lane = demands.lanes[number]
    return places.get(lane.candidate.provider.pk, len(places)), lane.unit


def _singles(demands: Demands, leader: int) -> Iterator[_Single]:
    """One set of lanes for each lane that is needed."""
    is_placed = False
    for index, (lanes, quantity) in enumerate(demands.list):
        leads = index < demands.leading and lanes & leader and not is_placed
        for number in range(quantity):
            mine = lanes & leader if leads and number == 0 else lanes
            yield _Single(mine, demands.per_seat[index])
        is_placed = bool(is_placed or leads)


def _holders(singles: Sequence[_Single], ranked: Sequence[int]) -> dict[int, int]:
    """Which demand has which lane, by augmenting paths that try the best-ranked first."""
    holder: dict[int, int] = {}

    def place(demand: int, seen: set[int]) -> bool:
        for lane in ranked:
            if singles[demand].lanes >> lane & 1 and lane not in seen:
                seen.add(lane)
                if lane not in holder or place(holder[lane], seen):
                    holder[lane] = demand
                    return True
        return False

    for demand in range(len(singles)):
        place(demand, set())
    return holder
