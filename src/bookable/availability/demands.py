"""The needs of a service as demands on lanes, weighed against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from bookable.availability.query import Query
from bookable.catalog.candidates import Candidate, NeedOf
from bookable.catalog.hall import Demand, compile_demands, satisfied


class Lane(NamedTuple):
    """One unit of a provider: what can be taken once at a time."""

    candidate: Candidate
    unit: int


class Demands:
    """What one session takes. Lanes are numbered; a set of lanes is a whole number's bits.

    The first `leading` demands come from the first need, which gives the starts their grid.
    `per_seat` says of each demand whether it is for single seats.
    """

    def __init__(self, query: Query, leaders: Sequence[Candidate]) -> None:
        self.lanes: list[Lane] = []
        self.bits: dict[int, int] = {}
        self._query = query
        self.leaders = leaders
        self.list: list[Demand] = []
        self.per_seat: list[bool] = []
        first, *others = query.needs
        self._add(first, leaders)
        self.leading = len(self.list)
        for need in others:
            self._add(need, need.candidates)
        if query.provider is not None:
            self._insist_on(query.provider.pk)

    @cached_property
    def compiled(self) -> tuple[tuple[int, int], ...]:
        return compile_demands(self.list)

    @cached_property
    def leader_bits(self) -> int:
        return _union(self.list[: self.leading])

    @cached_property
    def all_bits(self) -> int:
        return _union(self.list)

    @cached_property
    def is_single(self) -> bool:
        """Whether it all comes down to one lane of one pool."""
        return len(self.list) == 1 and self.list[0].quantity == 1

    def lanes_of(self, providers: Iterable[int]) -> int:
        """All lanes of these, as far as they are in question."""
        lanes = 0
        for key in providers:
            lanes |= self.bits.get(key, 0)
        return lanes

    def met(self, free: int, on_grid: int) -> bool:
        """Whether a session can start with these lanes free and these of them on their grid."""
        if not satisfied(self.compiled, free):
            return False
        if not free & self.leader_bits & ~on_grid:
            return True
        return self.met_with(free, on_grid)

    def met_with(self, free: int, chosen: int) -> bool:
        """Whether it can start with one of the chosen lanes serving the first need."""
        return any(
            satisfied(variant, free) for variant in self._variants(chosen & free & self.leader_bits)
        )

    def _variants(self, chosen: int) -> Iterator[tuple[tuple[int, int], ...]]:
        for index in range(self.leading):
            lanes, quantity = self.list[index]
            if lanes & chosen:
                rest = [Demand(lanes, quantity - 1)] if quantity > 1 else []
                others = [demand for at, demand in enumerate(self.list) if at != index]
                yield compile_demands([*others, *rest, Demand(lanes & chosen, 1)])

    def _add(self, need: NeedOf, candidates: Sequence[Candidate]) -> None:
        demands = list(self._of(need, candidates))
        self.list += demands
        self.per_seat += [need.per_seat] * len(demands)

    def _of(self, need: NeedOf, candidates: Sequence[Candidate]) -> Iterator[Demand]:
        wanted = self._query.wanted(need)
        if wanted is not None:
            pool = 0
            for candidate in candidates:
                pool |= self._bits_of(candidate)
            yield Demand(pool, wanted)
            return
        for candidate in candidates:
            yield Demand(self._bits_of(candidate), self._query.seats if need.per_seat else 1)

    def _bits_of(self, candidate: Candidate) -> int:
        key = candidate.provider.pk
        if key not in self.bits:
            self.bits[key] = 0
            for unit in range(candidate.provider.units):
                self.bits[key] |= 1 << len(self.lanes)
                self.lanes.append(Lane(candidate, unit))
        return self.bits[key]

    def _insist_on(self, provider: int) -> None:
        """Splits the first demand that the provider can meet, so that they are sure to be in it.

        One who can meet none of them leaves a demand that is never met.
        """
        bits = self.bits.get(provider, 0)
        for index, (lanes, quantity) in enumerate(self.list):
            if lanes & bits:
                named = [Demand(lanes & bits, 1)]
                rest = [Demand(lanes, quantity - 1)] if quantity > 1 else []
                self.list[index : index + 1] = [*named, *rest]
                self.per_seat[index:index] = [self.per_seat[index]] * len(rest)
                self.leading += len(rest) if index < self.leading else 0
                return
        self.list.append(Demand(0, 1))
        self.per_seat.append(False)


def _union(demands: Sequence[Demand]) -> int:
    lanes = 0
    for demand in demands:
        lanes |= demand.lanes
    return lanes
