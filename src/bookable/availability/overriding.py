"""What staff may book against, and what that opens."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bookable.availability.query import Query
from bookable.availability.rules.base import Rule
from bookable.availability.rulesets import load_rule_set
from bookable.errors import NotOverridable
from bookable.timeline.intervals import subtraction
from bookable.timeline.openings import Opening, open_time, owned

#: Both can be overridden whatever the rule set.
OUTSIDE_HOURS, OFF_GRID = "outside_hours", "off_grid"


def overridable(codes: Collection[str], rule_set: str) -> frozenset[str]:
    """The codes, if all of them can be booked against under this rule set; NotOverridable else."""
    if not codes:
        return frozenset()
    refused = [code for code in codes if code not in _soft_codes(rule_set)]
    if refused:
        raise NotOverridable(refused)
    return frozenset(codes)


def as_far_as_known(codes: Collection[str], rule_set: str) -> tuple[str, ...]:
    """Those of the codes that can be booked against under this rule set."""
    return tuple(code for code in codes if code in _soft_codes(rule_set))


def in_force(rules: Iterable[Rule], query: Query) -> list[Rule]:
    """The rules that are not booked against."""
    return [rule for rule in rules if rule.code not in query.override]


def opened_up(pieces: Sequence[Opening], opening: Iterable[Rule], query: Query) -> list[Opening]:
    """The openings once hours and grid are overridden; `opening` are the rules that they are of.

    Where nobody works there is no grid either, so that anything may start there.
    """
    found = owned(pieces)
    if query.override.intersection({OUTSIDE_HOURS, *(rule.code for rule in opening)}):
        gaps = subtraction([query.reach], open_time(found))
        found = sorted([*found, *((low, high, query.low) for low, high in gaps)])
    if OFF_GRID in query.override:
        found = [(low, high, query.low) for low, high, _anchor in found]
    return found


def _soft_codes(rule_set: str) -> set[str]:
    rules = [socket.factory for socket in load_rule_set(rule_set)]
    hard = {rule.code for rule in rules if not rule.is_soft}
    return {OUTSIDE_HOURS, OFF_GRID, *(rule.code for rule in rules)} - hard
