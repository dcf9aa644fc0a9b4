"""The gateway to Paystack, with the real client against the fake company."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("paystackapi", reason="the package paystackapi is not installed")

from tests.payments.companies import PAYSTACK_KEY, PaystackCompany

from bookable.errors import (
    ActionRequired,
    Declined,
    GatewayAuthError,
    InvalidRequest,
    NotSupported,
    OutcomeUnknown,
    RateLimited,
    SignatureError,
    UnsupportedCurrency,
)
from bookable.money import Money
from bookable.payments.gateways.answers import DisputeState, Expire, PaymentSnapshot
from bookable.payments.gateways.paystack import PaystackGateway
from bookable.payments.gateways.questions import ChargeRequest, CheckoutRequest, RefundRequest
from bookable.payments.states import PaymentState, RefundState
from bookable.testing.fakes.paystack import FakePaystack
from bookable.testing.gateways import GatewayContract
from bookable.timeline import clock


def account(fake: FakePaystack, key: str = PAYSTACK_KEY, **options: Any) -> PaystackGateway:
    return PaystackGateway(secret_key=key, api_base=fake.url, **{"timeout": (3, 3), **options})


class TestPaystack(GatewayContract):
    """All that every gateway must do."""

    currency = "NGN"
    amount = 350_000

    def setUp(self) -> None:
        fake = self.enterContext(FakePaystack())
        self.company, self.gateway = PaystackCompany(fake), account(fake)


@pytest.fixture(params=["samples", "specification"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakePaystack]:
    """In both of the shapes that its documents describe."""
    with FakePaystack(shape=request.param) as company:
        yield company


@pytest.fixture
def gateway(fake: FakePaystack) -> PaystackGateway:
    return account(fake)


def request(amount: int = 350_000, currency: str = "NGN", **more: Any) -> CheckoutRequest:
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


def paid(fake: FakePaystack, gateway: PaystackGateway, **how: Any) -> PaymentSnapshot:
    checkout = gateway.start_checkout(request())
    fake.complete("b-one", **how)
    return gateway.fetch(checkout.ref)


def back(payment: PaymentSnapshot, amount: int, key: str = "back") -> RefundRequest:
    return RefundRequest(key=key, payment=payment.ref, money=Money(amount, "NGN"))


def charge(token: str, **more: Any) -> ChargeRequest:
    asked = {
        "key": "fee",
        "reference": "b-fee",
        "money": Money(100_000, "NGN"),
        "token": token,
        "email": "cleo@example.com",
        "description": "Fee",
    }
    return ChargeRequest(**{**asked, **more})


def test_fees_that_the_customer_pays_are_no_price(fake: FakePaystack) -> None:
    fake.fees_on_customer = True
    found = paid(fake, account(fake), amount=403_330)
    assert found.asked == Money(350_000, "NGN")
    assert found.captured == Money(403_330, "NGN")


@pytest.mark.parametrize("status", ["abandoned", "ongoing", "pending", "processing", "queued"])
def test_whatever_is_not_over_is_pending(
    fake: FakePaystack, gateway: PaystackGateway, status: str
) -> None:
    assert paid(fake, gateway, outcome=status).state == PaymentState.PENDING


def test_a_checkout_can_not_be_closed(fake: FakePaystack, gateway: PaystackGateway) -> None:
    checkout = gateway.start_checkout(request())
    assert gateway.expire(checkout.ref) == Expire.OPEN
    unknown = replace(checkout.ref, reference="b-unknown")
    assert gateway.expire(unknown) == Expire.OPEN


def test_a_kept_card_is_charged_while_its_owner_is_away(
    fake: FakePaystack, gateway: PaystackGateway
) -> None:
    card = paid(fake, gateway).card
    assert card is not None
    assert card.is_reusable
    found = gateway.charge_saved(charge(card.token))
    assert (found.state, found.captured) == (PaymentState.CAPTURED, Money(100_000, "NGN"))
    with pytest.raises(InvalidRequest):
        gateway.charge_saved(charge(card.token))
    gateway.forget_card(card.token)
    with pytest.raises(InvalidRequest):
        gateway.charge_saved(charge(card.token, reference="b-again"))


def test_a_card_that_can_not_be_charged_again_says_so(
    fake: FakePaystack, gateway: PaystackGateway
) -> None:
    card = paid(fake, gateway, reusable=False).card
    assert card is not None
    assert not card.is_reusable


@pytest.mark.parametrize(("outcome", "error"), [("failed", Declined), ("paused", ActionRequired)])
def test_a_kept_card_may_be_refused(
    fake: FakePaystack, gateway: PaystackGateway, outcome: str, error: type[Exception]
) -> None:
    card = paid(fake, gateway).card
    assert card is not None
    fake.next_charge(outcome)
    with pytest.raises(error):
        gateway.charge_saved(charge(card.token))


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("processing", RefundState.PENDING),
        ("processed", RefundState.SUCCEEDED),
        ("failed", RefundState.FAILED),
        ("needs-attention", RefundState.NEEDS_ATTENTION),
    ],
)
def test_a_refund_is_followed_to_its_end(
    fake: FakePaystack, gateway: PaystackGateway, status: str, state: RefundState
) -> None:
    payment = paid(fake, gateway)
    refund = gateway.refund(back(payment, 100_000))
    if status in {"processed", "failed"}:
        fake.refund_event(int(refund.external), "processing")
    fake.refund_event(int(refund.external), status)
    [found] = gateway.list_refunds(payment.ref)
    assert (found.state, found.key) == (state, "back")


def test_a_refund_that_failed_is_not_given_back(
    fake: FakePaystack, gateway: PaystackGateway
) -> None:
    payment = paid(fake, gateway)
    refund = gateway.refund(back(payment, 100_000))
    fake.refund_event(int(refund.external), "processing")
    fake.refund_event(int(refund.external), "failed")
    assert gateway.fetch(payment.ref).refunded == Money.zero("NGN")


def test_what_was_given_back_on_paystacks_own_pages_is_seen(
    fake: FakePaystack, gateway: PaystackGateway
) -> None:
    payment = paid(fake, gateway)
    fake.refund_externally("b-one", 50_000)
    [refund] = gateway.list_refunds(payment.ref)
    assert (refund.key, refund.money) == ("", Money(50_000, "NGN"))


@pytest.mark.parametrize(
    ("resolution", "state"),
    [
        ("merchant-accepted", DisputeState.LOST),
        ("auto-accepted", DisputeState.LOST),
        ("declined", DisputeState.WON),
    ],
)
def test_a_dispute_is_seen_with_its_end(
    fake: FakePaystack, gateway: PaystackGateway, resolution: str, state: DisputeState
) -> None:
    payment = paid(fake, gateway)
    dispute = fake.open_dispute("b-one", amount=350_000)
    [seen] = gateway.fetch(payment.ref).disputes
    assert (seen.state, seen.money) == (DisputeState.OPEN, Money(350_000, "NGN"))
    fake.resolve_dispute(dispute, resolution)
    assert gateway.fetch(payment.ref).disputes[0].state == state


@pytest.mark.parametrize(
    ("money", "counted"),
    [(Money(350_000, "NGN"), 350_000), (Money(3500, "XOF"), 350_000), (Money(1, "ZAR"), 1)],
)
def test_money_is_counted_in_hundredths(
    gateway: PaystackGateway, money: Money, counted: int
) -> None:
    assert gateway.to_minor(money) == counted
    assert gateway.from_minor(counted, money.currency) == money


def test_a_currency_that_the_account_does_not_take_is_refused(fake: FakePaystack) -> None:
    with pytest.raises(UnsupportedCurrency):
        account(fake, currencies=["NGN"]).start_checkout(request(currency="ZAR"))
    with pytest.raises(UnsupportedCurrency):
        account(fake, currencies=["EUR"])


def test_nothing_is_set_aside(gateway: PaystackGateway) -> None:
    checkout = gateway.start_checkout(request())
    with pytest.raises(NotSupported):
        gateway.capture(checkout.ref, Money(1, "NGN"), "key")


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("html_after", OutcomeUnknown),
        ("error_before", OutcomeUnknown),
        ("slow_after", OutcomeUnknown),
        ("busy_before", RateLimited),
    ],
)
def test_what_goes_wrong_has_a_name(fake: FakePaystack, mode: str, error: type[Exception]) -> None:
    fake.faults.add("POST", mode, seconds=0.6)
    with pytest.raises(error):
        account(fake, timeout=(3, 0.2)).start_checkout(request())


def test_after_a_lost_answer_the_payment_is_found_by_its_reference(
    fake: FakePaystack, gateway: PaystackGateway
) -> None:
    fake.faults.add("POST", "drop_after")
    with pytest.raises(OutcomeUnknown) as lost:
        gateway.start_checkout(request())
    assert PAYSTACK_KEY not in repr(lost.value) + lost.value.detail
    ref = replace(gateway.start_checkout(request(reference="b-two")).ref, reference="b-one")
    assert gateway.fetch(ref).state == PaymentState.PENDING


def test_a_key_that_was_revoked_is_no_failed_payment(
    fake: FakePaystack, gateway: PaystackGateway
) -> None:
    fake.revoke(PAYSTACK_KEY)
    with pytest.raises(GatewayAuthError):
        gateway.start_checkout(request())


def test_accounts_side_by_side_use_their_own_keys(fake: FakePaystack) -> None:
    keys = [f"sk_test_{number}" for number in range(8)]
    accounts = [account(fake, key) for key in keys]

    def pay(gateway: PaystackGateway) -> None:
        for number in range(5):
            gateway.start_checkout(request(reference=f"b-{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(pay, accounts))
    sent = [one.headers["authorization"].removeprefix("Bearer ") for one in fake.requests]
    assert sorted(sent) == sorted(keys * 5)


def test_a_message_verifies_by_its_raw_bytes_only(
    fake: FakePaystack, gateway: PaystackGateway
) -> None:
    gateway.start_checkout(request(email="zoë@example.com"))
    fake.complete("b-one")
    [delivery] = fake.outbox.deliveries(PAYSTACK_KEY)
    assert gateway.verify_webhook(delivery.headers, delivery.body).references == ("b-one",)
    encoded_again = json.dumps(json.loads(delivery.body)).encode()
    with pytest.raises(SignatureError):
        gateway.verify_webhook(delivery.headers, encoded_again)


def test_the_same_bytes_are_the_same_message(fake: FakePaystack, gateway: PaystackGateway) -> None:
    paid(fake, gateway)
    first, second = fake.outbox.deliveries(PAYSTACK_KEY, copies=2)
    found = [gateway.verify_webhook(one.headers, one.body).event_id for one in (first, second)]
    assert found[0] == found[1]


def test_a_message_about_a_refund_names_its_payment(
    fake: FakePaystack, gateway: PaystackGateway
) -> None:
    gateway.refund(back(paid(fake, gateway), 100_000))
    found = [
        gateway.verify_webhook(one.headers, one.body)
        for one in fake.outbox.deliveries(PAYSTACK_KEY)
    ]
    assert all("b-one" in one.references for one in found)
    assert {one.is_live for one in found} == {False}


def test_what_is_signed_and_no_event_is_refused(
    fake: FakePaystack, gateway: PaystackGateway
) -> None:
    for event in ([], {"event": "x"}, "text", {"event": "x", "data": None}):
        for delivery in fake.outbox.deliveries(PAYSTACK_KEY, events=[event]):
            with pytest.raises(SignatureError):
                gateway.verify_webhook(delivery.headers, delivery.body)
