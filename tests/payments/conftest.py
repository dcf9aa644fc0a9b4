"""A shop at each payment company, its clocks, and what it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.dispatch import Signal
from django.test import override_settings
from tests.payments.shops import Shop, open_shop

from bookable import signals
from bookable.conf import settings
from bookable.testing import freeze
from bookable.timeline import clock
from bookable.timeline.clock import FrozenClock

COMPANIES = ["stripe", "paystack"]
#: The signals whose number tells whether something happened once.
HEARD = (
    "booking_confirmed",
    "booking_expired",
    "booking_cancelled",
    "payment_captured",
    "payment_failed",
    "refund_succeeded",
    "refund_failed",
)


@pytest.fixture(params=COMPANIES)
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """At each company; `everywhere` adds the one where nobody sends messages."""
    with open_shop(request.param) as shop:
        if request.param in COMPANIES:
            yield shop
        else:
            with options(shop, days=1):
                yield shop


@pytest.fixture
def stripe_shop() -> Iterator[Shop]:
    with open_shop("stripe") as shop:
        yield shop


@pytest.fixture
def paystack_shop() -> Iterator[Shop]:
    with open_shop("paystack") as shop:
        yield shop


@pytest.fixture
def hours() -> Iterator[FrozenClock]:
    """The site's clock stands still."""
    with freeze(clock.now()) as hand:
        yield hand


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """The names of the signals that were sent, in order."""
    names: list[str] = []
    receivers = {name: _note(names, name) for name in HEARD}
    for name, receiver in receivers.items():
        _signal(name).connect(receiver)
    try:
        yield names
    finally:
        for name, receiver in receivers.items():
            _signal(name).disconnect(receiver)


def company_of(shop: Shop) -> Any:
    """The company that a shop's gateway talks to."""
    company: Any = vars(shop)["fake"]
    return company


def passes(hand: FrozenClock, shop: Shop, **how_long: float) -> None:
    """Time passes, for the site and for its company."""
    step = timedelta(**how_long)
    hand.tick(step)
    if shop.has_company:
        company_of(shop).offset += step


def hold_ends(hand: FrozenClock, shop: Shop) -> None:
    """Nobody waits for the customer any longer; a transfer is waited for for a day."""
    passes(hand, shop, **({"minutes": 11} if shop.has_company else {"hours": 25}))


@contextmanager
def options(shop: Shop, **changed: Any) -> Iterator[None]:
    """The shop with other options of its gateway, for a while."""
    card = shop.settings["card"]
    spec = {**card, "OPTIONS": {**card["OPTIONS"], **changed}}
    with gateways(card=spec):
        yield


@contextmanager
def gateways(**specs: Any) -> Iterator[None]:
    """The site with these gateways, for a while."""
    with override_settings(BOOKABLE={"GATEWAYS": specs, "CURRENCY": settings.CURRENCY}):
        yield


def _signal(name: str) -> Signal:
    signal: Signal = getattr(signals, name)
    return signal


def _note(names: list[str], name: str) -> Any:
    def note(**_payload: object) -> None:
        names.append(name)

    return note
