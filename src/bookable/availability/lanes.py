"""What the rules leave of each lane: the instants at which something may start on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bookable.availability.overriding import in_force, opened_up
from bookable.availability.query import Query
from bookable.availability.rules.base import Rule
from bookable.availability.rulesets import rules_for
from bookable.availability.standing import refusal
from bookable.catalog.candidates import Candidate
from bookable.catalog.models import Location, Provider
from bookable.timeline.intervals import (
    Interval,
    Intervals,
    blocked_starts,
    clip,
    intersection,
    shrink,
    subtraction,
    touching,
    union,
)
from bookable.timeline.openings import Opening, grid, open_time, owned

_EVER = (-(2**40), 2**40)
_SHUTTING = ("closes", "busy", "busy_unit", "bars_start")


@dataclass(frozen=True, slots=True)
class Base:
    """What providers with the same hours have in common, before anything is taken."""

    openings: list[Opening]
    open: list[Interval]
    startable: list[Interval]


class Lanes:
    """Asks the rules; each answer is worked out once."""

    def __init__(self, query: Query, rules: Sequence[Rule]) -> None:
        self.query = query
        self.rules = rules
        kept = in_force(rules, query)
        self.having = {name: _having(kept, name) for name in _SHUTTING}
        self.having["opens"] = _having(rules, "opens")
        self._openings: dict[tuple[int, ...], tuple[list[Sequence[Opening]], Base]] = {}
        self._bases: dict[tuple[int, int], Base] = {}
        self._free: dict[tuple[int, int, int], list[Interval]] = {}
        self._elsewhere: dict[int, Lanes] = {}

    @classmethod
    def of(cls, query: Query) -> Lanes:
        """The lanes as the service's own rules see them."""
        return cls(query, rules_for(query))

    def at(self, place: int) -> Lanes:
        """The same lanes at one place."""
        if place not in self._elsewhere:
            self._elsewhere[place] = Lanes.of(replace(self.query, place=Location(pk=place)))
        return self._elsewhere[place]

    @cached_property
    def barred(self) -> list[Interval]:
        """Starts that are barred for the whole service."""
        return union(*(rule.bars_start(None) for rule in self.having["bars_start"]))

    @cached_property
    def joining_barred(self) -> list[Interval]:
        """Starts of existing sessions that can't be joined."""
        rules = (rule for rule in self.having["bars_start"] if rule.bars_joining)
        return union(*(rule.bars_start(None) for rule in rules))

    def base(self, provider: Provider, length: int) -> Base:
        """The hours of a provider and the starts that fit into them within the query's window."""
        hours = self._hours(provider)
        key = (id(hours), length)
        if key not in self._bases:
            fitting = clip(shrink(hours.open, length), self.query.low, self.query.high)
            startable = subtraction(fitting, self.barred)
            self._bases[key] = Base(hours.openings, hours.open, startable)
        return self._bases[key]

    def blocked(self, provider: Provider, unit: int, length: int) -> list[Interval]:
        """Starts that would touch what is closed, taken or barred on this lane."""
        barred = [
            found for rule in self.having["bars_start"] if (found := rule.bars_start(provider))
        ]
        taken = self.taken(provider, unit, length)
        return union(taken, *barred) if barred else taken

    def taken(self, provider: Provider, unit: int, length: int) -> list[Interval]:
        """Starts that would touch what is closed or taken on this lane."""
        having, query = self.having, self.query
        busy = [found for rule in having["busy"] if (found := rule.busy(provider))]
        busy += [found for rule in having["busy_unit"] if (found := rule.busy_unit(provider, unit))]
        closed = [found for rule in having["closes"] if (found := rule.closes(provider))]
        parts: list[Intervals] = [
            blocked_starts(taken, length, query.before, query.after) for taken in busy
        ]
        parts += [blocked_starts(shut, length) for shut in closed]
        # within a visit the buffers between one session and the next fall away
        parts += [
            blocked_starts([(own.start, own.end)], length)
            for own in query.visit
            if (own.provider, own.unit) == (provider.pk, unit)
        ]
        if query.left is not None:
            parts.append(
                blocked_starts(self._beyond(provider, unit), length, query.before, query.after)
            )
        return list(parts[0]) if len(parts) == 1 else union(*parts)

    def free(self, provider: Provider, unit: int, length: int) -> list[Interval]:
        """The instants at which something of this length can start on the lane."""
        key = (provider.pk, unit, length)
        if key not in self._free:
            startable = [] if self._is_refused(provider) else self.base(provider, length).startable
            blocked = self.blocked(provider, unit, length) if startable else []
            self._free[key] = subtraction(startable, blocked)
        return self._free[key]

    def shut(self, provider: Provider, low: int, high: int) -> list[Interval]:
        """What of [low, high) no rule opens."""
        return subtraction([(low, high)], touching(self._hours(provider).open, low, high))

    def shut_around(self, provider: Provider, gap: Interval) -> Interval:
        """The whole closed stretch around a gap, as far as hours were read."""
        stretches = subtraction([self.query.reach], self._hours(provider).open)
        return next(iter(touching(stretches, *gap)), gap)

    def takeable(self, provider: Provider, unit: int, length: int) -> list[Interval]:
        """The instants at which the lane is free for a session that stands already."""
        if self._is_refused(provider):
            return []
        inside = clip(shrink(self._hours(provider).open, length), self.query.low, self.query.high)
        return subtraction(inside, self.taken(provider, unit, length))

    def free_on_any_unit(self, provider: Provider, length: int) -> list[Interval]:
        units = [self.free(provider, unit, length) for unit in range(provider.units)]
        return units[0] if len(units) == 1 else union(*units)

    def starts(self, candidate: Candidate, length: int) -> list[range]:
        """The starts on the candidate's own grid that are free."""
        provider = candidate.provider
        openings = self.base(provider, length).openings
        return grid(openings, self.free_on_any_unit(provider, length), self.query.step(candidate))

    def starts_of_any(self, candidates: Sequence[Candidate], length: int) -> list[list[range]]:
        """The starts at which at least one of them is free, one list for each kind of hours."""
        groups: dict[tuple[int, int], list[Candidate]] = {}
        for candidate in candidates:
            base = self.base(candidate.provider, length)
            groups.setdefault((id(base), self.query.step(candidate)), []).append(candidate)
        found = []
        for (_base, step), members in groups.items():
            base = self.base(members[0].provider, length)
            free = self._free_for_any(base, members, length)
            found.append(grid(base.openings, free, step))
        return found

    def _free_for_any(
        self, base: Base, candidates: Sequence[Candidate], length: int
    ) -> list[Interval]:
        # what is blocked for everybody shrinks with each one, and mostly is gone after a few
        blocked_for_all = base.startable
        for candidate in candidates:
            units = 0 if self._is_refused(candidate.provider) else candidate.provider.units
            for unit in range(units):
                if not blocked_for_all:
                    return base.startable
                blocked = self.blocked(candidate.provider, unit, length)
                blocked_for_all = intersection(blocked_for_all, blocked)
        return subtraction(base.startable, blocked_for_all)

    def _beyond(self, provider: Provider, unit: int) -> list[Interval]:
        """All time around that of a lane which may be taken."""
        span = (self.query.left or {}).get((provider.pk, unit))
        return subtraction([_EVER], [span] if span is not None else [])

    def _is_refused(self, provider: Provider) -> bool:
        return provider.pk in self.query.withheld or refusal(self.query, provider) is not None

    def _hours(self, provider: Provider) -> Base:
        parts = [rule.opens(provider) for rule in self.having["opens"]]
        parts = [part for part in parts if part]
        key = tuple(map(id, parts))
        if key not in self._openings:
            pieces = [piece for part in parts for piece in part]
            hours = self._base_of(pieces)
            self._openings[key] = (parts, hours)  # the parts are kept, so that no id comes twice
        return self._openings[key][1]

    def _base_of(self, pieces: Sequence[Opening]) -> Base:
        if not self.query.override:
            return Base(owned(pieces), open_time(pieces), [])
        openings = opened_up(pieces, self.having["opens"], self.query)
        return Base(openings, open_time(openings), [])


def _having(rules: Sequence[Rule], name: str) -> list[Rule]:
    plain: Callable[..., object] = getattr(Rule, name)
    return [rule for rule in rules if getattr(type(rule), name) is not plain]
