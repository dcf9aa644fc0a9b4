"""The gateway to Stripe, with the real client against the fake company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("stripe", reason="the package stripe is not installed")

from tests.payments.companies import STRIPE_KEY, STRIPE_SECRET, StripeCompany

from bookable.errors import (
    ActionRequired,
    Declined,
    GatewayAuthError,
    InvalidAmount,
    InvalidRequest,
    OutcomeUnknown,
    RateLimited,
    SignatureError,
    UnsupportedCurrency,
)
from bookable.money import Money
from bookable.payments.gateways.answers import DisputeState, PaymentSnapshot
from bookable.payments.gateways.questions import CardSetupRequest, ChargeRequest, CheckoutRequest
from bookable.payments.gateways.stripe import StripeGateway
from bookable.payments.states import PaymentState, RefundState
from bookable.testing.fakes.stripe import Card, FakeStripe
from bookable.testing.gateways import GatewayContract
from bookable.timeline import clock


def account(fake: FakeStripe, key: str = STRIPE_KEY, **options: Any) -> StripeGateway:
    given = {"webhook_secrets": [STRIPE_SECRET], "max_retries": 0, "timeout": (3, 3), **options}
    return StripeGateway(secret_key=key, api_base=fake.url, **given)


class TestStripe(GatewayContract):
    """All that every gateway must do."""

    def setUp(self) -> None:
        fake = self.enterContext(FakeStripe())
        self.company, self.gateway = StripeCompany(fake), account(fake)


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with FakeStripe() as company:
        yield company


@pytest.fixture
def gateway(fake: FakeStripe) -> StripeGateway:
    return account(fake)


def request(amount: int = 3500, currency: str = "EUR", **more: Any) -> CheckoutRequest:
    asked = {
        "key": "one",
        "reference": "b-one",
        "money": Money(amount, currency),
        "email": "cleo@example.com",
        "description": "Haircut",
        "return_url": "https://example.com/return/",
        "cancel_url": "https://example.com/cancel/",
        "expires_at": clock.now() + timedelta(minutes=10),
    }
    return CheckoutRequest(**{**asked, **more})


def paid(fake: FakeStripe, gateway: StripeGateway, **how: Any) -> PaymentSnapshot:
    checkout = gateway.start_checkout(request(**how.pop("asked", {})))
    fake.pay_checkout(checkout.ref.checkout, **how)
    return gateway.fetch(checkout.ref)


def test_a_hold_shorter_than_stripe_allows_becomes_the_shortest_checkout(
    gateway: StripeGateway,
) -> None:
    checkout = gateway.start_checkout(request())
    assert checkout.expires_at is not None
    left = checkout.expires_at - clock.now()
    assert timedelta(minutes=30) < left < timedelta(minutes=32)


def test_a_hold_longer_than_stripe_allows_becomes_the_longest_checkout(
    gateway: StripeGateway,
) -> None:
    asked = request(expires_at=clock.now() + timedelta(days=3))
    checkout = gateway.start_checkout(asked)
    assert checkout.expires_at is not None
    assert checkout.expires_at - clock.now() < timedelta(days=1)


def test_the_same_key_with_another_price_is_refused(gateway: StripeGateway) -> None:
    gateway.start_checkout(request())
    with pytest.raises(InvalidRequest):
        gateway.start_checkout(request(4000))


def test_a_payment_that_needs_the_customer_waits_and_then_succeeds(
    fake: FakeStripe, gateway: StripeGateway
) -> None:
    checkout = gateway.start_checkout(request())
    fake.pay_checkout(checkout.ref.checkout, outcome="action")
    waiting = gateway.fetch(checkout.ref)
    assert waiting.state == PaymentState.ACTION_REQUIRED
    fake.finish_action(waiting.ref.external)
    assert gateway.fetch(checkout.ref).state == PaymentState.CAPTURED


def test_money_that_is_set_aside_is_taken_in_part_and_the_rest_let_go(
    fake: FakeStripe, gateway: StripeGateway
) -> None:
    aside = paid(fake, gateway, asked={"capture": False})
    assert (aside.state, aside.authorized.amount, aside.captured.amount) == (
        PaymentState.AUTHORIZED,
        3500,
        0,
    )
    taken = gateway.capture(aside.ref, Money(2000, "EUR"), "capture")
    assert (taken.state, taken.captured.amount) == (PaymentState.CAPTURED, 2000)
    assert taken.refunded == Money.zero("EUR")


def test_money_that_is_set_aside_is_let_go(fake: FakeStripe, gateway: StripeGateway) -> None:
    aside = paid(fake, gateway, asked={"capture": False})
    gone = gateway.void(aside.ref, "void")
    assert (gone.state, gone.refunded) == (PaymentState.CANCELLED, Money.zero("EUR"))


def test_no_more_than_was_set_aside_is_taken(fake: FakeStripe, gateway: StripeGateway) -> None:
    aside = paid(fake, gateway, asked={"capture": False})
    with pytest.raises(InvalidRequest):
        gateway.capture(aside.ref, Money(3501, "EUR"), "capture")


def test_a_kept_card_is_charged_while_its_owner_is_away(
    fake: FakeStripe, gateway: StripeGateway
) -> None:
    card = paid(fake, gateway, asked={"save_card": True}).card
    assert card is not None
    assert len(card.last4) == 4
    charge = ChargeRequest(
        key="fee",
        reference="b-fee",
        money=Money(1000, "EUR"),
        token=card.token,
        email="cleo@example.com",
        description="Fee",
    )
    found = gateway.charge_saved(charge)
    assert (found.state, found.captured.amount) == (PaymentState.CAPTURED, 1000)
    assert gateway.charge_saved(charge).ref.external == found.ref.external
    gateway.forget_card(card.token)
    with pytest.raises((InvalidRequest, Declined)):
        gateway.charge_saved(replace(charge, key="again"))


def test_a_card_is_kept_without_a_payment(fake: FakeStripe, gateway: StripeGateway) -> None:
    asked = CardSetupRequest(
        key="setup",
        reference="b-setup",
        currency="EUR",
        email="cleo@example.com",
        description="In case nobody comes",
        return_url="https://example.com/return/",
        cancel_url="https://example.com/cancel/",
        name="Cleo",
    )
    checkout = gateway.start_card_setup(asked)
    fake.pay_checkout(checkout.ref.checkout)
    kept = gateway.fetch(checkout.ref).card
    assert kept is not None
    assert kept.token.startswith("cus_")


def test_what_was_given_back_at_the_dashboard_is_seen(
    fake: FakeStripe, gateway: StripeGateway
) -> None:
    payment = paid(fake, gateway)
    fake.refund_externally(payment.ref.external, 500)
    assert gateway.fetch(payment.ref).refunded == Money(500, "EUR")
    [refund] = gateway.list_refunds(payment.ref)
    assert (refund.key, refund.state) == ("", RefundState.SUCCEEDED)


def test_a_dispute_is_seen_with_its_end(fake: FakeStripe, gateway: StripeGateway) -> None:
    payment = paid(fake, gateway)
    dispute = fake.open_dispute(payment.ref.external)
    [seen] = gateway.fetch(payment.ref).disputes
    assert (seen.state, seen.money) == (DisputeState.OPEN, Money(3500, "EUR"))
    fake.close_dispute(dispute["id"], "lost")
    assert gateway.fetch(payment.ref).disputes[0].state == DisputeState.LOST


@pytest.mark.parametrize(
    ("money", "counted"),
    [
        (Money(3500, "EUR"), 3500),
        (Money(3500, "JPY"), 3500),
        (Money(3500, "KWD"), 3500),
        (Money(35, "ISK"), 3500),
        (Money(35, "UGX"), 3500),
        (Money(3500, "XOF"), 3500),
        (Money(500, "MGA"), 5),
    ],
)
def test_money_is_counted_as_stripe_counts_it(
    gateway: StripeGateway, money: Money, counted: int
) -> None:
    assert gateway.to_minor(money) == counted
    assert gateway.from_minor(counted, money.currency) == money


@pytest.mark.parametrize("money", [Money(3501, "KWD"), Money(501, "MGA")])
def test_what_stripe_can_not_count_is_refused(gateway: StripeGateway, money: Money) -> None:
    with pytest.raises(InvalidAmount):
        gateway.to_minor(money)


def test_a_currency_that_the_account_does_not_take_is_refused(fake: FakeStripe) -> None:
    with pytest.raises(UnsupportedCurrency, match="GBP"):
        account(fake, currencies=["EUR"]).start_checkout(request(currency="GBP"))


def test_too_small_an_amount_is_refused(gateway: StripeGateway) -> None:
    with pytest.raises(InvalidAmount):
        gateway.start_checkout(request(1))


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("html_after", OutcomeUnknown),
        ("error_before", OutcomeUnknown),
        ("slow_after", OutcomeUnknown),
        ("busy_before", RateLimited),
    ],
)
def test_what_goes_wrong_has_a_name(fake: FakeStripe, mode: str, error: type[Exception]) -> None:
    fake.faults.add("POST", mode, seconds=0.6)
    with pytest.raises(error):
        account(fake, timeout=(3, 0.2)).start_checkout(request())


def test_a_key_that_was_revoked_is_no_failed_payment(
    fake: FakeStripe, gateway: StripeGateway
) -> None:
    fake.revoke(STRIPE_KEY)
    with pytest.raises(GatewayAuthError) as caught:
        gateway.start_checkout(request())
    assert STRIPE_KEY not in repr(caught.value) + caught.value.detail


def test_a_request_that_is_still_under_way_is_an_unknown_outcome(
    fake: FakeStripe, gateway: StripeGateway
) -> None:
    fake.hold_key("one")
    with pytest.raises(OutcomeUnknown):
        gateway.start_checkout(request())


def test_either_of_two_secrets_may_sign(fake: FakeStripe) -> None:
    checkout = account(fake).start_checkout(request())
    fake.pay_checkout(checkout.ref.checkout)
    rotating = account(fake, webhook_secrets=["whsec_new", STRIPE_SECRET])
    for delivery in fake.outbox.deliveries(STRIPE_SECRET):
        assert rotating.verify_webhook(delivery.headers, delivery.body).event_id


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_message_from_another_time_is_refused(
    fake: FakeStripe, gateway: StripeGateway, minutes: int
) -> None:
    paid(fake, gateway)
    at = clock.now() + timedelta(minutes=minutes)
    for delivery in fake.outbox.deliveries(STRIPE_SECRET, at=at):
        with pytest.raises(SignatureError):
            gateway.verify_webhook(delivery.headers, delivery.body)


def test_what_is_signed_and_no_event_is_refused(fake: FakeStripe, gateway: StripeGateway) -> None:
    for event in ([], {"id": "evt_1"}, "text", {"id": 1, "type": 2, "data": {"object": None}}):
        for delivery in fake.outbox.deliveries(STRIPE_SECRET, events=[event]):
            with pytest.raises(SignatureError):
                gateway.verify_webhook(delivery.headers, delivery.body)


def test_a_forged_message_in_another_encoding_is_refused(gateway: StripeGateway) -> None:
    forged = '{"id": "evt_1", "type": "x", "created": 1, "livemode": false}'.encode("utf-16")
    with pytest.raises(SignatureError):
        gateway.verify_webhook({"Stripe-Signature": "t=1,v1=00"}, forged)


def test_events_that_nobody_told_can_be_asked_for(fake: FakeStripe, gateway: StripeGateway) -> None:
    paid(fake, gateway)
    found = list(gateway.list_events(clock.now() - timedelta(hours=1)))
    assert "checkout.session.completed" in {one.type for one in found}
    assert list(gateway.list_events(clock.now() + timedelta(hours=1))) == []


def test_two_accounts_beside_each_other_use_their_own_keys(fake: FakeStripe) -> None:
    fake.register("sk_test_other", account="acct_other")
    checkout = account(fake).start_checkout(request())
    with pytest.raises(InvalidRequest):
        account(fake, "sk_test_other").fetch(checkout.ref)


def test_a_live_key_is_known_as_one(fake: FakeStripe) -> None:
    assert account(fake, "sk_live_x").is_live
    assert not account(fake).is_live


def test_a_bank_that_asks_for_the_customer_is_told_apart(
    fake: FakeStripe, gateway: StripeGateway
) -> None:
    card = paid(fake, gateway, asked={"save_card": True}).card
    assert card is not None
    fake.change_card(card.token.partition("/")[2], Card(off_session="action"))
    charge = ChargeRequest(
        key="fee",
        reference="b-fee",
        money=Money(1000, "EUR"),
        token=card.token,
        email="",
        description="",
    )
    with pytest.raises(ActionRequired):
        gateway.charge_saved(charge)
