"""The ordered rules that a service is judged by."""

from __future__ import annotations

from typing import Any

from django.core.signals import setting_changed
from django.dispatch import receiver

from bookable.availability.query import Query
from bookable.availability.rules.base import Rule
from bookable.conf import settings
from bookable.errors import UnknownRuleSet
from bookable.sockets import Socket, load_socket

_loaded: dict[str, list[Socket[Rule]]] = {}


def rules_for(query: Query) -> list[Rule]:
    """New rules of the service's set, prepared for this question."""
    rules = [socket.make() for socket in load_rule_set(query.service.rule_set)]
    for rule in rules:
        rule.prepare(query)
    return rules


def load_rule_set(alias: str) -> list[Socket[Rule]]:
    """The classes of a rule set; Misconfigured if one can't be used."""
    if alias not in _loaded:
        rulesets = settings.RULESETS
        if alias not in rulesets:
            raise UnknownRuleSet(alias, sorted(rulesets))
        _loaded[alias] = [
            load_socket(
                spec, Rule, setting=f"BOOKABLE['RULESETS']['{alias}'][{index}]", path_key="RULE"
            )
            for index, spec in enumerate(rulesets[alias])
        ]
    return _loaded[alias]


@receiver(setting_changed)
def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting == "BOOKABLE":
        _loaded.clear()
