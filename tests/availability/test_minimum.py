"""How soon a class may begin that needs more than those who ask."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.availability.times import HOUR, MINUTE, at, times

from bookable.availability.choose import choose
from bookable.availability.explain import explain
from bookable.catalog.models import Provider, Service
from bookable.errors import NotOverridable
from bookable.testing import RuleContract, make_provider, make_service, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(sunday: FrozenClock) -> Service:
    """It is 9:00, and a class of fewer than three must be booked two hours ahead."""
    sunday.move_to(at("09:00"))
    service = make_service(capacity=5, minimum=3, minimum_deadline=120)
    make_provider("Ann", offers=service)
    return service


class MinimumTests(RuleContract):
    rule = "bookable.availability.rules.Minimum"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        service.capacity, service.minimum = 5, 3
        service.minimum_deadline = 10 * 24 * 60 + 90
        service.save()


def codes(service: Service, text: str, **asked: Any) -> list[str]:
    return [reason.code for reason in explain(service, at(text), **asked)]


def test_no_class_of_too_few_starts_sooner_than_its_deadline(service: Service) -> None:
    assert times(service) == ["12:00", "13:00", "14:00", "15:00", "16:00"]
    assert codes(service, "10:00") == ["minimum"]


def test_a_start_is_offered_until_the_second_before_its_deadline(
    service: Service, sunday: FrozenClock
) -> None:
    sunday.tick(-MINUTE / 60)
    assert times(service)[0] == "11:00"
    sunday.tick(MINUTE / 60)
    assert times(service)[0] == "12:00"


def test_enough_at_once_may_start_sooner(service: Service) -> None:
    assert times(service, seats=2)[0] == "12:00"
    assert times(service, seats=3)[0] == "09:00"


def test_a_class_that_exists_can_be_joined_by_anybody(service: Service) -> None:
    make_session(service, at("10:00"), Provider.objects.get())
    assert times(service)[:2] == ["10:00", "12:00"]


@pytest.mark.parametrize("fields", [{"minimum": 1}, {"minimum_deadline": 0}])
def test_what_needs_nobody_else_starts_at_any_time(
    service: Service, fields: dict[str, int]
) -> None:
    for name, value in fields.items():
        setattr(service, name, value)
    assert times(service)[0] == "09:00"


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (61, "Fewer than 3 seats must be booked at least 61 minutes ahead."),
        (60, "Fewer than 3 seats must be booked at least 1 hour ahead."),
        (1440, "Fewer than 3 seats must be booked at least 24 hours ahead."),
    ],
)
def test_a_class_of_too_few_is_explained(service: Service, minutes: int, sentence: str) -> None:
    service.minimum_deadline = minutes
    (reason,) = service.explain(at("09:00"))
    assert (reason.rule, reason.text) == ("Minimum", sentence)


def test_what_has_passed_is_too_soon_as_well(service: Service, sunday: FrozenClock) -> None:
    sunday.tick(HOUR)
    assert codes(service, "09:00") == ["notice", "minimum"]


def test_a_class_of_too_few_can_be_booked_against_the_rule(service: Service) -> None:
    assert choose(service, at("10:00")) is None
    assert choose(service, at("10:00"), override=["minimum"]) is not None


def test_a_rule_set_without_it_lets_any_class_start(service: Service, settings: Any) -> None:
    names = ("WeeklyHours", "Claims", "Notice")
    rules = [f"bookable.availability.rules.{name}" for name in names]
    settings.BOOKABLE = {"RULESETS": {"default": rules}}
    assert times(service)[0] == "09:00"
    with pytest.raises(NotOverridable):
        choose(service, at("10:00"), override=["minimum"])
