"""The reference describes every verb, who may use it and what comes back, and no other."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from tests.docs.reference import SOURCE, names, page, parameters, section, sections, spoken

from bookable import bookings, models
from bookable.bookings.apply_change import Applied, Left
from bookable.bookings.find_drift import Drift
from bookable.bookings.hold_series import Conflict, SeriesHeld
from bookable.bookings.impact import Affected
from bookable.bookings.quoting import Quote
from bookable.bookings.series_occurrences import Occurrence
from bookable.schedule import exchange

#: On which page the verbs of a folder are described.
FOLDERS_OF_VERBS = {
    "catalog": "verbs",
    "schedule": "verbs",
    "bookings": "booking-verbs",
    "payments": "payments",
}
#: Functions that are named after their modules, and are for the library's own use.
NO_VERBS = {"kinds", "misfits", "pay_page", "serving", "visibility"}


def verbs() -> Iterator[tuple[str, Any, str]]:
    """A verb is the function that its module is named after, or one that asks who does it."""
    for folder, described in FOLDERS_OF_VERBS.items():
        for path in sorted((SOURCE / folder).glob("[a-z]*.py")):
            module = __import__(f"bookable.{folder}.{path.stem}", fromlist=["*"])
            for name, found in inspect.getmembers(module, inspect.isfunction):
                is_own = found.__module__ == module.__name__
                asks_who = {"by", "using"} <= {*parameters(found)} and not name.startswith("_")
                if is_own and (name == path.stem or asks_who) and name not in NO_VERBS:
                    yield name, found, described
    yield "preview", bookings.preview, "booking-verbs"
    for name, found in inspect.getmembers(exchange, inspect.isfunction):
        if name.endswith("port_schedule"):
            yield name, found, "verbs"


@pytest.mark.parametrize(("name", "verb", "described"), list(verbs()))
def test_every_verb_is_described_with_its_signature(name: str, verb: Any, described: str) -> None:
    assert spoken(verb, name) in sections(page(described))


@pytest.mark.parametrize("described", ["booking-verbs", "payments"])
def test_no_verb_is_described_that_there_is_not(described: str) -> None:
    known = {spoken(verb, name) for name, verb, _page in verbs()}
    told = [heading for heading in sections(page(described)) if "(" in heading]
    assert [heading for heading in told if heading not in known] == []


OUTCOMES = [Quote, SeriesHeld, Conflict, Occurrence, Affected, Applied, Left, Drift]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: one.__name__)
def test_everything_that_comes_back_from_a_verb_is_described(outcome: Any) -> None:
    fields = {*getattr(outcome, "_fields", ()), *getattr(outcome, "__dataclass_fields__", ())}
    properties = {name for name, member in vars(outcome).items() if isinstance(member, property)}
    assert names(section("booking-verbs", outcome.__name__)) == fields | properties


def test_every_permission_is_described() -> None:
    asked = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r'"(bookable\.[a-z]+_[a-z]+)"', path.read_text("utf-8"))
        if "migrations" not in path.parts
    }
    own = {f"bookable.{name}" for name, _label in models.Booking._meta.permissions}
    told = set(re.findall(r"`(bookable\.\w+)`", section("permissions", "Permissions")))
    assert told == asked | own


def test_every_verb_that_asks_who_does_it_says_who_may() -> None:
    asking = {
        name for name, verb, told in verbs() if "by" in parameters(verb) and told != "payments"
    }
    assert names(section("permissions", "What each may do")) == asking


def test_every_verb_that_takes_a_key_is_named() -> None:
    takers = {name for name, verb, _page in verbs() if "idempotency_key" in parameters(verb)}
    assert [name for name in takers if f"`{name}()`" not in page("idempotency")] == []
