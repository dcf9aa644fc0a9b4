"""The ordered rules that a service is judged by."""

from __future__ import annotations

from collections.abc import Sequence

from bookable.availability.query import Query
from bookable.availability.rules.base import Rule
from bookable.conf import SocketSpec, settings
from bookable.errors import UnknownRuleSet
from bookable.sockets import Socket, load_socket

#: What each alias stood for, and the classes that were found.
_loaded: dict[str, tuple[Sequence[SocketSpec], list[Socket[Rule]]]] = {}


def rules_for(query: Query) -> list[Rule]:
    """New rules of the service's set, prepared for this question."""
    rules = [socket.make() for socket in load_rule_set(query.service.rule_set)]
    for rule in rules:
        rule.prepare(query)
    return rules


def guards_of(query: Query) -> set[str]:
    """The keys of what must be locked before this question can be decided."""
    rules = load_rule_set(query.service.rule_set)
    return {key for socket in rules for key in socket.factory.guards(query)}


def load_rule_set(alias: str) -> list[Socket[Rule]]:
    """The classes of a rule set; Misconfigured if one can't be used."""
    rulesets = settings.RULESETS
    if alias not in rulesets:
        raise UnknownRuleSet(alias, sorted(rulesets))
    specs, loaded = rulesets[alias], _loaded.get(alias)
    if loaded is None or loaded[0] != specs:
        sockets = [_load(alias, index, spec) for index, spec in enumerate(specs)]
        _loaded[alias] = loaded = (specs, sockets)
    return loaded[1]


def _load(alias: str, index: int, spec: SocketSpec) -> Socket[Rule]:
    setting = f"BOOKABLE['RULESETS']['{alias}'][{index}]"
    return load_socket(spec, Rule, setting=setting, path_key="RULE")
