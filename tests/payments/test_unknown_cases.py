"""Answers that are lost, and gateways that are out of order: nothing happens twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.payments.acting import (
    assert_paid_once,
    impatient,
    refunds_of,
    saved_card,
    set_aside,
    state_of,
)
from tests.payments.conftest import company_of, options, passes
from tests.payments.shops import Shop, tomorrow

from bookable.errors import GatewayAuthError, GatewayError, OutcomeUnknown, RateLimited
from bookable.jobs import run_due
from bookable.models import Booking, Payment, PaymentState, RefundState, State
from bookable.money import Money
from bookable.payments.capture import capture
from bookable.payments.charge_saved import charge_saved
from bookable.payments.reconcile import reconcile
from bookable.timeline import clock
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

#: Nobody listens there.
NOWHERE = "http://127.0.0.1:9"


def test_21_a_page_whose_answer_came_too_late_is_paid_once(shop: Shop) -> None:
    booking = shop.held()
    begin_too_slowly(shop, booking)
    assert_paid_once(shop, booking)


def test_21_a_capture_whose_answer_came_too_late_is_made_once(stripe_shop: Shop) -> None:
    shop = stripe_shop
    payment = set_aside(shop)
    with impatient(shop, "/capture"), pytest.raises(OutcomeUnknown):
        capture(payment)
    capture(payment)
    assert state_of(payment) == PaymentState.CAPTURED
    assert shop.books() == payment.captured == 10_000


def test_21_a_refund_whose_answer_came_too_late_is_made_once(
    shop: Shop, hours: FrozenClock
) -> None:
    booking = shop.held()
    payment = shop.paid(booking)
    with impatient(shop, "POST"):
        booking.cancel()
    assert payment.refunds.get().state == RefundState.SUBMITTING
    passes(hours, shop, minutes=3)
    run_due()
    assert payment.refunds.get().state != RefundState.SUBMITTING
    assert len(refunds_of(shop, payment)) == 1
    assert shop.books() == 0


def test_21_a_charge_whose_answer_came_too_late_is_made_once(shop: Shop) -> None:
    card = saved_card(shop)
    money = Money(6_000, shop.currency)
    with impatient(shop, "POST"), pytest.raises(OutcomeUnknown):
        charge_saved(card, money, key="rest")
    payment = charge_saved(card, money, key="rest")
    assert payment.state == PaymentState.CAPTURED
    assert shop.books() == 12_000


def test_22_a_question_that_never_arrived_is_asked_again(shop: Shop) -> None:
    booking = shop.held()
    lose(shop, booking, "drop_before")
    assert_paid_once(shop, booking)
    assert Payment.objects.count() == 1


def test_22_the_client_itself_asks_again(stripe_shop: Shop) -> None:
    shop = stripe_shop
    booking = shop.held()
    with options(shop, max_retries=2):
        shop.fail("POST", "drop_before", times=2)
        assert shop.pay(booking).url
    assert Payment.objects.count() == 1


def test_23_a_page_whose_answer_was_lost_is_paid_once(shop: Shop) -> None:
    booking = shop.held()
    lose(shop, booking, "drop_after")
    assert_paid_once(shop, booking)


def test_23_stripe_gives_the_same_page_again(stripe_shop: Shop) -> None:
    shop = stripe_shop
    booking = shop.held()
    lose(shop, booking, "drop_after")
    payment = shop.paying(booking)
    assert [one["id"] for one in company_of(shop).objects("checkout.session")] == [payment.checkout]


def test_24_an_answer_that_is_no_answer_is_an_unknown_outcome(shop: Shop) -> None:
    booking = shop.held()
    lose(shop, booking, "html_after")
    assert_paid_once(shop, booking)


def test_24_the_same_while_it_is_asked_how_it_stands(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    shop.fail("GET", "html_after")
    shop.come_back(payment)
    assert state_of(payment) == PaymentState.PENDING
    shop.come_back(payment)
    assert state_of(booking) == State.CONFIRMED


def test_25_after_an_error_of_theirs_the_customer_tries_again(paystack_shop: Shop) -> None:
    shop = paystack_shop
    booking = shop.held()
    lose(shop, booking, "error_before")
    assert_paid_once(shop, booking)
    assert Payment.objects.count() == 1


def test_25_an_error_of_theirs_while_it_is_asked_how_it_stands(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    shop.fail("GET", "error_before")
    assert set(shop.tell()) == {200}
    shop.come_back(payment)
    assert state_of(booking) == State.CONFIRMED


def test_26_an_error_that_is_repeated_is_not_asked_for_for_ever(
    stripe_shop: Shop, hours: FrozenClock
) -> None:
    shop = stripe_shop
    booking = shop.held()
    lose(shop, booking, "error_before")
    with pytest.raises(GatewayError):
        shop.pay(booking)  # the first question may still be on its way from another tab
    passes(hours, shop, seconds=40)
    assert_paid_once(shop, booking)
    assert [one.state for one in Payment.objects.order_by("pk")] == [
        PaymentState.CANCELLED,
        PaymentState.CAPTURED,
    ]


def test_26_a_refund_is_made_once_the_error_is_forgotten(
    stripe_shop: Shop, hours: FrozenClock
) -> None:
    shop = stripe_shop
    booking = shop.held()
    payment = shop.paid(booking)
    shop.fail("POST", "error_before")
    booking.cancel()
    for _time in range(5):
        assert len(refunds_of(shop, payment)) == 0
        passes(hours, shop, hours=5, minutes=30)
        run_due()
    assert len(refunds_of(shop, payment)) == 1
    assert payment.refunds.get().state == RefundState.SUCCEEDED
    assert shop.books() == 0


def test_28_a_key_with_other_parameters_begins_anew(stripe_shop: Shop) -> None:
    shop = stripe_shop
    booking = shop.held()
    lose(shop, booking, "drop_after")
    order = booking.order
    order.email = "another@example.com"
    order.save()
    assert_paid_once(shop, booking)
    states = [one.state for one in Payment.objects.order_by("pk")]
    assert states == [PaymentState.FAILED, PaymentState.CAPTURED]


def test_29_a_key_that_is_in_use_is_waited_for(stripe_shop: Shop) -> None:
    shop, company = stripe_shop, company_of(stripe_shop)
    booking = shop.held()
    lose(shop, booking, "drop_before")
    payment = Payment.objects.get()
    company.hold_key(payment.reference)
    with pytest.raises(OutcomeUnknown):
        shop.pay(booking)
    payment.refresh_from_db()
    assert (payment.state, payment.is_open) == (PaymentState.CREATED, True)
    company.free_key(payment.reference)
    assert_paid_once(shop, booking)
    assert Payment.objects.count() == 1


def test_30_who_asks_too_often_tries_again(shop: Shop) -> None:
    booking = shop.held()
    shop.fail("POST", "busy_before")
    with pytest.raises(RateLimited) as raised:
        shop.pay(booking)
    assert str(raised.value) == str(GatewayError.message)
    assert_paid_once(shop, booking)
    assert Payment.objects.count() == 1


def test_30_a_refund_is_tried_again_later(shop: Shop, hours: FrozenClock) -> None:
    payment = shop.paid()
    shop.fail("POST", "busy_before")
    payment.refund()
    assert payment.refunds.get().state == RefundState.SUBMITTING
    passes(hours, shop, minutes=3)
    run_due()
    assert len(refunds_of(shop, payment)) == 1
    assert shop.books() == 0


def test_31_a_revoked_key_is_no_failed_payment(shop: Shop) -> None:
    booking = shop.held()
    with options(shop, secret_key="rk_revoked"), pytest.raises(GatewayAuthError):
        shop.pay(booking)
    payment = Payment.objects.get()
    assert (payment.state, payment.is_open) == (PaymentState.CREATED, True)
    assert_paid_once(shop, booking)
    assert Payment.objects.count() == 1


def test_31_who_paid_before_the_key_was_revoked_keeps_the_place(
    shop: Shop, hours: FrozenClock
) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    with options(shop, secret_key="rk_revoked"):
        shop.come_back(payment)
        passes(hours, shop, minutes=11)
        run_due()
        assert state_of(payment) == PaymentState.PENDING
        assert state_of(booking) == State.HELD
    run_due()
    assert state_of(booking) == State.CONFIRMED


def test_32_a_reference_that_paystack_knows_already_begins_anew(paystack_shop: Shop) -> None:
    shop = paystack_shop
    booking = shop.held()
    begin_too_slowly(shop, booking)
    lost = Payment.objects.get()
    second = shop.paying(booking)
    lost.refresh_from_db()
    assert second.reference != lost.reference
    assert not lost.is_open
    shop.customer_pays(second)
    shop.tell()
    reconcile()
    assert state_of(booking) == State.CONFIRMED
    assert shop.books() == 10_000


def test_33_a_gateway_that_is_down_costs_nobody_their_place(shop: Shop) -> None:
    booking = shop.held()
    before = clock.now()
    with options(shop, api_base=NOWHERE), pytest.raises(GatewayError) as raised:
        shop.pay(booking)
    booking.refresh_from_db()
    assert str(raised.value) == str(GatewayError.message)
    assert (booking.state, booking.is_guarded) == (State.HELD, False)
    assert booking.expires_at is not None
    assert before + timedelta(minutes=9) < booking.expires_at <= clock.now() + timedelta(minutes=10)
    assert_paid_once(shop, booking)
    assert Payment.objects.count() == 1


def test_33_nor_does_it_keep_a_place_from_others(shop: Shop, hours: FrozenClock) -> None:
    service, start = shop.service(), tomorrow()
    booking = shop.held(service, start)
    with options(shop, api_base=NOWHERE):
        for _click in range(3):
            with pytest.raises(GatewayError):
                shop.pay(booking)
            passes(hours, shop, minutes=3)
        passes(hours, shop, minutes=2)
        run_due()
        assert state_of(booking) == State.EXPIRED
        assert shop.held(service, start).state == State.HELD
    assert not Payment.objects.open().exists()


def lose(shop: Shop, booking: Booking, mode: str) -> None:
    """Somebody begins to pay, and the answer is not what it should be."""
    shop.fail("POST", mode)
    with pytest.raises(OutcomeUnknown) as raised:
        shop.pay(booking)
    assert str(raised.value) == str(GatewayError.message)
    assert state_of(booking) == State.HELD


def begin_too_slowly(shop: Shop, booking: Booking) -> None:
    with impatient(shop, "POST"), pytest.raises(OutcomeUnknown):
        shop.pay(booking)
