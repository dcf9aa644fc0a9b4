"""Every page answers, and lists take no more queries the longer they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.admin.pages import add_url, change_url, list_url

from bookable.models import (
    BusyTime,
    Category,
    Claim,
    DateHours,
    Location,
    Offering,
    Pool,
    Provider,
    Service,
    Session,
    Tag,
    TimeOff,
)
from bookable.testing import (
    make_busy_time,
    make_location,
    make_need,
    make_pool,
    make_provider,
    make_service,
    make_session,
    make_time_off,
)

pytestmark = pytest.mark.django_db

START = datetime(2030, 1, 7, 10, tzinfo=UTC)
END = START + timedelta(hours=1)
MODELS = [
    BusyTime,
    Category,
    Claim,
    DateHours,
    Location,
    Pool,
    Provider,
    Service,
    Session,
    Tag,
    TimeOff,
]
LOOKED_AT_ONLY = [Claim, Session]


def furnish(number: int) -> None:
    """One more row of everything, tied to one another."""
    tag = Tag.objects.create(name=f"Tag {number}", slug=f"tag-{number}")
    category = Category.objects.create(name=f"Category {number}", slug=f"category-{number}")
    location = make_location(f"Place {number}")
    service = make_service(f"Service {number}", category=category)
    service.tags.add(tag)
    service.locations.add(location)
    provider = make_provider(f"Provider {number}", offers=service, location=location)
    provider.tags.add(tag)
    make_need(service, provider)
    make_need(service, pool=make_pool(f"Pool {number}", make_provider(f"Room {number}")))
    make_busy_time(provider, START, END)
    make_time_off(provider if number % 2 else None, START, END)
    day = date(2030, 1, 1) + timedelta(days=number)
    DateHours.objects.create(provider=provider if number % 2 else None, date=day, location=location)
    make_session(service, START + timedelta(days=number), provider, location=location)


def queries_of(client: Client, model: type[Model]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(list_url(model)).status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", MODELS)
def test_a_list_answers(admin_client: Client, model: type[Model]) -> None:
    furnish(1)
    assert admin_client.get(list_url(model)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_a_list_can_be_searched(admin_client: Client, model: type[Model]) -> None:
    furnish(1)
    assert admin_client.get(list_url(model), {"q": "one"}).status_code == 200


@pytest.mark.parametrize("model", [model for model in MODELS if model not in LOOKED_AT_ONLY])
def test_a_page_to_add_a_row_answers(admin_client: Client, model: type[Model]) -> None:
    furnish(1)
    assert admin_client.get(add_url(model)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_the_page_of_a_row_answers(admin_client: Client, model: type[Model]) -> None:
    furnish(1)
    row = model._default_manager.all()[:1].get()
    assert admin_client.get(change_url(row)).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_a_list_takes_as_many_queries_for_twenty_rows_as_for_one(
    admin_client: Client, model: type[Model]
) -> None:
    furnish(1)
    for_one = queries_of(admin_client, model)
    for number in range(2, 21):
        furnish(number)
    assert queries_of(admin_client, model) == for_one


def test_the_choices_of_all_hours_are_read_in_one_query(
    admin_client: Client, django_assert_num_queries: Any
) -> None:
    short = make_provider("Short", weekdays=[0])
    long = make_provider("Long", hours=["08:00-12:00", "13:00-17:00"])
    admin_client.get(change_url(short))  # what is read once for all pages is known now
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(change_url(short))
    with django_assert_num_queries(len(queries)):
        admin_client.get(change_url(long))


def test_a_page_takes_as_many_queries_for_five_offerings_as_for_one(
    admin_client: Client, django_assert_num_queries: Any
) -> None:
    few = make_provider("Few", offers=make_service())
    many = make_provider("Many", offers=[make_service() for _ in range(5)])
    admin_client.get(change_url(few))  # what is read once for all pages is known now
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(change_url(few))
    with django_assert_num_queries(len(queries)):
        admin_client.get(change_url(many))


@pytest.mark.parametrize("parameter", ["live", "channel__exact"])
@pytest.mark.parametrize("value", ["yes", "no", "in_person"])
def test_sessions_can_be_filtered(admin_client: Client, parameter: str, value: str) -> None:
    furnish(1)
    assert admin_client.get(list_url(Session), {parameter: value}).status_code == 200


@pytest.mark.parametrize("model", [DateHours, TimeOff])
def test_what_is_meant_for_everybody_says_so(admin_client: Client, model: type[Model]) -> None:
    furnish(2)
    assert "All providers" in admin_client.get(list_url(model)).content.decode()


def test_a_list_of_providers_shows_when_they_are_off_next(admin_client: Client) -> None:
    make_time_off(make_provider(), START, END)
    assert "Jan. 7, 2030" in admin_client.get(list_url(Provider)).content.decode()


def test_providers_can_be_filtered_by_the_service_they_offer(admin_client: Client) -> None:
    service = make_service()
    make_provider("Ann", offers=service)
    make_provider("Bob", offers=make_service())
    page = admin_client.get(list_url(Provider), {"offerings__service__id__exact": service.pk})
    assert [one.name for one in page.context["cl"].result_list] == ["Ann"]


def test_a_list_of_services_shows_money_and_how_many_offer_them(admin_client: Client) -> None:
    service = make_service(price=3500, currency="EUR")
    Offering.objects.create(service=service, provider=make_provider())
    text = admin_client.get(list_url(Service)).content.decode()
    assert "35.00 EUR" in text
    assert '<td class="field-providers_count">1</td>' in text


def test_the_page_of_a_provider_shows_the_next_busy_times(admin_client: Client) -> None:
    provider = make_provider()
    for day in range(7):
        make_busy_time(provider, START + timedelta(days=day), END + timedelta(days=day))
    text = admin_client.get(change_url(provider)).content.decode()
    assert "Jan. 11, 2030" in text
    assert "Jan. 12, 2030" not in text


@pytest.mark.parametrize("model", LOOKED_AT_ONLY)
@pytest.mark.parametrize("address", [add_url, lambda model: change_url(model.objects.first())])
def test_what_is_booked_can_not_be_written(
    admin_client: Client, model: type[Model], address: Callable[[type[Model]], str]
) -> None:
    furnish(1)
    assert admin_client.post(address(model), {"seats_taken": 5}).status_code == 403


def test_a_session_can_not_be_deleted(admin_client: Client) -> None:
    furnish(1)
    session = Session.objects.get()
    answer = admin_client.post(change_url(session).replace("change", "delete"), {"post": "yes"})
    assert answer.status_code == 403
    assert Session.objects.exists()


def test_a_service_with_sessions_is_not_deleted(admin_client: Client) -> None:
    furnish(1)
    service = Service.objects.get()
    admin_client.post(change_url(service).replace("change", "delete"), {"post": "yes"})
    assert Service.objects.exists()
