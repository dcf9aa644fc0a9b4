"""What of a price is tax, from the line on which it is frozen to the fee that keeps its part."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings
from tests.bookings.times import at

from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.catalog.pricing import PricedLine
from bookable.catalog.taxes import Tax, Taxes
from bookable.models import Booking, LineKind, PaymentMode, Service
from bookable.money import Money
from bookable.testing import make_customer, make_extra, make_provider, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def service(**fields: Any) -> Service:
    made = make_service(price=11_900, tax_percent=Decimal(19), **fields)
    make_provider(offers=made)
    return made


def booked(made: Service, **options: Any) -> Booking:
    return hold(made, at("10:00"), customer=make_customer(), **options)


def test_a_price_that_contains_tax_says_how_much() -> None:
    order = booked(service()).order
    assert order.total == Money(11_900, "EUR")
    assert order.tax == Money(1_900, "EUR")
    assert order.lines.get().tax_percent == Decimal(19)


def test_tax_that_is_added_has_a_line_of_its_own() -> None:
    order = booked(service(tax_included=False)).order
    assert order.total == Money(11_900 + 2_261, "EUR")
    assert order.tax == Money(2_261, "EUR")
    priced, tax = order.lines.order_by("pk")
    assert (tax.kind, tax.parent, tax.label) == (LineKind.TAX, priced, "Tax (19 %)")


def test_a_deposit_is_a_part_of_the_price_with_its_tax() -> None:
    made = service(tax_included=False, payment=PaymentMode.DEPOSIT, deposit_percent=50)
    assert booked(made).order.due_now == Money((11_900 + 2_261) // 2 + 1, "EUR")


def test_what_was_booked_keeps_its_tax_when_the_rate_changes() -> None:
    made = service()
    order = booked(made).order
    made.tax_percent = Decimal(25)
    made.save()
    assert order.tax == Money(1_900, "EUR")


def test_cancelling_takes_the_tax_back() -> None:
    booking = booked(service())
    cancel(confirm(booking))
    assert booking.order.tax == Money(0, "EUR")


def test_a_fee_keeps_its_part_of_the_tax() -> None:
    terms = {
        "BACKEND": "bookable.bookings.policies.StandardTerms",
        "OPTIONS": {"free_hours": None, "late_percent": 50},
    }
    with override_settings(BOOKABLE={"CANCELLATION": terms}):
        booking = confirm(booked(service()))
    cancel(booking, waive_fee=False)
    assert booking.order.total == Money(5_950, "EUR")
    assert booking.order.tax == Money(950, "EUR")


def test_an_extra_of_a_booking_is_taxed_too() -> None:
    made = service(tax_included=False)
    extra = make_extra(made, price=1_000, max_quantity=2)
    order = booked(made, extras={extra: 2}).order
    assert order.tax == Money(2_261 + 380, "EUR")


def test_without_a_rate_there_is_no_tax() -> None:
    made = make_service(price=11_900)
    make_provider(offers=made)
    order = booked(made).order
    assert order.tax == Money(0, "EUR")
    assert order.lines.get().tax_percent is None


class FoodIsCheaper(Taxes):
    """Another rate for extras."""

    def tax(self, service: Service, line: PricedLine) -> Tax | None:
        return Tax(Decimal(7) if line.kind == LineKind.EXTRA else Decimal(19))


@override_settings(BOOKABLE={"TAX": f"{__name__}.FoodIsCheaper"})
def test_a_site_says_what_is_taxed_how() -> None:
    made = make_service(price=11_900)
    make_provider(offers=made)
    extra = make_extra(made, price=1_070)
    assert booked(made, extras={extra: 1}).order.tax == Money(1_900 + 70, "EUR")


@pytest.mark.parametrize(
    ("amount", "percent", "tax"),
    [
        (11_900, "19", 1_900),
        (100, "19", 16),
        (1, "19", 0),
        (3, "20", 0),
        (10, "8.1", 1),
        (5, "0", 0),
    ],
)
def test_the_tax_in_an_amount_is_rounded_half_up(amount: int, percent: str, tax: int) -> None:
    assert Tax(Decimal(percent)).of(Money(amount, "EUR")) == Money(tax, "EUR")
