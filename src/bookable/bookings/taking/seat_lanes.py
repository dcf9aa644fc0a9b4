"""Which lanes of a session belong to which seat, where every seat needs some of its own."""

from __future__ import annotations

from collections.abc import Sequence

from bookable.catalog.candidates import NeedOf


def shares(needs: Sequence[NeedOf], providers: Sequence[int], seats: int) -> list[list[int]]:
    """For each seat the positions of its lanes, whose providers are given by key.

    A seat gets so many of each need as one seat takes. Lanes that no need asks for, because the
    needs were changed since, are dealt out evenly.
    """
    wanted = [(seat, pool) for seat in range(seats) for pool in _wanted(needs)]
    holders = _matched([pool for _seat, pool in wanted], providers)
    dealt: list[list[int]] = [[] for _ in range(seats)]
    for position, index in sorted(holders.items()):
        dealt[wanted[index][0]].append(position)
    others = (position for position in range(len(providers)) if position not in holders)
    for number, position in enumerate(others):
        dealt[number % seats].append(position)
    return dealt


def _wanted(needs: Sequence[NeedOf]) -> list[frozenset[int]]:
    """What one seat takes: for each lane, those who could give it."""
    found = []
    for need in needs:
        pool = [candidate.provider.pk for candidate in need.candidates]
        if not need.per_seat:
            continue
        if need.quantity is None:
            found += [frozenset({provider}) for provider in pool]
        else:
            found += [frozenset(pool)] * need.quantity
    return found


def _matched(pools: Sequence[frozenset[int]], providers: Sequence[int]) -> dict[int, int]:
    """By position, the index of the pool that each lane is for, as many of them as possible."""
    holder: dict[int, int] = {}

    def place(index: int, seen: set[int]) -> bool:
        fitting = [at for at, provider in enumerate(providers) if provider in pools[index]]
        # one that is free before one whose holder would have to have another
        for position in sorted(fitting, key=lambda at: at in holder):
            if position not in seen:
                seen.add(position)
                if position not in holder or place(holder[position], seen):
                    holder[position] = index
                    return True
        return False

    for index in range(len(pools)):
        place(index, set())
    return holder
