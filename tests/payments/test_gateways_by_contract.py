"""What the gateways send and read, held against the companies' own documents: cases 92 to 94."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

pytest.importorskip("stripe", reason="the package stripe is not installed")
pytest.importorskip("paystackapi", reason="the package paystackapi is not installed")

from tests.payments.contract import Contract, needs_contracts, official
from tests.payments.schemas import decoded

from bookable.errors import GatewayError
from bookable.money import Money
from bookable.payments.gateways.paystack import PaystackGateway
from bookable.payments.gateways.paystack.webhooks import verified
from bookable.payments.gateways.questions import (
    CardSetupRequest,
    ChargeRequest,
    CheckoutRequest,
    RefundRequest,
)
from bookable.payments.gateways.stripe import StripeGateway
from bookable.payments.gateways.stripe.webhooks import envelope_of
from bookable.testing.fakes.paystack import FakePaystack
from bookable.testing.fakes.paystack.events import sign
from bookable.testing.fakes.server import Request
from bookable.testing.fakes.stripe import FakeStripe
from bookable.timeline import clock

KEY = "sk_test_fake"
PAGES = {
    "return_url": "https://example.com/return/",
    "cancel_url": "https://example.com/cancel/",
}
#: Where the client's own class for the parameters of a request stands, below stripe.params.
PARAMETERS = {
    "/v1/checkout/sessions": "checkout._session_create_params.SessionCreateParams",
    "/v1/payment_intents": "_payment_intent_create_params.PaymentIntentCreateParams",
    "/capture": "_payment_intent_capture_params.PaymentIntentCaptureParams",
    "/cancel": "_payment_intent_cancel_params.PaymentIntentCancelParams",
    "/v1/refunds": "_refund_create_params.RefundCreateParams",
    "/v1/customers": "_customer_create_params.CustomerCreateParams",
    "/expire": "checkout._session_expire_params.SessionExpireParams",
    "/detach": "_payment_method_detach_params.PaymentMethodDetachParams",
}


def asked(number: int, currency: str, **more: Any) -> CheckoutRequest:
    return CheckoutRequest(
        key=f"key-{number}",
        reference=f"b-{number}",
        money=Money(350_000, currency),
        email="cleo@example.com",
        description="Haircut",
        expires_at=clock.now() + timedelta(minutes=10),
        metadata={"order": "1"},
        language="de",
        **PAGES,
        **more,
    )


def play_stripe(fake: FakeStripe) -> None:
    """Everything that the gateway can ask Stripe for."""
    gateway = StripeGateway(secret_key=KEY, api_base=fake.url, max_retries=0)
    plain, aside, gone, left = (
        gateway.start_checkout(asked(number, "EUR", capture=number == 0, save_card=number == 0))
        for number in range(4)
    )
    for one in (plain, aside, gone):
        fake.pay_checkout(one.ref.checkout)
    gateway.expire(left.ref)
    gateway.capture(gateway.fetch(aside.ref).ref, Money(100_000, "EUR"), "capture")
    gateway.void(gateway.fetch(gone.ref).ref, "void")
    paid = gateway.fetch(plain.ref)
    assert paid.card is not None
    gateway.refund(RefundRequest(key="back", payment=paid.ref, money=Money(1000, "EUR")))
    fake.open_dispute(paid.ref.external)
    gateway.fetch(plain.ref)
    gateway.charge_saved(charge(paid.card.token, "EUR"))
    gateway.forget_card(paid.card.token)
    setup = CardSetupRequest(
        key="setup",
        reference="b-setup",
        currency="EUR",
        email="cleo@example.com",
        description="In case nobody comes",
        name="Cleo",
        **PAGES,
    )
    fake.pay_checkout(gateway.start_card_setup(setup).ref.checkout)
    list(gateway.list_events(clock.now() - timedelta(hours=1)))


def play_paystack(fake: FakePaystack) -> None:
    """Everything that the gateway can ask Paystack for."""
    gateway = PaystackGateway(secret_key=KEY, api_base=fake.url)
    checkout = gateway.start_checkout(asked(0, "NGN"))
    fake.complete("b-0")
    paid = gateway.fetch(checkout.ref)
    assert paid.card is not None
    gateway.refund(RefundRequest(key="back", payment=paid.ref, money=Money(1000, "NGN")))
    gateway.charge_saved(charge(paid.card.token, "NGN"))
    gateway.forget_card(paid.card.token)


def charge(token: str, currency: str) -> ChargeRequest:
    return ChargeRequest(
        key="fee",
        reference="b-fee",
        money=Money(100_000, currency),
        token=token,
        email="cleo@example.com",
        description="Fee",
    )


@needs_contracts
def test_92_every_request_to_stripe_is_valid_by_its_specification() -> None:
    with FakeStripe() as fake:
        play_stripe(fake)
    assert len(fake.requests) > 15
    assert faults_of(Contract.stripe(), fake.requests) == {}


def faults_of(contract: Contract, requests: Iterable[Request]) -> dict[str, list[str]]:
    found = {str(one): contract.request_faults(one) for one in requests}
    return {name: faults for name, faults in found.items() if faults}


#: What only the documentation has: a filter, and a path that the samples confirm.
_LACKING = ("GET /refund", "GET /dispute", "POST /customer/deactivate_authorization")


@needs_contracts
def test_92_every_request_to_paystack_is_valid_by_its_specification() -> None:
    with FakePaystack() as fake:
        play_paystack(fake)
    known = [one for one in fake.requests if str(one) not in _LACKING]
    assert faults_of(Contract.paystack(), known) == {}


def test_93_every_field_that_is_sent_is_known_to_the_installed_client() -> None:
    with FakeStripe() as fake:
        play_stripe(fake)
    seen = set()
    for request in fake.requests:
        if request.method != "POST":
            continue
        end = next(end for end in PARAMETERS if request.path.endswith(end))
        fields = set(decoded(request.body.decode()))
        assert fields <= known_fields(PARAMETERS[end]), request
        seen.add(end)
    assert seen == set(PARAMETERS)


def known_fields(path: str) -> set[str]:
    module, _dot, name = f"stripe.params.{path}".rpartition(".")
    return set(getattr(importlib.import_module(module), name).__annotations__)


def events() -> Iterator[dict[str, Any]]:
    yield from official("paystack/webhook_events.json").values()


@needs_contracts
def test_94_every_official_event_of_paystack_can_be_read() -> None:
    found = []
    for event in events():
        body = json.dumps(event).encode()
        found.append(verified(sign(body, KEY, clock.now()), body, KEY))
    assert len(found) == 38
    assert {"charge.success", "refund.processed", "charge.dispute.create"} <= {
        one.type for one in found
    }


@needs_contracts
def test_94_every_official_object_of_stripe_can_be_told_about() -> None:
    fixtures = official("stripe/fixtures3.json")["resources"]
    for name, thing in fixtures.items():
        event = {
            "id": "evt_1",
            "type": name,
            "created": 1,
            "livemode": False,
            "data": {"object": thing},
        }
        assert envelope_of(event).type == name


def test_95_no_secret_is_in_what_a_gateway_shows_or_raises() -> None:
    shown = []
    with FakeStripe() as stripe, FakePaystack() as paystack:
        secret, key = "whsec_hidden", "sk_test_hidden"
        gateways = (
            StripeGateway(secret_key=key, webhook_secrets=[secret], api_base=stripe.url),
            PaystackGateway(secret_key=key, api_base=paystack.url),
        )
        stripe.revoke(key)
        paystack.revoke(key)
        for gateway, currency in zip(gateways, ("EUR", "NGN"), strict=True):
            shown.append(repr(gateway) + str(gateway))
            with suppress(GatewayError):
                gateway.verify_webhook({}, b"")
            try:
                gateway.start_checkout(asked(0, currency))
            except GatewayError as error:
                shown.append(f"{error!r} {error} {error.detail} {error.__cause__!r}")
    assert len(shown) == 4
    assert not [text for text in shown if "hidden" in text]
