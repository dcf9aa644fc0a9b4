"""Amounts that are not what was asked for, and how each company counts them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.payments.scenes import desk_of
from tests.payments.shops import RETURN, PaystackShop, Shop, StripeShop, everywhere, open_shop

from bookable.errors import InvalidAmount, InvalidMoney, InvalidRequest, NotCapturable
from bookable.models import Order, Payment, PaymentState, State
from bookable.money import Money, currency_digits
from bookable.payments.accept import accept
from bookable.payments.gateways.paystack import PaystackGateway
from bookable.payments.gateways.paystack.amounts import CURRENCIES
from bookable.payments.gateways.stripe import StripeGateway
from bookable.payments.reconcile import reconcile
from bookable.payments.refresh import refresh
from bookable.payments.refund import refund

money_case = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paystack() -> Iterator[Shop]:
    with open_shop("paystack") as shop:
        yield shop


def pays(shop: Shop, **how: Any) -> Payment:
    """Somebody holds a place and pays something for it, and the company tells us."""
    payment = shop.paying()
    shop.customer_pays(payment, **how)
    assert set(shop.tell()) == {200}
    payment.refresh_from_db()
    return payment


def state_of(payment: Payment) -> str:
    """Of the booking that it is for."""
    return str(payment.order.bookings.get().state)


def pays_in_other_money(shop: Shop) -> Payment:
    payment = shop.paying()
    if isinstance(shop, StripeShop):
        shop.customer_pays(payment, currency="usd")
    elif isinstance(shop, PaystackShop):
        shop.fake.transaction(payment.reference).currency = "GHS"
        shop.customer_pays(payment)
    shop.tell()
    payment.refresh_from_db()
    return payment


@everywhere
@money_case
def test_51_what_is_paid_too_little_confirms_nothing_and_is_kept_for_a_look(shop: Shop) -> None:
    payment = pays(shop, amount=5000)
    assert payment.state == PaymentState.REVIEW
    assert payment.captured == 5000
    assert state_of(payment) == State.HELD
    assert payment.order.paid == Money.zero(shop.currency)
    assert not payment.refunds.exists()
    assert [one.code for one in reconcile().differences] == ["review"]


@everywhere
@money_case
def test_51_what_was_accepted_counts_and_stays_accepted(shop: Shop) -> None:
    payment = accept(pays(shop, amount=5000))
    assert payment.order.paid == Money(5000, shop.currency)
    assert state_of(payment) == State.HELD
    assert refresh(payment).state == PaymentState.CAPTURED
    shop.paid(payment.order.bookings.get())
    assert state_of(payment) == State.CONFIRMED
    assert not Order.objects.get().balance


@everywhere
@money_case
def test_51_giving_all_of_it_back_ends_the_look_too(shop: Shop) -> None:
    payment = pays(shop, amount=5000)
    refund(payment)
    desk_of(shop).finishes()
    shop.tell()
    payment.refresh_from_db()
    assert (payment.state, payment.refunded) == (PaymentState.CAPTURED, 5000)
    assert shop.books() == 0
    assert payment.order.paid == Money.zero(shop.currency)
    assert reconcile().differences == []


@everywhere
@money_case
def test_51_a_part_given_back_leaves_the_rest_to_be_looked_at(shop: Shop) -> None:
    payment = pays(shop, amount=5000)
    refund(payment, Money(1000, shop.currency))
    payment.refresh_from_db()
    assert payment.state == PaymentState.REVIEW


@money_case
def test_52_what_paystack_took_too_much_is_given_back(paystack: Shop) -> None:
    payment = pays(paystack, amount=12_500, fees=150)
    assert state_of(payment) == State.CONFIRMED
    assert payment.surcharge == 0
    assert [one.amount for one in payment.refunds.all()] == [2500]
    assert payment.order.paid == Money(10_000, "NGN")
    assert paystack.books() == 10_000


@money_case
def test_52_an_amount_that_stripe_was_not_asked_for_is_looked_at_first() -> None:
    with open_shop("stripe") as shop:
        payment = pays(shop, amount=12_500)
        assert payment.state == PaymentState.REVIEW
        assert not payment.refunds.exists()
        accept(payment)
        assert state_of(payment) == State.CONFIRMED
        assert [one.amount for one in payment.refunds.all()] == [2500]
        assert shop.books() == 10_000


@money_case
def test_53_other_money_confirms_nothing_and_counts_for_nothing(shop: Shop) -> None:
    payment = pays_in_other_money(shop)
    assert payment.state == PaymentState.REVIEW
    assert state_of(payment) == State.HELD
    assert payment.order.paid == Money.zero(shop.currency)
    event = payment.events.get(kind=PaymentState.REVIEW)
    assert (event.data["why"], event.data["was"]) == ("currency", 10_000)
    assert "review" in {one.code for one in reconcile().differences}


@money_case
def test_53_other_money_can_not_be_accepted(shop: Shop) -> None:
    payment = pays_in_other_money(shop)
    with pytest.raises(NotCapturable):
        accept(payment)
    assert state_of(payment) == State.HELD


@money_case
def test_53_what_went_back_where_it_came_from_needs_no_look_any_more(shop: Shop) -> None:
    payment = pays_in_other_money(shop)
    desk_of(shop).gives_back(payment)
    desk_of(shop).finishes()
    refresh(payment)
    payment.refresh_from_db()
    assert (payment.state, payment.captured) == (PaymentState.CANCELLED, 0)
    assert not payment.refunds.exists()
    assert "review" not in {one.code for one in reconcile().differences}


@money_case
def test_54_fees_on_top_are_neither_a_payment_nor_given_back(paystack: Shop) -> None:
    booking = paystack.held(paystack.service(price=30_050))
    payment = paystack.paying(booking)
    paystack.customer_pays(payment, amount=40_333, fees=10_283)
    paystack.tell()
    payment.refresh_from_db()
    booking.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert (payment.captured, payment.surcharge, payment.fee) == (40_333, 10_283, 10_283)
    assert booking.state == State.CONFIRMED
    assert booking.order.paid == Money(30_050, "NGN")
    assert not booking.order.balance
    assert not payment.refunds.exists()


@money_case
def test_54_who_cancels_gets_back_what_was_asked_for(paystack: Shop) -> None:
    booking = paystack.held(paystack.service(price=30_050))
    payment = paystack.paying(booking)
    paystack.customer_pays(payment, amount=40_333, fees=10_283)
    paystack.tell()
    booking.cancel()
    assert [one.amount for one in payment.refunds.all()] == [30_050]
    assert not booking.order.balance


@money_case
def test_54_staff_give_fees_back_only_if_they_say_so(paystack: Shop) -> None:
    booking = paystack.held(paystack.service(price=30_050))
    payment = paystack.paying(booking)
    paystack.customer_pays(payment, amount=40_333, fees=10_283)
    paystack.tell()
    first = refund(payment)
    assert first is not None
    assert first.amount == 30_050
    refund(payment, Money(10_283, "NGN"))
    assert booking.order.paid == Money.zero("NGN")
    assert booking.order.balance == booking.order.total


@money_case
@pytest.mark.parametrize(
    ("name", "currency", "price", "counted"),
    [
        ("stripe", "JPY", 5000, 5000),
        ("stripe", "KWD", 12_340, 12_340),
        ("stripe", "ISK", 5000, 500_000),
        ("stripe", "UGX", 5000, 500_000),
        ("stripe", "XOF", 5000, 5000),
        ("paystack", "XOF", 5000, 500_000),
        ("offline", "JPY", 5000, 5000),
        ("offline", "KWD", 12_345, 12_345),
    ],
)
def test_55_every_currency_is_counted_as_the_company_does(
    name: str, currency: str, price: int, counted: int
) -> None:
    with open_shop(name) as shop:
        shop.currency = currency
        booking = shop.held(shop.service(price=price))
        payment = shop.paid(booking)
        assert payment.captured == price
        assert shop.books() == counted
        booking.refresh_from_db()
        assert booking.state == State.CONFIRMED
        booking.cancel()
        desk_of(shop).finishes()
        shop.tell()
        payment.refresh_from_db()
        assert payment.refunded == price
        assert shop.books() == 0


@money_case
def test_56_less_than_the_company_takes_is_refused_and_the_place_stays_held(shop: Shop) -> None:
    booking = shop.held(shop.service(price=30))
    with pytest.raises(InvalidRequest):
        shop.pay(booking)
    booking.refresh_from_db()
    assert booking.state == State.HELD
    assert not booking.is_guarded
    assert [one.state for one in Payment.objects.all()] == [PaymentState.FAILED]
    assert not Payment.objects.open().exists()


@everywhere
@money_case
def test_57_what_costs_nothing_is_confirmed_without_a_gateway(shop: Shop) -> None:
    booking = shop.held(shop.service(price=0))
    checkout = shop.pay(booking)
    booking.refresh_from_db()
    assert (checkout.url, checkout.payment) == (RETURN, None)
    assert booking.state == State.CONFIRMED
    assert not Payment.objects.exists()
    if shop.has_company:
        assert desk_of(shop).fake.requests == []


STRIPE = StripeGateway(secret_key="sk_test_amounts")
PAYSTACK = PaystackGateway(secret_key="sk_test_amounts")
AT_STRIPE = ["EUR", "USD", "JPY", "KWD", "BHD", "ISK", "UGX", "XOF", "CLP", "HUF", "MGA"]


@given(st.sampled_from(AT_STRIPE), st.integers(0, 10**15))
def test_58_stripe_counts_in_whole_numbers_and_loses_none(currency: str, amount: int) -> None:
    exact = Money(amount * 10, currency) if currency_digits(currency) == 3 else None
    exact = exact or Money(amount * (100 if currency == "MGA" else 1), currency)
    counted = STRIPE.to_minor(exact)
    assert type(counted) is int
    assert STRIPE.from_minor(counted, currency) == exact


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(0, 10**15))
def test_58_paystack_counts_in_whole_numbers_and_loses_none(currency: str, amount: int) -> None:
    counted = PAYSTACK.to_minor(Money(amount, currency))
    assert type(counted) is int
    assert PAYSTACK.from_minor(counted, currency) == Money(amount, currency)


def test_58_where_a_company_counts_in_larger_steps_less_is_given_back() -> None:
    gateway = StripeGateway(secret_key="sk_test_x")
    assert gateway.payable(Money(12_345, "KWD")) == Money(12_340, "KWD")
    assert gateway.payable(Money(12_345, "EUR")) == Money(12_345, "EUR")


def test_58_a_fraction_of_money_is_no_money() -> None:
    with pytest.raises(InvalidMoney):
        Money(10.5, "EUR")  # type: ignore[arg-type]


def test_58_what_is_too_fine_for_a_company_is_refused() -> None:
    with pytest.raises(InvalidAmount):
        STRIPE.to_minor(Money(12_345, "KWD"))
