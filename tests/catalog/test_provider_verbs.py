"""What decides about when a provider can be booked, and what they give."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from bookable.catalog.models import Offering, Provider
from bookable.catalog.set_accepting import set_accepting
from bookable.catalog.set_location import set_location
from bookable.catalog.set_units import set_units
from bookable.catalog.set_zone import set_zone
from bookable.catalog.withdraw_service import withdraw_service
from bookable.errors import InvalidCatalog, NotFound, UnknownZone
from bookable.signals import schedule_changed
from bookable.testing import make_location, make_provider, make_service

pytestmark = pytest.mark.django_db

MARCH, APRIL = date(2030, 3, 1), date(2030, 4, 30)
Verb = Callable[[Provider], object]
VERBS: list[tuple[str, Verb, dict[str, Any]]] = [
    ("set_zone", lambda ann: set_zone(ann, "Asia/Tokyo"), {"zone": "Asia/Tokyo"}),
    ("set_units", lambda ann: set_units(ann, 3), {"units": 3}),
    (
        "set_accepting",
        lambda ann: set_accepting(ann, MARCH, APRIL),
        {"accepts_from": MARCH, "accepts_until": APRIL},
    ),
]
every_verb = pytest.mark.parametrize(
    ("name", "verb", "columns"), VERBS, ids=[one[0] for one in VERBS]
)


@pytest.fixture
def told() -> Iterator[list[Any]]:
    heard: list[Any] = []

    def listener(**payload: Any) -> None:
        heard.append((payload["change"], payload["providers"]))

    schedule_changed.connect(listener)
    yield heard
    schedule_changed.disconnect(listener)


@every_verb
def test_a_verb_writes_its_columns_and_no_other(
    name: str, verb: Verb, columns: dict[str, Any]
) -> None:
    ann = make_provider(headline="before")
    Provider.objects.update(headline="changed meanwhile")
    verb(ann)
    ann.refresh_from_db()
    assert {column: getattr(ann, column) for column in columns} == columns
    assert ann.headline == "changed meanwhile"


@every_verb
def test_a_verb_is_told_of_once(
    name: str,
    verb: Verb,
    columns: dict[str, Any],
    told: list[Any],
    django_capture_on_commit_callbacks: Any,
) -> None:
    ann = make_provider()
    with django_capture_on_commit_callbacks(execute=True):
        verb(ann)
        verb(ann)
    assert told == [(name, [ann])]


def test_a_provider_moves_to_another_place_and_back(
    told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    ann, place = make_provider(), make_location()
    with django_capture_on_commit_callbacks(execute=True):
        assert set_location(ann, place).location == place
        assert set_location(ann, None).location is None
    assert told == [("set_location", [ann])] * 2


def test_a_zone_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UnknownZone):
        set_zone(make_provider(), "Europe/Atlantis")


def test_a_place_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotFound, match="location"):
        set_location(make_provider(), 10**6)


def test_there_must_be_a_unit() -> None:
    with pytest.raises(InvalidCatalog, match="at least one unit"):
        set_units(make_provider(), 0)


def test_the_last_day_must_not_come_before_the_first() -> None:
    with pytest.raises(InvalidCatalog, match="last day"):
        set_accepting(make_provider(), APRIL, MARCH)


def test_a_service_that_is_withdrawn_is_given_by_the_others_only(
    told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    service = make_service()
    ann, bob = make_provider("Ann", offers=service), make_provider("Bob", offers=service)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_service(service, ann)
        withdraw_service(service, ann)
    assert [offering.provider for offering in Offering.objects.all()] == [bob]
    assert told == [("withdraw_service", [ann])]
