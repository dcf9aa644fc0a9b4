"""Hall's condition: whether enough is free for several demands that draw on the same lanes.

Lanes are numbered, and a set of lanes is an integer's bits. All demands can be met together if and
only if every group of them finds at least as many free lanes, in the union of theirs, as it takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bookable.errors import TooManyNeeds

#: How many needs of a service may draw on the same providers.
MOST_NEEDS = 12
# a question splits up to two needs: for the provider it insists on and for the one on the grid
_MOST_DEMANDS = MOST_NEEDS + 2


class Demand(NamedTuple):
    """So many of these lanes."""

    lanes: int
    quantity: int


def compile_demands(
    demands: Sequence[Demand], *, limit: int = _MOST_DEMANDS
) -> tuple[tuple[int, int], ...]:
    """(lanes, how many of them must be free) for every group of demands that can bind.

    Raises TooManyNeeds if more than `limit` different demands hang together.
    """
    forced, left = _settle(demands)
    binding: dict[int, int] = {}
    for component in _components(left):
        if len(component) > limit:
            raise TooManyNeeds(limit)
        for lanes, quantity in _groups(component):
            binding[lanes] = max(quantity, binding.get(lanes, 0))
    return (*forced, *binding.items())


def satisfied(compiled: Iterable[tuple[int, int]], free: int) -> bool:
    """Whether all demands can be met at once with these lanes free."""
    return all((free & lanes).bit_count() >= quantity for lanes, quantity in compiled)


def _settle(demands: Iterable[Demand]) -> tuple[list[Demand], list[Demand]]:
    """Those that take every lane they name, and what is left of the others without these lanes."""
    left, forced = _merged(demands), []
    while (taken := _first_forced(left)) is not None:
        forced.append(taken)
        del left[taken.lanes]
        left = _merged(Demand(lanes & ~taken.lanes, quantity) for lanes, quantity in left.items())
    return forced, [Demand(*item) for item in left.items()]


def _merged(demands: Iterable[Demand]) -> dict[int, int]:
    quantities: dict[int, int] = {}
    for lanes, quantity in demands:
        if quantity > 0:
            quantities[lanes] = quantities.get(lanes, 0) + quantity
    return quantities


def _first_forced(quantities: Mapping[int, int]) -> Demand | None:
    for lanes, quantity in quantities.items():
        if quantity >= lanes.bit_count():
            return Demand(lanes, quantity)
    return None


def _components(demands: Iterable[Demand]) -> list[list[Demand]]:
    """The demands sorted into groups that share no lane with one another."""
    found: list[tuple[int, list[Demand]]] = []
    for demand in demands:
        lanes, together, apart = demand.lanes, [demand], []
        for mask, members in found:
            if mask & demand.lanes:
                lanes |= mask
                together += members
            else:
                apart.append((mask, members))
        found = [*apart, (lanes, together)]
    return [members for _lanes, members in found]


def _groups(component: Sequence[Demand]) -> Iterator[tuple[int, int]]:
    """Every group that hangs together; any other is only as tight as its parts."""
    seen = {1 << index for index in range(len(component))}
    queue = [(1 << index, lanes, count) for index, (lanes, count) in enumerate(component)]
    for members, lanes, count in queue:
        yield lanes, count
        for index, demand in enumerate(component):
            larger = members | 1 << index
            if larger not in seen and demand.lanes & lanes:
                seen.add(larger)
                queue.append((larger, lanes | demand.lanes, count + demand.quantity))
