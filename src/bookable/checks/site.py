"""Finds what is wrong with the settings before a customer does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Tags, register

from bookable.availability.assignment import Assignment
from bookable.availability.rules import Rule
from bookable.bookings.deposits import Deposit
from bookable.bookings.policies import Terms
from bookable.bookings.references import Reference
from bookable.catalog.pricing import Pricing
from bookable.catalog.taxes import Taxes
from bookable.catalog.visibility import SiteVisibility
from bookable.checks.messages import error, warning
from bookable.conf import KEYS, settings
from bookable.errors import InvalidMoney, Misconfigured, UnsupportedCurrency
from bookable.money import Money
from bookable.payments.choosing import GatewaySelector
from bookable.payments.gateways import get_gateway
from bookable.payments.velocity import Velocity
from bookable.sockets import load_socket, shared

#: The sockets that take one class each, with the check that looks at it.
_SOCKETS: Sequence[tuple[str, str, type]] = (
    ("E004", "ASSIGNMENT", Assignment),
    ("E005", "PRICING", Pricing),
    ("E008", "CANCELLATION", Terms),
    ("E009", "DEPOSIT", Deposit),
    ("E010", "REFERENCE", Reference),
    ("E011", "VISIBILITY", SiteVisibility),
    ("E014", "GATEWAY_SELECTOR", GatewaySelector),
    ("E015", "VELOCITY", Velocity),
    ("E020", "TAX", Taxes),
)


@register("bookable")
def check_settings(app_configs: Any, **_kwargs: Any) -> Sequence[CheckMessage]:
    """Everything about `BOOKABLE` itself."""
    given = getattr(django_settings, "BOOKABLE", {})
    if not isinstance(given, dict):
        return [error("E001", "BOOKABLE is not a dict.", "Write BOOKABLE = {…}.")]
    return [
        *_unknown_keys(given),
        *_rule_sets(given),
        *_sockets(),
        *_gateways(given),
        *_minutes(),
        *_currency(),
        *_time_zone_support(),
    ]


@register(Tags.compatibility)
def check_databases(app_configs: Any, **_kwargs: Any) -> Sequence[CheckMessage]:
    """What the locks rest on, as far as the settings show it."""
    return [
        message
        for alias, database in django_settings.DATABASES.items()
        for message in database_problems(alias, database)
    ]


def _unknown_keys(given: dict[str, Any]) -> Iterator[CheckMessage]:
    for key in sorted(set(given) - set(KEYS)):
        yield error(
            "E002", f"BOOKABLE has an unknown key “{key}”.", f"It takes: {', '.join(KEYS)}."
        )


def _rule_sets(given: dict[str, Any]) -> Iterator[CheckMessage]:
    rulesets = given.get("RULESETS", {})
    if not isinstance(rulesets, dict):
        yield error("E003", "BOOKABLE['RULESETS'] is not a dict.", "Name each list of rules.")
        return
    for alias, specs in rulesets.items():
        where = f"BOOKABLE['RULESETS']['{alias}']"
        if not isinstance(specs, (list, tuple)):
            yield error("E003", f"{where} is not a list.", "List the rules in their order.")
            continue
        for index, spec in enumerate(specs):
            yield from _problems("E003", partial(_make_rule, spec, f"{where}[{index}]"))


def _make_rule(spec: Any, setting: str) -> Rule:
    return load_socket(spec, Rule, setting=setting, path_key="RULE").make()


def _sockets() -> Iterator[CheckMessage]:
    for check, name, base in _SOCKETS:
        make = partial(shared, getattr(settings, name), base, setting=f"BOOKABLE['{name}']")
        yield from _problems(check, make)


def _gateways(given: dict[str, Any]) -> Iterator[CheckMessage]:
    gateways = given.get("GATEWAYS", {})
    if not isinstance(gateways, dict):
        yield error("E013", "BOOKABLE['GATEWAYS'] is not a dict.", "Give each account an alias.")
        return
    for alias in gateways:
        yield from _problems("E013", partial(get_gateway, alias))


def _problems(check: str, make: Callable[[], Any]) -> Iterator[CheckMessage]:
    """A class that can't be loaded, or can't be made with the options that are given."""
    try:
        make()
    except (Misconfigured, UnsupportedCurrency) as fault:
        yield error(check, str(fault), "Correct the dotted path or the options.")


def _minutes() -> Iterator[CheckMessage]:
    for name in ("HOLD_MINUTES", "OFFER_MINUTES", "APPROVED_MINUTES"):
        minutes = getattr(settings, name)
        if isinstance(minutes, bool) or not isinstance(minutes, int) or minutes < 1:
            yield error(
                "E012",
                f"BOOKABLE['{name}'] is {minutes!r}, which is no number of minutes.",
                "Give a whole number of at least 1.",
            )


def _currency() -> Iterator[CheckMessage]:
    try:
        Money(0, settings.CURRENCY)
    except (InvalidMoney, TypeError) as fault:
        yield error("E006", f"BOOKABLE['CURRENCY']: {fault}", "Use a code such as “EUR”.")


def _time_zone_support() -> Iterator[CheckMessage]:
    if not django_settings.USE_TZ:
        yield error(
            "E007",
            "USE_TZ is False, so moments can't be told apart when the clock is put back.",
            "Set USE_TZ = True.",
        )


def database_problems(alias: str, database: dict[str, Any]) -> Iterator[CheckMessage]:
    engine, options = database.get("ENGINE", ""), database.get("OPTIONS", {}) or {}
    if "sqlite" in engine and str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
        yield warning(
            "W001",
            f"The SQLite database “{alias}” doesn't begin its transactions with IMMEDIATE, so "
            "two requests that write at once end in “database is locked”.",
            "Set OPTIONS = {'transaction_mode': 'IMMEDIATE', 'timeout': 20}.",
        )
    level = options.get("isolation_level")
    if "mysql" in engine and str(level or "read committed").lower() != "read committed":
        yield warning(
            "W002",
            f"The database “{alias}” isolates its transactions as “{level}”: a check after a lock "
            "would read an old snapshot.",
            "Leave OPTIONS['isolation_level'] at 'read committed'.",
        )
    if "postgresql" in engine and level not in (None, _READ_COMMITTED):
        yield warning(
            "W003",
            f"The database “{alias}” isolates its transactions more strictly than READ COMMITTED: "
            "a check after a lock would read an old snapshot.",
            "Leave OPTIONS['isolation_level'] out.",
        )


#: psycopg's number for it, which Django passes on.
_READ_COMMITTED = 2
