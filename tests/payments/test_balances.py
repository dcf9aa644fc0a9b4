"""What a deposit leaves: when it is due, who is told, and what happens if it is not paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.payments.shops import Shop, open_shop, tomorrow

from bookable import signals
from bookable.jobs import run_due
from bookable.models import Booking, Order, Purpose, State
from bookable.money import Money
from bookable.testing import freeze

pytestmark = pytest.mark.django_db(transaction=True)

START = tomorrow() + timedelta(days=20)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop("stripe") as shop:
        yield shop


def confirmed(shop: Shop, **service: Any) -> Booking:
    """A booking whose deposit was paid; the rest is due five days before it."""
    fields = {"price": 10_000, "deposit": 3_000, "balance_days": 5, **service}
    booking = shop.held(shop.service(**fields), START)
    shop.paid(booking)
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    return booking


def told_of(job_at: Any) -> list[Order]:
    """The orders whose customers were reminded when the jobs ran."""
    told: list[Order] = []

    def note(order: Order, **_rest: Any) -> None:
        told.append(order)

    signals.balance_due.connect(note)
    try:
        with freeze(job_at):
            run_due()
    finally:
        signals.balance_due.disconnect(note)
    return told


def test_96_a_deposit_leaves_a_balance_with_a_date(shop: Shop) -> None:
    order = confirmed(shop).order
    assert order.balance == Money(7_000, "EUR")
    assert order.balance_due_at == START - timedelta(days=5)
    assert not order.due_now


def test_the_balance_can_be_paid_and_then_all_is_settled(shop: Shop) -> None:
    booking = confirmed(shop)
    payment = shop.paid(booking)
    assert (payment.purpose, payment.amount) == (Purpose.BALANCE, 7_000)
    order = Order.objects.get(pk=booking.order_id)
    assert not order.balance
    assert order.settled_at is not None


def test_whoever_books_after_the_date_pays_everything_at_once(shop: Shop) -> None:
    service = shop.service(price=10_000, deposit=3_000, balance_days=60)
    order = shop.held(service, START).order
    assert order.due_now == Money(10_000, "EUR")
    assert order.balance_due_at is None


def test_the_customer_is_reminded_once_some_days_before(shop: Shop) -> None:
    booking = confirmed(shop)
    assert told_of(START - timedelta(days=9)) == []
    assert told_of(START - timedelta(days=8)) == [booking.order]
    assert told_of(START - timedelta(days=7)) == []
    assert booking.history.filter(verb="remind_of_balance").count() == 1


def test_nobody_is_reminded_of_what_is_paid(shop: Shop) -> None:
    shop.paid(confirmed(shop))
    assert told_of(START - timedelta(days=7)) == []


def test_what_is_not_paid_in_time_stays_where_nothing_else_was_agreed(shop: Shop) -> None:
    booking = confirmed(shop)
    told_of(START - timedelta(days=4))
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED


def test_what_is_not_paid_in_time_is_cancelled_where_that_was_agreed(shop: Shop) -> None:
    booking = confirmed(shop, cancel_unpaid=True)
    told_of(START - timedelta(days=6))
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    told_of(START - timedelta(days=4))
    booking.refresh_from_db()
    assert booking.state == State.CANCELLED
    assert booking.history.last().reason == "balance_unpaid"


def test_nothing_is_cancelled_that_was_paid_though_nobody_told_us(shop: Shop) -> None:
    booking = confirmed(shop, cancel_unpaid=True)
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    told_of(START - timedelta(days=4))
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    assert not Order.objects.get(pk=booking.order_id).balance


def test_nothing_is_cancelled_while_the_gateway_does_not_answer(shop: Shop) -> None:
    booking = confirmed(shop, cancel_unpaid=True)
    shop.paying(booking)
    shop.fail("POST", "drop_before", times=50)
    shop.fail("GET", "drop_before", times=50)
    told_of(START - timedelta(days=4))
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
