"""What a gateway's messages do, through the real address to which they are sent."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client, override_settings
from tests.bookings.threads import (
    at_once,
    begin,
    is_kept_waiting,
    locked,
    needs_several_connections,
)
from tests.payments.conftest import options
from tests.payments.shops import PAYSTACK_KEY, STRIPE_SECRET, Shop, open_shop

from bookable.models import (
    Booking,
    MessageState,
    Payment,
    PaymentEvent,
    PaymentState,
    State,
    WebhookEvent,
)
from bookable.payments.reconcile import reconcile
from bookable.payments.webhooks import (
    process_due,
)
from bookable.testing import freeze
from bookable.testing.fakes.outbox import Delivery
from bookable.testing.fakes.paystack import events as paystack_events
from bookable.testing.fakes.stripe import events as stripe_events
from bookable.timeline import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stripe() -> Iterator[Shop]:
    with open_shop("stripe") as shop:
        yield shop


@pytest.fixture
def paystack() -> Iterator[Shop]:
    with open_shop("paystack") as shop:
        yield shop


def messages_of(shop: Shop, payment: Payment) -> list[Delivery]:
    """What the company says about somebody who has paid."""
    shop.customer_pays(payment)
    return shop.deliveries()


def signed(shop: Shop, body: bytes) -> Delivery:
    """Any text as if the company had sent it."""
    if shop.can_expire:
        return Delivery(body, stripe_events.sign(body, STRIPE_SECRET, clock.now()))
    return Delivery(body, paystack_events.sign(body, PAYSTACK_KEY, clock.now()))


def event(shop: Shop, type_: str, **thing: Any) -> Delivery:
    """A message of some type about some thing."""
    told: dict[str, Any] = {"event": type_, "data": {"domain": "test", **thing}}
    if shop.can_expire:
        told = {"id": f"evt_{hash(type_)}", "type": type_, "created": 1, "livemode": False}
        told["data"] = {"object": thing}
    return signed(shop, json.dumps(told).encode())


def assert_paid(payment: Payment) -> None:
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert Booking.objects.get(order=payment.order_id).state == State.CONFIRMED


def test_34_a_message_that_comes_ten_times_is_one(shop: Shop) -> None:
    payment = shop.paying()
    for message in messages_of(shop, payment):
        assert [shop.post(message) for _copy in range(10)] == [200] * 10
    assert_paid(payment)
    assert payment.events.filter(kind="captured").count() == 1
    keys = list(WebhookEvent.objects.values_list("event_id", flat=True))
    assert len(keys) == len(set(keys))
    assert set(WebhookEvent.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.many
def test_34_a_message_that_comes_ten_times_at_once_is_one(shop: Shop) -> None:
    needs_several_connections()
    payment = shop.paying()
    message = messages_of(shop, payment)[-1]
    assert at_once(*[lambda: shop.post(message)] * 10) == [200] * 10
    assert_paid(payment)
    assert payment.events.filter(kind="captured").count() == 1
    assert WebhookEvent.objects.count() == 1


def test_35_messages_in_the_wrong_order_end_in_the_same_state(shop: Shop) -> None:
    payment = shop.paying()
    shop.customer_is_declined(payment)
    shop.customer_pays(payment)
    for message in reversed(shop.deliveries()):
        assert shop.post(message) == 200
    assert_paid(payment)


def test_36_a_message_with_a_wrong_signature_is_refused_and_not_kept(shop: Shop) -> None:
    payment = shop.paying()
    for message in messages_of(shop, payment):
        assert shop.post(Delivery(message.body + b" ", message.headers)) == 400
    payment.refresh_from_db()
    assert payment.state == PaymentState.PENDING
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("header", [None, "", "garbage", "t=,v1=", "t=1,v1=00", "é", "v1=" * 999])
def test_37_a_message_with_a_missing_or_senseless_header_is_refused(
    shop: Shop, header: str | None
) -> None:
    message = messages_of(shop, shop.paying())[0]
    headers = {} if header is None else dict.fromkeys(message.headers, header)
    assert shop.post(Delivery(message.body, headers)) == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("minutes", [-6, 6])
def test_38_a_message_that_was_signed_too_early_or_too_late_is_refused(
    stripe: Shop, minutes: int
) -> None:
    payment = stripe.paying()
    stripe.customer_pays(payment)
    assert set(stripe.tell(at=clock.now() + minutes * MINUTE)) == {400}
    assert not WebhookEvent.objects.exists()


@pytest.mark.parametrize("minutes", [-4, 4])
def test_38_clocks_need_not_agree_to_the_second(stripe: Shop, minutes: int) -> None:
    payment = stripe.paying()
    stripe.customer_pays(payment)
    assert set(stripe.tell(at=clock.now() + minutes * MINUTE)) == {200}
    assert_paid(payment)


def test_39_a_message_that_is_played_again_days_later_has_no_effect(paystack: Shop) -> None:
    payment = paystack.paying()
    [message] = messages_of(paystack, payment)
    paystack.post(message)
    events = PaymentEvent.objects.count()
    with freeze(clock.now() + timedelta(days=30)):
        asked = len(paystack.fake.requests)  # type: ignore[attr-defined]
        assert paystack.post(message) == 200
        assert len(paystack.fake.requests) == asked  # type: ignore[attr-defined]
    assert WebhookEvent.objects.count() == 1
    assert PaymentEvent.objects.count() == events


def test_40_while_a_secret_is_replaced_both_may_sign(stripe: Shop) -> None:
    options = stripe.settings["card"]["OPTIONS"]
    options = {**options, "webhook_secrets": ["whsec_new", STRIPE_SECRET]}
    gateways = {"card": {**stripe.settings["card"], "OPTIONS": options}}
    payment = stripe.paying()
    stripe.customer_pays(payment)
    waiting = stripe.fake.outbox.waiting()  # type: ignore[attr-defined]
    with override_settings(BOOKABLE={"GATEWAYS": gateways, "CURRENCY": "EUR"}):
        for secret, answer in ((STRIPE_SECRET, 200), ("whsec_new", 200), ("whsec_old", 400)):
            for one in stripe.fake.outbox.deliveries(secret, events=waiting):  # type: ignore[attr-defined]
                assert stripe.post(one) == answer
    assert_paid(payment)


def test_where_addresses_are_named_nothing_else_is_heard(paystack_shop: Shop) -> None:
    payment = paystack_shop.paying()
    paystack_shop.customer_pays(payment)
    [message] = paystack_shop.deliveries()
    with options(paystack_shop, webhook_ips=["52.31.139.75"]):
        assert paystack_shop.post(message) == 403
    assert not WebhookEvent.objects.exists()
    with options(paystack_shop, webhook_ips=["127.0.0.1"]):
        assert paystack_shop.post(message) == 200


def test_41_no_message_is_taken_at_an_address_of_no_gateway(shop: Shop) -> None:
    message = messages_of(shop, shop.paying())[0]
    assert shop.post(message, alias="other") == 404
    assert not WebhookEvent.objects.exists()


def test_41_a_message_at_the_address_of_another_account_is_refused(shop: Shop) -> None:
    card = shop.settings["card"]
    options = {**card["OPTIONS"], "secret_key": "sk_test_other"}
    if shop.can_expire:
        options["webhook_secrets"] = ["whsec_other"]
    gateways = {"card": card, "other": {**card, "OPTIONS": options}}
    payment = shop.paying()
    with override_settings(BOOKABLE={"GATEWAYS": gateways, "CURRENCY": shop.currency}):
        assert {shop.post(one, "other") for one in messages_of(shop, payment)} == {400}
    assert not WebhookEvent.objects.exists()


def test_42_a_message_about_a_payment_that_is_not_there_yet_is_matched_later(shop: Shop) -> None:
    payment = shop.paying()
    events = list(payment.events.all())
    payment.events.all().delete()
    pk, _gone = payment.pk, payment.delete()
    assert {shop.post(one) for one in messages_of(shop, payment)} == {200}
    assert MessageState.UNMATCHED in states()
    payment.pk = pk
    payment.save(force_insert=True)
    PaymentEvent.objects.bulk_create(events)
    with freeze(clock.now() + 2 * MINUTE):
        assert process_due()
    assert_paid(payment)
    assert MessageState.UNMATCHED not in states()


def test_42_a_message_about_another_program_of_the_same_account_is_of_no_concern(
    shop: Shop,
) -> None:
    message = event(shop, "charge.success", id="x1", reference="shop-4711", client_reference_id="4")
    assert shop.post(message) == 200
    assert states() == {MessageState.IGNORED}


def test_43_a_message_of_a_type_that_nobody_knows_is_of_no_concern(shop: Shop) -> None:
    assert shop.post(event(shop, "moon.risen", id="x1")) == 200
    assert states() == {MessageState.IGNORED}
    assert process_due() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"1",
        b"null",
        b"{}",
        b'"text"',
        b'{"event": "charge.success", "data": null}',
        b'{"event": "charge.success", "data": "text"}',
        b'{"id": "evt_1", "type": "x", "created": 1, "livemode": false, "data": {"object": 7}}',
        b'{"id": "evt_1", "type": "x", "created": "x", "livemode": false, "data": {"object": {}}}',
        '{"event": "é"'.encode("latin-1"),
    ],
)
def test_44_what_is_signed_and_is_no_event_is_refused(shop: Shop, body: bytes) -> None:
    assert shop.post(signed(shop, body)) == 400
    assert not WebhookEvent.objects.exists()


def test_44_text_that_no_database_keeps_is_taken_without_it(shop: Shop) -> None:
    message = event(shop, "moon\x00\ud800", id="x\x00\ud800", reference="\x00", metadata={})
    assert shop.post(message) == 200
    assert WebhookEvent.objects.get().type == "moon?"


def test_45_a_message_that_was_written_anew_is_refused(shop: Shop) -> None:
    message = messages_of(shop, shop.paying())[-1]
    anew = json.dumps(json.loads(message.body), separators=(", ", ":")).encode()
    assert shop.post(Delivery(anew, message.headers)) == 400


def test_45_letters_beyond_ascii_are_read_as_they_came(shop: Shop) -> None:
    told: dict[str, Any] = json.loads(event(shop, "note.made", id="x1", text="Zoë").body)
    body = json.dumps(told, ensure_ascii=False).encode()
    assert "ë".encode() in body
    assert shop.post(signed(shop, body)) == 200
    kept = WebhookEvent.objects.get()
    assert "Zoë" in kept.body
    assert kept.digest == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch", "head"])
def test_47_nothing_but_a_post_is_taken(shop: Shop, method: str) -> None:
    answer = getattr(Client(), method)(f"/bookable/payments/webhook/{shop.alias}/")
    assert answer.status_code == 405


def test_47_a_body_that_is_too_large_is_refused(shop: Shop) -> None:
    body = json.dumps({"text": "x" * 512 * 1024}).encode()
    assert shop.post(signed(shop, body)) == 413
    assert not WebhookEvent.objects.exists()


def test_47_a_gateway_needs_no_token_of_a_form(shop: Shop) -> None:
    message = messages_of(shop, shop.paying())[0]
    headers: Any = message.headers
    answer = Client(enforce_csrf_checks=True).post(
        f"/bookable/payments/webhook/{shop.alias}/",
        data=message.body,
        content_type="application/json",
        headers=headers,
    )
    assert answer.status_code == 200


def test_48_what_a_lost_message_would_have_said_is_found(shop: Shop) -> None:
    payment = shop.paying()
    messages_of(shop, payment)
    with freeze(clock.now() + 3 * MINUTE):
        assert len(reconcile().repaired) == 1
    assert_paid(payment)


def live(shop: Shop) -> dict[str, Any]:
    """The settings of the same account with real money."""
    card = shop.settings["card"]
    options = {**card["OPTIONS"], "secret_key": "sk_live_shop"}
    return {"GATEWAYS": {"card": {**card, "OPTIONS": options}}, "CURRENCY": shop.currency}


def test_49_a_message_of_a_test_is_refused_where_money_is_real(shop: Shop) -> None:
    message = event(shop, "charge.success", id="x1")
    with override_settings(BOOKABLE=live(shop)):
        if not shop.can_expire:
            sign = hmac.new(b"sk_live_shop", message.body, hashlib.sha512).hexdigest()
            message = Delivery(message.body, {"x-paystack-signature": sign})
        assert shop.post(message) == 400
    assert not WebhookEvent.objects.exists()


def test_49_a_message_about_real_money_is_refused_where_a_site_is_tried_out(shop: Shop) -> None:
    told = json.loads(event(shop, "charge.success", id="x1", domain="live").body)
    if shop.can_expire:
        told["livemode"] = True
    assert shop.post(signed(shop, json.dumps(told).encode())) == 400
    assert not WebhookEvent.objects.exists()


@pytest.mark.many
def test_50_a_message_waits_for_a_transaction_of_our_own_and_then_works(shop: Shop) -> None:
    needs_several_connections()
    payment = shop.paying()
    message = messages_of(shop, payment)[-1]
    with locked(payment.order):
        told = begin(lambda: shop.post(message))
        assert is_kept_waiting(told)
    assert told.result(20) == 200
    assert_paid(payment)


def test_a_message_works_on_a_site_whose_requests_are_transactions(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = shop.paying()
    messages = messages_of(shop, payment)
    for settings in (connection.settings_dict, connections.settings["default"]):
        monkeypatch.setitem(settings, "ATOMIC_REQUESTS", True)
    assert {shop.post(one) for one in messages} == {200}
    assert_paid(payment)


def states() -> set[str]:
    return set(WebhookEvent.objects.values_list("state", flat=True))
