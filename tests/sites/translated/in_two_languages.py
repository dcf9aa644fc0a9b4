"""Run by tests/translation/test_recipe.py under this site's own settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override

from bookable.models import Provider, Service
from bookable.testing import freeze, make_provider, make_service

pytestmark = pytest.mark.django_db
NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _monday() -> Iterator[None]:
    with freeze("2027-03-01 08:00"):
        yield


@pytest.fixture
def haircut() -> Service:
    return make_service("Haircut", name_de="Haarschnitt")


@pytest.fixture
def rooms(haircut: Service) -> list[Provider]:
    return [
        make_provider(f"Room {number}", name_de=f"Zimmer {number}", offers=haircut)
        for number in range(20)
    ]


def _as_posted(form: Any, *formsets: Any) -> dict[str, Any]:
    """What a browser sends when nothing was changed."""
    parts = [form, *(part.formset.management_form for part in formsets)]
    parts += [row for part in formsets for row in part.formset.forms]
    values = {field.html_name: field.value() for part in parts for field in part}
    return {name: value for name, value in values.items() if _is_sent(value)}


def _is_sent(value: Any) -> bool:
    return value is not False and value not in ("", None)


def test_the_site_needs_no_further_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_service_has_its_name_in_the_active_language(haircut: Service) -> None:
    with override("de"):
        assert Service.objects.get().name == "Haarschnitt"


def test_a_slot_names_its_providers_in_the_active_language(
    haircut: Service, rooms: list[Provider]
) -> None:
    with override("de"):
        slot = haircut.next_slot()
        assert slot is not None
        assert slot.providers[0].name == "Zimmer 0"


def test_names_that_are_not_translated_fall_back(haircut: Service) -> None:
    make_provider("Ann", offers=haircut)
    with override("de"):
        slot = haircut.next_slot()
        assert slot is not None
        assert slot.providers[0].name == "Ann"


def test_a_reason_is_told_with_the_name_in_the_active_language(
    haircut: Service, rooms: list[Provider]
) -> None:
    with override("de"):
        reasons = haircut.explain(NINE - timedelta(hours=3), provider=rooms[0].pk)
    assert "Zimmer 0" in reasons[-1].text


@pytest.mark.parametrize("language", ["en", "de"])
def test_reading_the_names_of_many_providers_costs_nothing_more(
    haircut: Service, rooms: list[Provider], language: str, django_assert_max_num_queries
) -> None:
    with override(language), django_assert_max_num_queries(4):
        for slot in haircut.slots(NINE, NINE + timedelta(days=7)):
            assert all(provider.name for provider in slot.providers)


@pytest.mark.parametrize("model", ["provider", "service"])
def test_the_admin_has_a_field_for_each_language(
    haircut: Service, rooms: list[Provider], admin_client: Client, model: str
) -> None:
    row = {"provider": rooms[0], "service": haircut}[model]
    page = admin_client.get(f"/admin/bookable/{model}/{row.pk}/change/").content.decode()
    assert set(re.findall(r'name="(name[^"]*)"', page)) == {"name_en", "name_de"}


def test_the_admin_saves_a_translation(
    haircut: Service, rooms: list[Provider], admin_client: Client
) -> None:
    address = f"/admin/bookable/provider/{rooms[0].pk}/change/"
    page = admin_client.get(address)
    data = _as_posted(page.context["adminform"].form, *page.context["inline_admin_formsets"])
    answer = admin_client.post(address, {**data, "name_de": "Großes Zimmer"})
    assert answer.status_code == 302, answer.context["errors"]
    assert Provider.objects.get(pk=rooms[0].pk).name_de == "Großes Zimmer"


@pytest.mark.django_db(transaction=True)
def test_the_columns_can_be_taken_away_again() -> None:
    call_command("migrate", "translated", "zero", verbosity=0)
    call_command("migrate", "translated", verbosity=0)
