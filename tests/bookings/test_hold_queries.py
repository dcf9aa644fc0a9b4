"""How often a hold asks the database; the figures stand in docs/explanation/performance.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.bookings.classes import book, yoga
from tests.bookings.every_verb import haircut
from tests.bookings.times import at

from bookable.bookings.hold import hold
from bookable.models import Provider
from bookable.testing import make_customer
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db
_BORDERS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")

#: Locks are queries only where the database has locks of rows.
LOCKS = connection.features.has_select_for_update


@pytest.fixture(autouse=True)
def _frozen(clock: FrozenClock) -> None:
    """So that no query depends on the day."""


def queries(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return len([one for one in captured if not one["sql"].startswith(_BORDERS)])


def test_holding_with_somebody_who_is_asked_for_takes_eleven_queries() -> None:
    service, ann = haircut("Ann", "Bob"), Provider.objects.get(name="Ann")
    customer = make_customer()
    found = queries(lambda: hold(service, at("10:00"), customer=customer, provider=ann))
    assert found == 10 + (1 if LOCKS else 0)


@pytest.mark.parametrize("many", [2, 40])
def test_holding_in_a_pool_takes_sixteen_queries_however_large_it_is(many: int) -> None:
    service = haircut(*(f"Person {number}" for number in range(many)))
    customer = make_customer()
    found = queries(lambda: hold(service, at("10:00"), customer=customer))
    assert found == 11 + (5 if LOCKS else 0)


@pytest.mark.parametrize("many", [1, 12])
def test_joining_a_class_takes_eighteen_queries_however_many_are_in_it(many: int) -> None:
    service = yoga(capacity=20)
    for _ in range(many):
        book(service, at("10:00"))
    customer = make_customer()
    found = queries(lambda: hold(service, at("10:00"), customer=customer))
    assert found == (18 if LOCKS else 14)
