"""Hall's condition: whether needs that draw on overlapping pools can all be met at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from bookable.errors import TooManyNeeds

LARGEST_COMPONENT = 12


class Demand(NamedTuple):
    """So many lanes out of a set; the set is a whole number's bits."""

    lanes: int
    quantity: int


def compile_demands(demands: Sequence[Demand]) -> tuple[tuple[int, int], ...]:
    """(lanes, quantity) that must hold: for every set of needs that share lanes, at least as many
    lanes of their union must be free as they want together."""
    conditions = {}
    for component in _components(demands):
        if len(component) > LARGEST_COMPONENT:
            raise TooManyNeeds(LARGEST_COMPONENT)
        for subset in range(1, 1 << len(component)):
            chosen = [one for at, one in enumerate(component) if subset >> at & 1]
            union = reduce(or_, (one.lanes for one in chosen))
            wanted = sum(one.quantity for one in chosen)
            conditions[union] = max(wanted, conditions.get(union, 0))
    return tuple(conditions.items())


def satisfied(compiled: Sequence[tuple[int, int]], free: int) -> bool:
    """Whether all demands can be met with these free lanes."""
    return all((free & lanes).bit_count() >= wanted for lanes, wanted in compiled)


def _components(demands: Sequence[Demand]) -> list[list[Demand]]:
    merged: dict[int, int] = {}
    for lanes, quantity in demands:
        merged[lanes] = merged.get(lanes, 0) + quantity
    components: list[tuple[int, list[Demand]]] = []
    for lanes, quantity in merged.items():
        touching = [one for one in components if one[0] & lanes]
        components = [one for one in components if not one[0] & lanes]
        union, members = lanes, [Demand(lanes, quantity)]
        for other_lanes, others in touching:
            union |= other_lanes
            members += others
        components.append((union, members))
    return [members for _lanes, members in components]
