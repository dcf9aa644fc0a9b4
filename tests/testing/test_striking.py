"""What the hammer counts, and where it refuses to strike.

Whether anything is booked twice is looked for in tests/concurrency.
"""

from __future__ import annotations

import random

import pytest
from django.db import transaction

from bookable.bookings.hold import hold
from bookable.errors import TryAgain
from bookable.models import Booking, Service
from bookable.testing import (
    NothingToDo,
    Report,
    everyday_blows,
    hammer,
    make_customer,
    make_provider,
    make_service,
    strike,
)
from bookable.testing.hammer import Blow

CHANCE = random.Random(1)

in_real_transactions = pytest.mark.django_db(transaction=True)


def idle(_chance: random.Random) -> None:
    raise NothingToDo


def refused(_chance: random.Random) -> None:
    raise TryAgain


def done(_chance: random.Random) -> str:
    return "something"


@pytest.mark.django_db
@pytest.mark.parametrize("use", [strike, hammer])
def test_it_does_not_strike_in_an_ordinary_test_case(use: object) -> None:
    struck: list[object] = []
    with pytest.raises(RuntimeError, match="Use TransactionTestCase"):
        use([struck.append], workers=2, attempts=2)  # type: ignore[operator]
    assert struck == []


@in_real_transactions
def test_it_does_not_strike_within_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        strike([done], workers=1, attempts=1)


@in_real_transactions
def test_what_found_nothing_to_do_is_counted_apart() -> None:
    report = strike([idle, refused, done], workers=2, attempts=30)
    assert report.attempts == 30 == report.done + report.idle + report.refused.total()
    assert min(report.done, report.idle, report.refused["try_again"]) > 0
    assert report.errors == []


def test_a_report_says_how_many_found_nothing_to_do() -> None:
    report = Report(attempts=5, done=2, idle=3)
    assert str(report) == "5 attempts in 0.0 s: 2 done, 3 idle, refused: none, errors: 0"


@pytest.fixture
def service() -> Service:
    service = make_service()
    make_provider(offers=service, hours=["00:00-24:00"])
    return service


def changing(service: Service) -> list[Blow]:
    """What everyday blows do to bookings that are there: moving, cancelling, extending, ending."""
    return [blow for blow in everyday_blows([service], days=2) if blow.__name__ != "take"]


@pytest.mark.django_db
def test_without_a_booking_everyday_blows_find_nothing_to_do(service: Service) -> None:
    blows = changing(service)
    assert [blow.__name__ for blow in blows] == ["move", "drop", "prolong", "tidy"]
    for blow in blows:
        with pytest.raises(NothingToDo):
            blow(CHANCE)


@pytest.mark.django_db
def test_with_a_booking_they_have_something_to_do(service: Service) -> None:
    start = service.next_slot().start  # type: ignore[union-attr]
    hold(service, start, customer=make_customer())
    move, drop, prolong, _tidy = changing(service)
    for blow in (prolong, move, drop):
        blow(CHANCE)
    assert Booking.objects.get().state == "cancelled"


@pytest.mark.django_db
def test_a_booking_of_another_service_is_not_moved(service: Service) -> None:
    other = make_service("Other")
    make_provider(offers=other, hours=["00:00-24:00"])
    start = other.next_slot().start  # type: ignore[union-attr]
    hold(other, start, customer=make_customer())
    with pytest.raises(NothingToDo):
        changing(service)[0](CHANCE)
