"""A constant number of queries, whatever the number of providers and days."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.availability.times import DAY, HOUR, at

from bookable.catalog.models import Offering, Provider, Service
from bookable.schedule.models import BusyTime
from bookable.testing import (
    make_location,
    make_need,
    make_provider,
    make_service,
    make_session,
    make_time_off,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]

PROVIDERS = [1, 50]
DAYS = [1, 365]
START = at("00:00")


def crowd(many: int) -> Service:
    """A service with so many providers, each with something in their calendar."""
    service = make_service(horizon_days=400)
    for number in range(many):
        provider = make_provider(f"Provider {number}", offers=service)
        make_session(service, at("10:00") + number * DAY, provider)
        make_time_off(provider, at("15:00"), at("16:00"))
    return Service.objects.get(pk=service.pk)


def fill(service: Service, days: int) -> None:
    """Not an hour left for so many days."""
    rows = [
        BusyTime(provider=provider, start=START - DAY, end=START + days * DAY)
        for provider in Provider.objects.all()
    ]
    BusyTime.objects.bulk_create(rows)


@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("many", PROVIDERS)
def test_slots_take_four(
    many: int, days: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    service = crowd(many)
    with django_assert_max_num_queries(4):
        assert service.slots(START, START + days * DAY)


@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("many", PROVIDERS)
def test_days_take_five(
    many: int, days: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    service = crowd(many)
    with django_assert_max_num_queries(5):
        assert len(service.days(START, START + days * DAY)) == days


@pytest.mark.parametrize("many", PROVIDERS)
def test_the_next_slot_takes_five_even_if_nobody_is_free_for_two_months(
    many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    service = crowd(many)
    fill(service, 60)
    with django_assert_max_num_queries(5):
        found = service.next_slot()
    assert found is not None
    assert found.start == START + 60 * DAY + 9 * HOUR


@pytest.mark.parametrize("many", PROVIDERS)
def test_no_next_slot_at_all_takes_five_too(
    many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    service = crowd(many)
    fill(service, 500)
    with django_assert_max_num_queries(5):
        assert service.next_slot() is None


@pytest.mark.parametrize("many", PROVIDERS)
def test_an_explanation_takes_four(
    many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    service = crowd(many)
    fill(service, 2)
    with django_assert_max_num_queries(4):
        assert service.explain(at("15:30"))


@pytest.mark.parametrize("many", PROVIDERS)
def test_the_next_start_across_all_services_takes_as_many_for_one_as_for_many(
    many: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(5):
        crowd(many // 5 or 1)
    with django_assert_max_num_queries(6):
        assert Service.objects.next_free()


def test_the_next_start_of_each_provider_takes_as_many_for_one_as_for_many(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        crowd(10)
    with django_assert_max_num_queries(7):
        assert len(Provider.objects.next_free_each()) == 30


def test_the_next_start_of_each_service_takes_as_many_for_one_as_for_many(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(12):
        crowd(2)
    with django_assert_max_num_queries(6):
        assert len(Service.objects.next_free_each()) == 12


def test_many_needs_and_places_take_no_more(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    service = make_service()
    places = [make_location(), make_location()]
    for _ in range(4):
        make_need(service, *(make_provider(location=place) for place in places))
    with django_assert_max_num_queries(4):
        assert service.slots(START, START + 30 * DAY)


def test_limits_take_no_more(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    service = crowd(3)
    service.max_per_day = service.max_per_provider_week = 2
    with django_assert_max_num_queries(4):
        assert service.slots(START, START + 30 * DAY)


def test_prices_take_none(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    service = crowd(5)
    Offering.objects.update(price=100)
    slots = service.slots(START, START + 7 * DAY)
    with django_assert_num_queries(0):
        assert all(slot.price.amount == 100 for slot in slots)
