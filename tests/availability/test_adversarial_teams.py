"""Teams and crowds with which availability has gone wrong elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.availability.one_provider import MONDAY, moment, shown
from tests.availability.times import DAY

from bookable.catalog.models import Service
from bookable.testing import freeze, make_need, make_provider, make_service

pytestmark = pytest.mark.django_db


def pair(first: Sequence[str], second: Sequence[str]) -> Service:
    """Staff and a room, with these hours."""
    service = make_service()
    make_need(service, make_provider("Ann", hours=first))
    make_need(service, make_provider("Room", hours=second))
    return service


def test_staff_and_room_that_are_free_by_turns_are_never_offered() -> None:  # 38
    service = pair(["09:00-10:30", "12:00-13:30"], ["10:30-12:00", "13:30-15:00"])
    assert shown(service, MONDAY) == []


def test_staff_and_room_that_are_free_together_for_too_short_are_never_offered() -> None:  # 38
    assert shown(pair(["09:00-11:00"], ["10:30-13:00"]), MONDAY) == []


def test_one_person_in_both_pools_is_counted_once() -> None:  # 39
    service = make_service()
    ann = make_provider("Ann")
    make_need(service, ann)
    make_need(service, ann)
    assert shown(service, MONDAY) == []


def test_a_need_beyond_the_capacity_is_answered_never() -> None:  # 40
    service = make_service()
    make_need(service, make_provider("Bikes", units=2), quantity=3)
    assert shown(service, MONDAY, days=30) == []
    with freeze(moment(MONDAY, "00:00")):
        assert service.next_slot() is None


@pytest.mark.parametrize("days", [1, 365])
@pytest.mark.parametrize("many", [1, 50, 500])
def test_more_providers_and_days_take_no_more_queries(
    many: int, days: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:  # 41
    service = make_service(horizon_days=400)
    for number in range(many):
        make_provider(f"Provider {number}", offers=service, weekdays=[0])
    with freeze(moment(MONDAY, "00:00")), django_assert_max_num_queries(4):
        assert service.slots(MONDAY, MONDAY + days * DAY)
