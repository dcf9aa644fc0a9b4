"""A booking that is moved keeps its price, or costs what its new place costs if that was agreed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from tests.bookings.times import at

from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.quote_move import quote_move
from bookable.bookings.reschedule import reschedule
from bookable.errors import SlotTaken
from bookable.models import Booking, PaymentMode
from bookable.money import Money
from bookable.testing import make_customer, make_provider, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

EVENINGS = {
    "BACKEND": "bookable.catalog.pricing.PeakPricing",
    "OPTIONS": {"percent": 50, "weekdays": list(range(7)), "start": "15:00"},
}


def terms(**options: Any) -> dict[str, Any]:
    return {"BACKEND": "bookable.bookings.policies.StandardTerms", "OPTIONS": options}


@pytest.fixture
def repriced() -> Iterator[None]:
    with override_settings(
        BOOKABLE={"PRICING": EVENINGS, "CANCELLATION": terms(reprice_moves=True)}
    ):
        yield


def booked(start: str = "10:00", **fields: Any) -> Booking:
    service = make_service(price=10_000, **fields)
    make_provider(offers=service)
    return hold(service, at(start), customer=make_customer())


@override_settings(BOOKABLE={"PRICING": EVENINGS})
def test_a_booking_keeps_its_price_when_it_is_moved() -> None:
    booking = confirm(booked())
    reschedule(booking, at("16:00"))
    assert booking.order.total == Money(10_000, "EUR")


@pytest.mark.usefixtures("repriced")
def test_where_it_was_agreed_it_costs_what_its_new_place_costs() -> None:
    booking = confirm(booked())
    reschedule(booking, at("16:00"))
    assert booking.order.total == Money(15_000, "EUR")
    assert booking.history.last().data["price"] == 5_000


@pytest.mark.usefixtures("repriced")
def test_it_becomes_cheaper_as_well() -> None:
    booking = confirm(booked("16:00"))
    reschedule(booking, at("10:00"))
    assert booking.order.total == Money(10_000, "EUR")


@pytest.mark.usefixtures("repriced")
def test_the_deposit_of_a_hold_follows_its_price() -> None:
    booking = booked(payment=PaymentMode.DEPOSIT, deposit_percent=20)
    reschedule(booking, at("16:00"))
    assert booking.order.due_first == Money(3_000, "EUR")
    reschedule(booking, at("10:00"))
    assert booking.order.due_first == Money(2_000, "EUR")


@pytest.mark.usefixtures("repriced")
def test_of_a_confirmed_booking_no_more_is_due_first_than_it_costs() -> None:
    booking = booked("16:00", payment=PaymentMode.FULL)
    confirm(booking)
    reschedule(booking, at("10:00"))
    assert booking.order.due_first == booking.order.total == Money(10_000, "EUR")


@pytest.mark.usefixtures("repriced")
def test_the_tax_follows_the_price() -> None:
    booking = confirm(booked(tax_percent=25))
    reschedule(booking, at("16:00"))
    assert booking.order.tax == Money(3_000, "EUR")


@pytest.mark.usefixtures("repriced")
def test_what_was_agreed_later_changes_nothing_for_earlier_customers() -> None:
    with override_settings(BOOKABLE={"PRICING": EVENINGS, "CANCELLATION": terms()}):
        booking = confirm(booked())
    reschedule(booking, at("16:00"))
    assert booking.order.total == Money(10_000, "EUR")


@pytest.mark.usefixtures("repriced")
def test_the_quote_says_what_moving_costs_and_moving_obeys_it() -> None:
    booking = confirm(booked(tax_percent=10, tax_included=False))
    quote = quote_move(booking, at("16:00"))
    assert quote.difference == Money(5_500, "EUR")
    reschedule(booking, at("16:00"))
    assert booking.order.total == quote.after == Money(16_500, "EUR")


@override_settings(BOOKABLE={"PRICING": EVENINGS})
def test_the_quote_of_a_price_that_stays_is_nothing() -> None:
    assert not quote_move(confirm(booked()), at("16:00")).difference


@override_settings(BOOKABLE={"CANCELLATION": terms(reschedule_limit=0)})
def test_the_quote_says_why_a_customer_may_not_move_it() -> None:
    assert quote_move(confirm(booked()), at("16:00")).refusal


def test_there_is_no_quote_for_what_is_not_free() -> None:
    with pytest.raises(SlotTaken):
        quote_move(confirm(booked()), at("03:00"))
