"""The process ends after the gateway has done something and before that was noted."""

from __future__ import annotations

import pytest
from tests.payments.acting import (
    Killed,
    assert_paid_once,
    killed_after,
    refunds_of,
    saved_card,
    set_aside,
    state_of,
)
from tests.payments.conftest import hold_ends, passes
from tests.payments.shops import Shop, everywhere, tomorrow

from bookable.jobs import run_due
from bookable.models import Payment, PaymentState, RefundState, State
from bookable.money import Money
from bookable.payments.capture import capture
from bookable.payments.charge_saved import charge_saved
from bookable.payments.reconcile import reconcile
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@everywhere
def test_27_who_was_left_alone_before_the_page_came_tries_again(
    shop: Shop, hours: FrozenClock
) -> None:
    booking = shop.held()
    with killed_after("start_checkout"), pytest.raises(Killed):
        shop.pay(booking)
    assert Payment.objects.get().state == PaymentState.CREATED
    passes(hours, shop, minutes=3)
    reconcile()
    assert_paid_once(shop, booking)


@everywhere
def test_27_or_the_place_is_free_after_the_hold(shop: Shop, hours: FrozenClock) -> None:
    service, start = shop.service(), tomorrow()
    booking = shop.held(service, start)
    with killed_after("start_checkout"), pytest.raises(Killed):
        shop.pay(booking)
    hold_ends(hours, shop)
    run_due()
    assert state_of(booking) == State.EXPIRED
    assert not Payment.objects.get().is_open
    assert shop.held(service, start).state == State.HELD


def test_27_a_capture_that_nobody_noted_is_found(stripe_shop: Shop, hours: FrozenClock) -> None:
    shop = stripe_shop
    payment = set_aside(shop)
    with killed_after("capture"), pytest.raises(Killed):
        capture(payment)
    passes(hours, shop, minutes=3)
    reconcile()
    assert state_of(payment) == PaymentState.CAPTURED
    assert shop.books() == payment.captured == 10_000


@everywhere
def test_27_a_refund_that_nobody_noted_is_found(shop: Shop, hours: FrozenClock) -> None:
    payment = shop.paid()
    with killed_after("refund"), pytest.raises(Killed):
        payment.refund()
    assert payment.refunds.get().state == RefundState.SUBMITTING
    passes(hours, shop, minutes=3)
    reconcile()
    run_due()
    assert payment.refunds.get().state in (RefundState.SUCCEEDED, RefundState.PENDING)
    assert len(refunds_of(shop, payment)) == 1
    assert shop.books() == 0


def test_27_a_charge_that_nobody_noted_is_found(shop: Shop, hours: FrozenClock) -> None:
    card = saved_card(shop)
    with killed_after("charge_saved"), pytest.raises(Killed):
        charge_saved(card, Money(6_000, shop.currency), key="rest")
    passes(hours, shop, minutes=3)
    reconcile()
    payment = Payment.objects.latest("pk")
    assert payment.state == PaymentState.CAPTURED
    assert shop.books() == 12_000


@everywhere
def test_27_a_payment_that_nobody_noted_is_found(shop: Shop, hours: FrozenClock) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    with killed_after("fetch"), pytest.raises(Killed):
        shop.come_back(payment)
    passes(hours, shop, minutes=3)
    reconcile()
    assert state_of(payment) == PaymentState.CAPTURED
    assert state_of(booking) == State.CONFIRMED
