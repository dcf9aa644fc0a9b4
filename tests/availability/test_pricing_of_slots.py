"""What a slot costs, for what was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import override_settings
from tests.availability.times import MINUTE, at

from bookable.availability.answers import Slot
from bookable.catalog.models import Offering, Provider, Service
from bookable.money import Money
from bookable.testing import make_need, make_provider, make_service, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]

PEAK = {
    "BACKEND": "bookable.catalog.pricing.PeakPricing",
    "OPTIONS": {"percent": 50, "weekdays": [0], "start": "12:00", "end": "14:00"},
}


@pytest.fixture
def service() -> Service:
    return make_service(price=6000, capacity=4, currency="EUR")


def slot_of(service: Service, text: str = "10:00", **asked: Any) -> Slot:
    (slot,) = service.slots(at(text), at(text) + MINUTE, **asked)
    return slot


def offer(service: Service, name: str, **own: Any) -> Provider:
    provider = make_provider(name)
    Offering.objects.create(service=service, provider=provider, **own)
    return provider


def test_a_slot_costs_what_the_service_costs(service: Service) -> None:
    offer(service, "Ann")
    assert slot_of(service).price == Money(6000, "EUR")


def test_every_seat_costs(service: Service) -> None:
    offer(service, "Ann")
    assert slot_of(service, seats=3).price == Money(18000, "EUR")


def test_the_cheapest_of_those_who_are_free_is_quoted(service: Service) -> None:
    ann = offer(service, "Ann", price=4000)
    offer(service, "Bob")
    assert slot_of(service).price == Money(4000, "EUR")
    make_session(service, at("10:00"), ann, seats_taken=4)
    assert slot_of(service).price == Money(6000, "EUR")


def test_a_named_provider_is_quoted_at_their_own_price(service: Service) -> None:
    offer(service, "Ann", price=4000)
    bob = offer(service, "Bob", price=9000)
    assert slot_of(service, provider=bob).price == Money(9000, "EUR")


def test_a_longer_choice_costs_in_proportion_or_its_own_price(service: Service) -> None:
    offer(service, "Ann")
    service.duration_choices.create(minutes=90)
    service.duration_choices.create(minutes=120, price=10000)
    assert slot_of(service, duration=90).price == Money(9000, "EUR")
    assert slot_of(service, duration=120).price == Money(10000, "EUR")


def test_extras_are_added_line_by_line(service: Service) -> None:
    offer(service, "Ann")
    service.extras.create(name="Oil", slug="oil", price=500, max_quantity=3, minutes=5)
    slot = slot_of(service, extras={"oil": 2}, seats=2)
    lines = [(line.kind, line.quantity, line.total.amount) for line in slot.price_lines]
    assert lines == [("service", 2, 12000), ("extra", 2, 1000)]
    assert slot.price == Money(13000, "EUR")
    assert slot.end == at("11:10")


@override_settings(BOOKABLE={"PRICING": PEAK})
def test_peak_hours_cost_more(service: Service) -> None:
    offer(service, "Ann")
    assert slot_of(service, "11:00").price == Money(6000, "EUR")
    assert slot_of(service, "12:00").price == Money(9000, "EUR")


def test_a_session_that_is_joined_costs_what_its_provider_asks(service: Service) -> None:
    ann = offer(service, "Ann", price=4500)
    offer(service, "Bob", price=1000)
    make_session(service, at("18:00"), ann)
    assert slot_of(service, "18:00").price == Money(4500, "EUR")


def test_a_session_with_nobody_in_it_costs_what_the_service_costs(service: Service) -> None:
    offer(service, "Ann", price=4500)
    make_session(service, at("18:00"))
    assert slot_of(service, "18:00").price == Money(6000, "EUR")


def test_the_room_that_is_needed_too_does_not_change_the_price(service: Service) -> None:
    ann = offer(service, "Ann", price=4500)
    room = offer(service, "Room", price=1)
    make_need(service, ann)
    make_need(service, room)
    assert slot_of(service).price == Money(4500, "EUR")


def test_the_next_start_is_quoted_too(service: Service) -> None:
    offer(service, "Ann", price=4500)
    found = service.next_slot(seats=2)
    assert found is not None
    assert found.price == Money(9000, "EUR")


def test_slots_are_equal_whatever_they_cost(service: Service) -> None:
    offer(service, "Ann")
    cheap = slot_of(service)
    service.price = 9000
    assert cheap == slot_of(service)
    assert hash(cheap) == hash(slot_of(service))
    assert cheap != slot_of(service, "11:00")
