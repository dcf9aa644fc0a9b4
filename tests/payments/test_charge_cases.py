"""Cards that are charged while their owners are away, and no more than they agreed to."""

from __future__ import annotations

from typing import Any

import pytest
from tests.payments.scenes import (
    MANDATE,
    Desk,
    card_of,
    charges,
    consent,
    desk_of,
    owes,
    terms,
)
from tests.payments.shops import Shop, open_shop

from bookable.bookings.mark_no_show import mark_no_show
from bookable.errors import (
    NoConsent,
    OutcomeUnknown,
)
from bookable.models import Booking, Order, PaymentState, SavedCard
from bookable.money import Money
from bookable.payments.charge_saved import charge_saved
from bookable.payments.collect import collect
from bookable.payments.forget_card import forget_card
from bookable.payments.steps.opening import Consent
from bookable.testing import freeze
from bookable.testing.booking_factories import make_order_line

money_case = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return desk_of(shop)


def missed(shop: Shop, **agreed: Any) -> Booking:
    """Somebody has paid a deposit, agreed to a fee, and did not come."""
    with terms(no_show_percent=80):
        booking = shop.held(shop.service(price=20_000, deposit=8000))
        shop.paid(booking, consent=agreed.get("consent") or consent(shop))
    with freeze(booking.session.end):
        mark_no_show(booking)
    booking.refresh_from_db()
    return booking


@money_case
def test_84_a_no_show_is_charged_once_however_often_the_job_runs(shop: Shop) -> None:
    order = missed(shop).order
    assert order.balance == Money(8000, shop.currency)
    payment = collect(order)
    assert payment is not None
    assert payment.captured == 8000
    assert collect(order) is None
    assert shop.books() == 16_000
    assert not Order.objects.get().balance


@money_case
def test_84_nor_twice_if_an_answer_got_lost(shop: Shop) -> None:
    order = missed(shop).order
    shop.fail("POST", "drop_after")
    with pytest.raises(OutcomeUnknown):
        collect(order)
    assert charges() == [PaymentState.CREATED]
    collect(order)
    assert charges() == [PaymentState.CAPTURED]
    assert shop.books() == 16_000


@money_case
def test_84_nor_if_a_part_of_it_is_given_back_later(shop: Shop) -> None:
    order = missed(shop).order
    payment = collect(order)
    assert payment is not None
    payment.refund(Money(6000, shop.currency))
    collect(order)
    assert charges() == [PaymentState.CAPTURED]


@money_case
def test_84_what_is_owed_later_is_charged_too(shop: Shop) -> None:
    card = SavedCard.objects.get(order=missed(shop, consent=consent(shop, 50_000)).order)
    collect(card.order)
    owes(card, 8000)
    collect(card.order)
    assert charges() == [PaymentState.CAPTURED] * 2
    assert shop.books() == 24_000


@money_case
def test_84_while_somebody_pays_it_the_card_is_left_alone(shop: Shop) -> None:
    booking = missed(shop)
    shop.paying(booking)
    assert collect(booking.order) is None
    assert charges() == []


@money_case
@pytest.mark.parametrize("limit", [Money(0, "EUR"), Money(1000, "USD")])
def test_85_what_could_never_be_charged_is_no_consent(limit: Money) -> None:
    with open_shop("stripe") as shop, pytest.raises(NoConsent):
        shop.pay(shop.held(), consent=Consent(mandate=MANDATE, limit=limit))


@money_case
def test_85_who_has_not_agreed_has_no_card_kept(shop: Shop) -> None:
    shop.paid()
    assert not SavedCard.objects.exists()
    order = Order.objects.get()
    make_order_line(order, 6000, kind="fee", owner="site")
    with pytest.raises(NoConsent):
        collect(order)


@money_case
def test_85_no_more_than_was_agreed_to_is_charged_in_all(shop: Shop) -> None:
    card = card_of(shop, limit=11_000)
    charge_saved(card, owes(card, 6000), key="one")
    with pytest.raises(NoConsent):
        charge_saved(card, owes(card, 6000), key="two")
    with pytest.raises(NoConsent):
        charge_saved(card, Money(1000, "USD"), key="three")
    assert shop.books() == 16_000


@money_case
def test_85_a_forgotten_card_is_not_charged(shop: Shop, desk: Desk) -> None:
    card = card_of(shop)
    forget_card(card)
    asked = len(desk.fake.requests)
    with pytest.raises(NoConsent):
        charge_saved(card, owes(card, 6000), key="fee")
    assert len(desk.fake.requests) == asked
