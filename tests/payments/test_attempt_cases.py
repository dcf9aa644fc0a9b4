"""Several attempts to pay for one order, and how long each of them has."""

from __future__ import annotations

import pytest
from tests.payments.acting import state_of, while_asking
from tests.payments.conftest import company_of, gateways, passes
from tests.payments.shops import Shop, StripeShop, everywhere

from bookable.errors import GatewayError, OutcomeUnknown
from bookable.jobs import run_due
from bookable.models import Payment, PaymentState, State
from bookable.money import Money
from bookable.payments.steps.opening import Consent
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@everywhere
def test_18_two_tabs_get_the_same_page(shop: Shop) -> None:
    booking = shop.held()
    first, second = shop.pay(booking), shop.pay(booking)
    assert first.url == second.url
    assert Payment.objects.count() == 1


def test_18_who_agrees_to_more_gets_another_page(shop: Shop) -> None:
    booking = shop.held()
    consent = Consent(mandate="You may charge it.", limit=Money(5_000, shop.currency))
    first = shop.paying(booking)
    second = shop.paying(booking, consent=consent)
    third = shop.paying(booking, consent=consent)
    assert first != second
    assert second == third


@everywhere
def test_18_the_tab_that_asks_second_does_not_end_the_first(shop: Shop) -> None:
    """It asks while the first one waits for the gateway's answer."""
    booking = shop.held()
    pages = []
    with while_asking(shop, lambda: pages.append(shop.pay(booking).url)):
        pages.append(shop.pay(booking).url)
    assert len(set(pages)) == 1
    payment = Payment.objects.get(url=pages[0])
    assert (payment.state, payment.is_open) == (PaymentState.PENDING, True)
    shop.customer_pays(payment)
    shop.tell()
    assert state_of(booking) == State.CONFIRMED


@everywhere
def test_18_a_page_that_was_given_up_before_it_came_is_shown_to_nobody(shop: Shop) -> None:
    booking = shop.held()
    with gateways(card=shop.settings["card"], other=shop.settings["card"]):
        with while_asking(shop, lambda: shop.pay(booking, gateway="other")):
            page = shop.pay(booking).url
        assert Payment.objects.open().get().url == page
        first = Payment.objects.earliest("pk")
    assert (first.state, first.url) == (PaymentState.CANCELLED, "")


def test_18_what_was_paid_twice_is_given_back_once(paystack_shop: Shop) -> None:
    shop = paystack_shop
    booking = shop.held()
    with gateways(card=shop.settings["card"], other=shop.settings["card"]):
        first = shop.paying(booking)
        second = shop.paying(booking, gateway="other")
        shop.customer_pays(first)  # its page can't be closed
        shop.tell()
        assert state_of(booking) == State.CONFIRMED
        shop.customer_pays(second)
        shop.tell()
        shop.come_back(second)
        assert first.refunds.count() == 0
        assert second.refunds.get().amount == 10_000
        assert shop.books() == 10_000
    assert state_of(booking) == State.CONFIRMED


def test_18_once_one_is_paid_the_other_page_is_closed(paystack_shop: Shop) -> None:
    shop = paystack_shop
    booking = shop.held()
    with gateways(card=shop.settings["card"], other=shop.settings["card"]):
        first = shop.paying(booking)
        second = shop.paying(booking, gateway="other")
        shop.customer_pays(first)
        shop.tell()
        run_due()
    second.refresh_from_db()
    assert not second.is_open


@everywhere
def test_19_another_gateway_closes_the_page_of_the_first(shop: Shop) -> None:
    booking = shop.held()
    with gateways(card=shop.settings["card"], other=shop.settings["card"]):
        first = shop.paying(booking)
        second = shop.paying(booking, gateway="other")
        first.refresh_from_db()
        booking.refresh_from_db()
        assert not first.is_open
        assert second.gateway == "other"
        assert booking.is_guarded
        if isinstance(shop, StripeShop):
            session = company_of(shop).object(first.checkout)
            assert session["status"] == "expired"


def test_19_who_has_paid_there_is_not_asked_again(shop: Shop) -> None:
    booking = shop.held()
    with gateways(card=shop.settings["card"], other=shop.settings["card"]):
        first = shop.paying(booking)
        shop.customer_pays(first)
        checkout = shop.pay(booking, gateway="other")
    assert checkout.payment == first
    assert checkout.url == first.return_url
    assert state_of(booking) == State.CONFIRMED
    assert Payment.objects.count() == 1


def test_19_nor_who_waits_for_their_bank(stripe_shop: Shop) -> None:
    shop = stripe_shop
    booking = shop.held()
    with gateways(card=shop.settings["card"], other=shop.settings["card"]):
        first = shop.paying(booking)
        company_of(shop).pay_checkout(first.checkout, outcome="processing")
        checkout = shop.pay(booking, gateway="other")
    assert checkout.payment == first
    assert Payment.objects.count() == 1


def test_19_who_may_have_paid_at_a_gateway_that_is_down_does_not_pay_elsewhere(
    shop: Shop,
) -> None:
    booking = shop.held()
    with gateways(card=shop.settings["card"], other=shop.settings["card"]):
        first = shop.paying(booking)
        shop.fail("/", "drop_before")
        with pytest.raises(OutcomeUnknown):
            shop.pay(booking, gateway="other")
    first.refresh_from_db()
    assert first.is_open
    assert Payment.objects.count() == 1


def test_19_whom_a_gateway_gave_no_page_pays_at_another(shop: Shop) -> None:
    booking = shop.held()
    down = {"api_base": "http://127.0.0.1:9"}
    card = shop.settings["card"]
    broken = {**card, "OPTIONS": {**card["OPTIONS"], **down}}
    with gateways(card=broken, other=card):
        with pytest.raises(GatewayError):
            shop.pay(booking)
        second = shop.paying(booking, gateway="other")
        shop.customer_pays(second)
        shop.come_back(second)
    assert state_of(booking) == State.CONFIRMED
    assert state_of(second) == PaymentState.CAPTURED


def test_20_a_page_of_stripe_lasts_as_long_as_the_hold(
    stripe_shop: Shop, hours: FrozenClock
) -> None:
    shop, company = stripe_shop, company_of(stripe_shop)
    booking = shop.held()
    payment = shop.paying(booking)
    session = company.object(payment.checkout)
    assert session["expires_at"] - hours() >= 30 * 60
    passes(hours, shop, minutes=9)
    run_due()
    assert company.object(payment.checkout)["status"] == "open"
    passes(hours, shop, minutes=2)
    run_due()
    assert company.object(payment.checkout)["status"] == "expired"
    assert state_of(booking) == State.EXPIRED


def test_20_who_begins_at_the_end_of_the_hold_has_time_to_pay(
    stripe_shop: Shop, hours: FrozenClock
) -> None:
    shop = stripe_shop
    booking = shop.held()
    passes(hours, shop, minutes=9)
    payment = shop.paying(booking)
    passes(hours, shop, minutes=9)
    run_due()
    shop.customer_pays(payment)
    shop.tell()
    assert state_of(booking) == State.CONFIRMED


def test_20_who_begins_again_and_again_has_no_more_time(shop: Shop, hours: FrozenClock) -> None:
    booking = shop.held()
    shop.pay(booking)
    with gateways(card=shop.settings["card"], other=shop.settings["card"]):
        passes(hours, shop, minutes=6)
        shop.pay(booking, gateway="other")
        passes(hours, shop, minutes=5)
        run_due()
    assert state_of(booking) == State.EXPIRED
