"""Events of the fake Stripe: in its list, in its outbox, and signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.payments.contract import Contract, needs_contracts
from tests.payments.stripe_client import SECRET, Client, stripe

from bookable.testing.fakes.outbox import Delivery
from bookable.testing.fakes.stripe import FakeStripe


def received(delivery: Delivery, secret: str = SECRET) -> Any:
    """What the real client makes of a delivery."""
    header = delivery.headers["Stripe-Signature"]
    return stripe.Webhook.construct_event(delivery.body, header, secret)


class TestSigning:
    def test_the_real_client_accepts_a_delivery(self, fake: FakeStripe, client: Client) -> None:
        intent = client.paid(metadata={"who": "Žofie"})
        events = [received(delivery) for delivery in fake.outbox.deliveries(SECRET)]
        assert events[-1].type == "checkout.session.completed"
        assert events[-1].data.object.payment_intent == intent.id
        assert events[-1].data.object.metadata["who"] == "Žofie"

    def test_letters_are_sent_as_they_are(self, fake: FakeStripe, client: Client) -> None:
        client.paid(metadata={"who": "Žofie"})
        assert "Žofie".encode() in fake.outbox.deliveries(SECRET)[-1].body

    def test_another_secret_does_not_fit(self, fake: FakeStripe, client: Client) -> None:
        client.paid()
        (delivery, *_rest) = fake.outbox.deliveries("whsec_other")
        with pytest.raises(stripe.SignatureVerificationError):
            received(delivery)

    def test_a_changed_body_does_not_fit(self, fake: FakeStripe, client: Client) -> None:
        client.paid()
        (delivery, *_rest) = fake.outbox.deliveries(SECRET)
        changed = json.dumps(json.loads(delivery.body)).encode()
        with pytest.raises(stripe.SignatureVerificationError):
            received(Delivery(changed, delivery.headers))

    def test_an_old_delivery_is_refused(self, fake: FakeStripe, client: Client) -> None:
        client.paid()
        long_ago = datetime.now(UTC) - timedelta(minutes=10)
        (delivery, *_rest) = fake.outbox.deliveries(SECRET, at=long_ago)
        with pytest.raises(stripe.SignatureVerificationError):
            received(delivery)

    def test_deliveries_come_in_any_order_and_number(
        self, fake: FakeStripe, client: Client
    ) -> None:
        client.v1.customers.create({"name": "Ada"})
        client.v1.customers.create({"name": "Bob"})
        deliveries = fake.outbox.deliveries(SECRET, order=[1, 0], copies=2)
        names = [received(delivery).data.object.name for delivery in deliveries]
        assert names == ["Bob", "Bob", "Ada", "Ada"]


class TestWhatAnEventHolds:
    def test_it_holds_the_object_as_it_was(self, fake: FakeStripe, client: Client) -> None:
        intent = client.paid(3500)
        client.refund(intent, 1000)
        client.refund(intent, 500)
        refunded = [
            event["data"]["object"]["amount_refunded"]
            for event in fake.outbox.events
            if event["type"] == "charge.refunded"
        ]
        assert refunded == [1000, 1500]

    def test_it_speaks_the_version_of_the_client(self, fake: FakeStripe, client: Client) -> None:
        client.paid()
        versions = {event["api_version"] for event in fake.outbox.events}
        assert versions == {"2026-10-28.endive"}

    def test_what_happens_at_a_bank_was_asked_by_nobody(
        self, fake: FakeStripe, client: Client
    ) -> None:
        client.paid()
        assert fake.outbox.events[-1]["request"] == {"id": None, "idempotency_key": None}

    @needs_contracts
    def test_every_object_in_it_is_as_specified(self, fake: FakeStripe, client: Client) -> None:
        play_everything(fake, client)
        contract = Contract.stripe()
        faults = [
            (event["type"], fault)
            for event in fake.outbox.events
            for fault in [
                *contract.object_faults("event", event),
                *contract.object_faults(event["data"]["object"]["object"], event["data"]["object"]),
            ]
        ]
        assert faults == []
        assert len({event["type"] for event in fake.outbox.events}) > 25


class TestTheList:
    def test_events_are_listed_by_type(self, client: Client) -> None:
        client.refund(client.paid())
        types = ["refund.created", "charge.succeeded"]
        listed = client.v1.events.list({"types": types})
        assert [event.type for event in listed.data] == types

    def test_events_are_listed_from_a_moment_on(self, fake: FakeStripe, client: Client) -> None:
        client.paid()
        fake.advance(timedelta(hours=1))
        since = int(fake.now().timestamp())
        customer = client.v1.customers.create({})
        listed = client.v1.events.list({"created": {"gte": since}})
        assert [event.data.object.id for event in listed.data] == [customer.id]

    def test_events_older_than_thirty_days_are_gone(self, fake: FakeStripe, client: Client) -> None:
        client.paid()
        fake.advance(timedelta(days=31))
        assert client.v1.events.list().data == []

    def test_an_event_can_be_had_again(self, fake: FakeStripe, client: Client) -> None:
        client.paid()
        name = fake.outbox.events[-1]["id"]
        assert client.v1.events.retrieve(name).type == "checkout.session.completed"

    def test_no_more_than_twenty_types_are_asked_for(self, fake: FakeStripe) -> None:
        with Client(fake) as client, pytest.raises(stripe.InvalidRequestError):
            client.v1.events.list({"types": [f"a.b{number}" for number in range(21)]})


def play_everything(fake: FakeStripe, client: Client) -> None:
    """One of everything that can happen."""
    intent = client.paid(payment_intent_data={"setup_future_usage": "off_session"})
    client.v1.payment_methods.detach(intent.payment_method)
    refund = client.refund(intent, 1000)
    fake.refund_outcome(refund.id, "failed")
    fake.close_dispute(fake.open_dispute(intent.id)["id"], "won")
    manual = {"payment_intent_data": {"capture_method": "manual"}}
    client.v1.payment_intents.capture(client.paid(**manual).id, {"amount_to_capture": 1000})
    client.v1.payment_intents.cancel(client.paid(**manual).id)
    client.paid(**manual)
    fake.settle(fake.pay_checkout(client.checkout().id, outcome="processing")["id"])
    slow = fake.pay_checkout(client.checkout().id, outcome="processing")
    fake.settle(slow["id"], success=False)
    strict = client.checkout()
    fake.finish_action(fake.pay_checkout(strict.id, outcome="action")["id"], success=False)
    client.v1.checkout.sessions.expire(strict.id)
    saving = {"mode": "setup", "currency": "eur", "success_url": "https://example.com/saved"}
    setup = client.v1.checkout.sessions.create(saving)
    fake.pay_checkout(setup.id, outcome="declined")
    fake.finish_action(fake.pay_checkout(setup.id, outcome="action")["id"])
    fake.advance(timedelta(days=8))
