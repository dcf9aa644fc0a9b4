"""Cards that are kept, declined and forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.payments.scenes import (
    MANDATE,
    Desk,
    card_of,
    charges,
    consent,
    desk_of,
    next_charge_is,
    owes,
)
from tests.payments.shops import CANCEL, RETURN, Shop, StripeShop, open_shop

from bookable.errors import (
    ActionRequired,
    Declined,
    InvalidRequest,
    NoConsent,
    NotFound,
    NotSupported,
    OutcomeUnknown,
)
from bookable.models import Payment, PaymentState, Purpose, SavedCard, State
from bookable.money import Money
from bookable.payments.charge_saved import charge_saved
from bookable.payments.forget_card import forget_card
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.questions import ChargeRequest
from bookable.payments.reconcile import reconcile
from bookable.payments.save_card import save_card
from bookable.payments.settle import settle_due
from bookable.testing import freeze
from bookable.timeline import clock

money_case = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stripe() -> Iterator[StripeShop]:
    with open_shop("stripe") as shop:
        assert isinstance(shop, StripeShop)
        yield shop


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return desk_of(shop)


@money_case
def test_80_a_card_is_kept_with_what_was_agreed_to(shop: Shop) -> None:
    card = card_of(shop)
    assert (card.mandate, card.limit, card.currency) == (MANDATE, 10_000, shop.currency)
    assert card.last4
    assert card.agreed_at <= clock.now()


@money_case
def test_80_the_card_is_charged_while_its_owner_is_away(shop: Shop) -> None:
    card = card_of(shop)
    payment = charge_saved(card, owes(card, 6000), key="fee")
    assert (payment.state, payment.captured) == (PaymentState.CAPTURED, 6000)
    assert shop.books() == 16_000
    assert not card.order.balance
    shop.tell()
    assert shop.books() == 16_000
    assert not payment.refunds.exists()


@money_case
def test_80_a_card_is_kept_without_a_payment_and_charged_later(stripe: StripeShop) -> None:
    booking = stripe.held()
    checkout = save_card(
        booking.order, consent=consent(stripe), return_url=RETURN, cancel_url=CANCEL
    )
    assert checkout.payment is not None
    assert checkout.payment.purpose == Purpose.CARD
    assert stripe.books() == 0
    stripe.customer_pays(checkout.payment)
    stripe.come_back(checkout.payment)
    card = SavedCard.objects.get()
    assert (card.limit, card.last4) == (10_000, "4242")
    assert charge_saved(card, booking.order.total, key="all").captured == 10_000
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED


@money_case
def test_80_keeping_a_card_confirms_nothing_and_is_no_payment(stripe: StripeShop) -> None:
    booking = stripe.held()
    checkout = save_card(
        booking.order, consent=consent(stripe), return_url=RETURN, cancel_url=CANCEL
    )
    assert checkout.payment is not None
    stripe.customer_pays(checkout.payment)
    stripe.tell()
    payment = Payment.objects.get()
    assert (payment.state, payment.captured) == (PaymentState.CAPTURED, 0)
    assert not payment.is_open
    booking.refresh_from_db()
    assert booking.state == State.HELD
    assert booking.order.paid == Money(0, "EUR")
    assert reconcile().differences == []


@money_case
def test_80_keeping_a_card_is_not_in_the_way_of_paying(stripe: StripeShop) -> None:
    booking = stripe.held()
    order, agreed = booking.order, consent(stripe)
    first = save_card(order, consent=agreed, return_url=RETURN, cancel_url=CANCEL)
    paying = stripe.paying(booking)
    assert save_card(order, consent=agreed, return_url=RETURN, cancel_url=CANCEL).url == first.url
    deadline = paying.closes_at
    assert deadline is not None
    assert deadline < clock.now() + timedelta(hours=1)
    stripe.customer_pays(paying)
    stripe.tell()
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    assert [one.purpose for one in Payment.objects.open()] == [Purpose.CARD]


@money_case
def test_80_a_place_is_not_held_longer_because_a_card_is_to_be_kept(stripe: StripeShop) -> None:
    booking = stripe.held()
    save_card(booking.order, consent=consent(stripe), return_url=RETURN, cancel_url=CANCEL)
    payment = stripe.paying(booking)
    with freeze(clock.now()) as now:
        now.tick(timedelta(hours=2))
        stripe.fake.advance(timedelta(hours=2))
        stripe.tell(at=clock.now())
        settle_due()
    payment.refresh_from_db()
    booking.refresh_from_db()
    assert payment.state == PaymentState.EXPIRED
    assert not booking.is_guarded
    assert booking.expires_at is not None
    assert booking.expires_at < clock.now() + timedelta(hours=2)


@money_case
def test_80_who_agrees_to_something_else_gets_another_page(stripe: StripeShop) -> None:
    order = stripe.held().order
    urls = {"return_url": RETURN, "cancel_url": CANCEL}
    first = save_card(order, consent=consent(stripe, 1000), **urls)
    second = save_card(order, consent=consent(stripe, 2000), **urls)
    assert first.url != second.url
    assert [one["status"] for one in stripe.fake.objects("checkout.session")] == ["expired", "open"]


@money_case
def test_80_a_page_that_got_lost_is_asked_for_again(stripe: StripeShop) -> None:
    order = stripe.held().order
    urls = {"return_url": RETURN, "cancel_url": CANCEL}
    stripe.fail("/checkout/sessions", "drop_after")
    with pytest.raises(OutcomeUnknown):
        save_card(order, consent=consent(stripe), **urls)
    assert save_card(order, consent=consent(stripe), **urls).url
    assert len(stripe.fake.objects("checkout.session")) == 1
    assert Payment.objects.count() == 1


@money_case
@pytest.mark.parametrize("limit", [Money(0, "EUR"), Money(1000, "USD")])
def test_80_a_card_that_could_not_be_charged_is_not_kept(stripe: StripeShop, limit: Money) -> None:
    order, agreed = stripe.held().order, consent(stripe)
    wrong = type(agreed)(mandate=MANDATE, limit=limit)
    with pytest.raises(NoConsent):
        save_card(order, consent=wrong, return_url=RETURN, cancel_url=CANCEL)
    assert not Payment.objects.exists()


@money_case
def test_80_paystack_keeps_cards_with_a_payment_only() -> None:
    with open_shop("paystack") as shop:
        order = shop.held().order
        with pytest.raises(NotSupported, match="together with a payment"):
            save_card(order, consent=consent(shop), return_url=RETURN, cancel_url=CANCEL)
        assert not Payment.objects.open().exists()


@money_case
def test_81_a_card_that_is_declined_is_charged_nothing(shop: Shop) -> None:
    card = card_of(shop)
    next_charge_is(shop, "declined")
    amount = owes(card, 6000)
    with pytest.raises(Declined):
        charge_saved(card, amount, key="fee")
    shop.tell()
    assert charges() == [PaymentState.FAILED]
    assert shop.books() == 10_000
    assert card.order.balance == amount


@money_case
def test_81_asked_again_under_the_same_key_the_answer_is_the_same(shop: Shop) -> None:
    card = card_of(shop)
    next_charge_is(shop, "declined")
    amount = owes(card, 6000)
    for _again in range(2):
        with pytest.raises(Declined):
            charge_saved(card, amount, key="fee")
    assert len(charges()) == 1


@money_case
def test_81_a_bank_that_asks_for_the_owner_charges_nothing_yet(shop: Shop) -> None:
    card = card_of(shop)
    next_charge_is(shop, "asked")
    with pytest.raises(ActionRequired) as found:
        charge_saved(card, owes(card, 6000), key="fee")
    payment = Payment.objects.get(purpose=Purpose.FEE)
    assert payment.url == found.value.url
    is_at_a_page = bool(payment.url)
    after = PaymentState.ACTION_REQUIRED if is_at_a_page else PaymentState.FAILED
    assert payment.state == after
    assert shop.books() == 10_000


@money_case
def test_81_the_owner_says_yes_at_the_address_or_pays_it_themselves(shop: Shop) -> None:
    card = card_of(shop)
    next_charge_is(shop, "asked")
    with pytest.raises(ActionRequired) as found:
        charge_saved(card, owes(card, 6000), key="fee")
    if found.value.url:
        shop.customer_pays(Payment.objects.get(purpose=Purpose.FEE))
        shop.tell()
    else:
        shop.paid(card.order.bookings.get())
    assert shop.books() == 16_000
    assert not card.order.balance


@money_case
def test_82_a_card_that_was_removed_there_can_not_be_charged(stripe: StripeShop) -> None:
    card = card_of(stripe)
    stripe.fake.detach(card.token.partition("/")[2])
    with pytest.raises(InvalidRequest):
        charge_saved(card, owes(card, 6000), key="fee")
    assert charges() == [PaymentState.FAILED]
    assert forget_card(card).forgotten_at is not None


@money_case
def test_82_a_forgotten_card_is_not_kept_by_the_company_either(shop: Shop) -> None:
    card = card_of(shop)
    forget_card(card)
    gateway = get_gateway(shop.alias)
    request = ChargeRequest(
        key="again",
        reference="b7e6c1d0-0000-4000-8000-000000000000",
        money=Money(6000, shop.currency),
        token=card.token,
        email=card.order.email,
        description="Again",
    )
    with pytest.raises(InvalidRequest):
        gateway.charge_saved(request)


@money_case
def test_83_a_card_that_can_be_used_once_is_not_kept() -> None:
    with open_shop("paystack") as shop:
        payment = shop.paying(consent=consent(shop))
        shop.customer_pays(payment, reusable=False)
        shop.tell()
        assert not SavedCard.objects.exists()


@money_case
@pytest.mark.parametrize("name", [uuid4(), "no card"])
def test_82_a_card_that_is_not_there_is_not_found(name: object) -> None:
    with pytest.raises(NotFound):
        forget_card(name)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        charge_saved(name, Money(1000, "EUR"), key="fee")  # type: ignore[arg-type]
