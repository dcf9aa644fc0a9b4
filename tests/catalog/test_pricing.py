from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from bookable.catalog.models import Extra, Service
from bookable.catalog.pricing import (
    PeakPricing,
    PricedLine,
    PriceRequest,
    Pricing,
    StandardPricing,
    price,
    price_lines,
)
from bookable.errors import Misconfigured, NaiveDatetime
from bookable.money import Money

SATURDAY_NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)
MONDAY_NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
TEA, CAKE = Extra(name="Tea", price=250), Extra(name="Cake", price=400)


def asked(start: datetime = MONDAY_NOON, *, zone: str = "UTC", **fields: Any) -> PriceRequest:
    service = Service(name="Massage", price=6000, currency="EUR", duration=60, zone=zone)
    return PriceRequest(service=service, start=start, **fields)


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


def test_a_seat_costs_what_the_service_says() -> None:
    assert price_lines(asked()) == [PricedLine("service", "Massage", 1, euros(6000))]


def test_a_providers_own_price_goes_before_the_services() -> None:
    assert price(asked(own_price=8000)) == euros(8000)


def test_an_own_price_of_nothing_is_a_price() -> None:
    assert price(asked(own_price=0)) == euros(0)


def test_every_seat_is_paid_for() -> None:
    [line] = price_lines(asked(seats=3))
    assert (line.quantity, line.total) == (3, euros(18000))


def test_extras_are_lines_of_their_own_and_do_not_grow_with_the_seats() -> None:
    _service, *extras = price_lines(asked(seats=2, extras=((TEA, 2), (CAKE, 1))))
    assert [(line.kind, line.label, line.total.amount) for line in extras] == [
        ("extra", "Tea", 500),
        ("extra", "Cake", 400),
    ]


def test_a_longer_duration_costs_what_its_choice_says() -> None:
    assert price(asked(duration=90, duration_price=8500)) == euros(8500)


def test_a_longer_duration_without_a_price_costs_in_proportion() -> None:
    assert price(asked(duration=90)) == euros(9000)
    assert price(asked(duration=90, own_price=8000)) == euros(12000)


def test_the_proportion_is_that_to_the_length_the_own_price_is_for() -> None:
    assert price(asked(duration=90, own_price=8000, own_duration=45)) == euros(16000)


def test_an_own_duration_alone_changes_no_price() -> None:
    assert price(asked(own_duration=90)) == euros(6000)


@given(st.integers(0, 10**9), st.integers(1, 600), st.integers(1, 600))
def test_a_proportion_is_rounded_half_up(own_price: int, usual: int, chosen: int) -> None:
    exact = Decimal(own_price * chosen) / usual
    found = price(asked(own_price=own_price, own_duration=usual, duration=chosen))
    assert found.amount == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        asked(datetime(2026, 3, 9, 12))  # noqa: DTZ001 - that is what is refused


class FlatPricing(Pricing):
    def __init__(self, amount: int = 100) -> None:
        self.amount = amount

    def lines(self, request: PriceRequest) -> list[PricedLine]:
        return [PricedLine("flat", "Flat", 1, euros(self.amount))]


FLAT = f"{__name__}.FlatPricing"


def test_the_site_chooses_its_pricing() -> None:
    assert price(asked()) == euros(6000)
    with override_settings(BOOKABLE={"PRICING": FLAT}):
        assert price(asked()) == euros(100)
    with override_settings(BOOKABLE={"PRICING": {"BACKEND": FLAT, "OPTIONS": {"amount": 7}}}):
        assert price(asked()) == euros(7)
    assert price(asked()) == euros(6000)


@override_settings(BOOKABLE={"PRICING": "decimal.Decimal"})
def test_what_is_no_pricing_is_refused() -> None:
    with pytest.raises(Misconfigured, match=r"BOOKABLE\['PRICING'\].*not a subclass"):
        price(asked())


def test_a_pricing_must_say_something() -> None:
    with pytest.raises(NotImplementedError):
        Pricing().lines(asked())


def test_a_peak_adds_a_line_for_every_seat() -> None:
    lines = PeakPricing(percent=25).lines(asked(SATURDAY_NOON, seats=2, extras=((TEA, 1),)))
    assert [(line.kind, line.total.amount) for line in lines] == [
        ("service", 12000),
        ("surcharge", 3000),
        ("extra", 250),
    ]


def test_off_peak_is_a_discount() -> None:
    [_service, discount] = PeakPricing(percent=-10, weekdays=[0]).lines(asked())
    assert (discount.label, discount.total) == ("Off-peak discount", euros(-600))


def test_other_days_cost_what_they_always_cost() -> None:
    assert PeakPricing(percent=25).lines(asked()) == StandardPricing().lines(asked())


def test_nothing_is_added_to_what_costs_nothing() -> None:
    assert len(PeakPricing(percent=25).lines(asked(SATURDAY_NOON, own_price=0))) == 1


@pytest.mark.parametrize(
    ("hour", "applies"), [(16, False), (17, True), (20, True), (21, False), (22, False)]
)
def test_the_end_of_the_peak_is_not_part_of_it(hour: int, applies: bool) -> None:
    peak = PeakPricing(percent=25, weekdays=[0], start="17:00", end="21:00")
    assert peak.applies(asked(MONDAY_NOON.replace(hour=hour))) is applies


def test_the_clock_on_the_services_wall_decides() -> None:
    late_on_friday = datetime(2026, 3, 6, 23, tzinfo=UTC)
    peak = PeakPricing(percent=25, weekdays=[5])
    assert not peak.applies(asked(late_on_friday))
    assert peak.applies(asked(late_on_friday, zone="Asia/Tokyo"))


def test_a_peak_may_run_past_midnight() -> None:
    peak = PeakPricing(percent=25, weekdays=[5], start="22:00", end="06:00 +1")
    sunday = datetime(2026, 3, 8, 5, 59, tzinfo=UTC)
    assert peak.applies(asked(sunday))
    assert not peak.applies(asked(sunday.replace(hour=6)))
    assert not peak.applies(asked(sunday.replace(hour=23)))


@pytest.mark.parametrize(
    "options",
    [
        {"percent": 12.5},
        {"percent": True},
        {"percent": -101},
        {"percent": 10, "weekdays": []},
        {"percent": 10, "weekdays": [7]},
        {"percent": 10, "weekdays": 5},
        {"percent": 10, "weekdays": "56"},
        {"percent": 10, "start": "9"},
        {"percent": 10, "start": 9},
        {"percent": 10, "start": "12:00", "end": "12:00"},
        {"percent": 10, "start": "24:00", "end": "06:00 +1"},
    ],
)
def test_options_that_can_not_be_meant_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured):
        PeakPricing(**options)
