"""Prices are entered and shown in the currency's main unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from tests.admin.pages import add_url, change_url, errors_on, filled_in, rows, save

from bookable.admin.money_field import MinorUnitsField
from bookable.models import DurationChoice, Extra, Offering, Provider, Service
from bookable.testing import make_provider, make_service

pytestmark = pytest.mark.django_db

CURRENCIES = [("EUR", "35.50", 3550), ("JPY", "4000", 4000), ("KWD", "12.345", 12345)]


def price_field(currency: str) -> MinorUnitsField:
    field = MinorUnitsField(required=False, min_value=0)
    field.shown_in = field.entered_in = currency
    return field


@pytest.mark.parametrize(("currency", "written", "minor"), CURRENCIES)
def test_a_price_is_read_in_its_currency(currency: str, written: str, minor: int) -> None:
    assert price_field(currency).clean(written) == minor


@pytest.mark.parametrize(("currency", "written", "minor"), CURRENCIES)
def test_a_price_is_shown_in_its_currency(currency: str, written: str, minor: int) -> None:
    assert str(price_field(currency).prepare_value(minor)) == written


@pytest.mark.parametrize("text", ["0.001", "nan", "inf", "-1", "abc", "1e999", "9" * 30])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        price_field("EUR").clean(text)


def test_no_price_is_none() -> None:
    assert price_field("EUR").clean("") is None


def test_the_same_price_written_differently_is_no_change() -> None:
    assert not price_field("EUR").has_changed(3500, "35")


def test_the_same_digits_in_another_currency_are_a_change() -> None:
    assert price_field("JPY").has_changed(3500, "35.00")


@pytest.mark.parametrize(("currency", "written", "minor"), CURRENCIES)
def test_a_new_service_keeps_the_price_that_was_written(
    admin_client: Client, currency: str, written: str, minor: int
) -> None:
    fields = {"name": "Cut", "slug": "cut", "price": written, "currency": currency}
    save(admin_client, add_url(Service), **fields)
    assert Service.objects.get().price == minor


@pytest.mark.parametrize(("currency", "written", "minor"), CURRENCIES)
def test_a_service_shows_and_keeps_its_prices(
    admin_client: Client, currency: str, written: str, minor: int
) -> None:
    service = make_service(price=minor, currency=currency)
    Extra.objects.create(service=service, name="Oil", slug="oil", price=minor)
    DurationChoice.objects.create(service=service, minutes=90, price=minor)
    data = filled_in(admin_client, change_url(service))
    assert {data["price"], data["extras-0-price"], data["duration_choices-0-price"]} == {written}
    assert admin_client.post(change_url(service), data).status_code == 302
    service.refresh_from_db()
    assert {service.price, service.extras.get().price} == {minor}


def test_an_amount_finer_than_the_currency_is_refused(admin_client: Client) -> None:
    service = make_service(currency="JPY")
    answer = save(admin_client, change_url(service), price="0.5")
    assert "finer than the smallest unit of JPY" in errors_on(answer)


def test_the_deposit_is_an_amount_of_money_too(admin_client: Client) -> None:
    service = make_service(price=3500)
    save(admin_client, change_url(service), payment="deposit", deposit="10.00")
    service.refresh_from_db()
    assert service.deposit == 1000


def test_all_prices_of_a_service_change_with_its_currency(admin_client: Client) -> None:
    service = make_service(price=3500, currency="EUR")
    extra = Extra.objects.create(service=service, name="Oil", slug="oil", price=500)
    save(admin_client, change_url(service), currency="JPY")
    service.refresh_from_db()
    extra.refresh_from_db()
    assert (service.price, extra.price) == (35, 5)


def test_a_new_extra_is_priced_in_the_currency_of_its_service(admin_client: Client) -> None:
    service = make_service(currency="KWD")
    oil = {"name": "Oil", "slug": "oil", "price": "1.5", "max_quantity": 1}
    table = rows("extras", {**oil, "minutes": 0, "position": 0})
    save(admin_client, change_url(service), **table)
    assert service.extras.get().price == 1500


class TestOnTheProvidersPage:
    @pytest.mark.parametrize(("currency", "written", "minor"), CURRENCIES)
    def test_an_own_price_is_in_the_currency_of_the_service(
        self, admin_client: Client, currency: str, written: str, minor: int
    ) -> None:
        service, provider = make_service(currency=currency), make_provider()
        table = rows("offerings", {"service": service.pk, "price": written, "weight": 1})
        save(admin_client, change_url(provider), **table)
        assert provider.offerings.get().price == minor
        assert filled_in(admin_client, change_url(provider))["offerings-0-price"] == written

    def test_each_row_has_a_currency_of_its_own(self, admin_client: Client) -> None:
        provider = make_provider(
            offers=[make_service(currency="KWD"), make_service(currency="JPY")]
        )
        Offering.objects.filter(provider=provider).update(price=5000)
        data = filled_in(admin_client, change_url(provider))
        assert (data["offerings-0-price"], data["offerings-1-price"]) == ("5.000", "5000")

    def test_a_row_that_names_another_service_is_read_in_its_currency(
        self, admin_client: Client
    ) -> None:
        provider = make_provider(offers=make_service(currency="EUR"))
        yen = make_service(currency="JPY")
        changes = {"offerings-0-service": yen.pk, "offerings-0-price": "5000"}
        save(admin_client, change_url(provider), **changes)
        assert provider.offerings.get().price == 5000

    def test_a_service_that_is_not_there_is_refused(self, admin_client: Client) -> None:
        table = rows("offerings", {"service": 404, "price": "1", "weight": 1})
        answer = save(admin_client, change_url(make_provider()), **table)
        assert "Select a valid choice" in errors_on(answer)


def test_one_who_may_only_look_sees_money(client_who_may: Callable[..., Client]) -> None:
    service = make_service(price=3500, deposit=1000, payment="deposit")
    Extra.objects.create(service=service, name="Oil", slug="oil", price=750)
    page: Any = client_who_may("view_service", "view_extra").get(change_url(service))
    text = page.content.decode()
    assert all(amount in text for amount in ["35.00 EUR", "10.00 EUR", "7.50 EUR"])


def test_one_who_may_only_look_at_a_provider_sees_money(
    client_who_may: Callable[..., Client],
) -> None:
    provider: Provider = make_provider(offers=make_service())
    provider.offerings.update(price=4200)
    page = client_who_may("view_provider", "view_offering").get(change_url(provider))
    assert "42.00 EUR" in page.content.decode()
