"""Checkout at the fake Stripe, asked by the real client over HTTP."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from tests.payments.stripe_client import Client, payment_params, stripe, told

from bookable.testing.fakes.stripe import Card, FakeStripe, Impossible


def setup_session(client: Client, **more: Any) -> Any:
    params = {"mode": "setup", "currency": "eur", "success_url": "https://example.com/saved"}
    return client.v1.checkout.sessions.create({**params, **more})


class TestOpenSessions:
    def test_a_session_begins_open_and_unpaid(self, client: Client) -> None:
        session = client.checkout(3500, client_reference_id="B-1", metadata={"order": "7"})
        found = client.v1.checkout.sessions.retrieve(session.id)
        assert (found.status, found.payment_status, found.amount_total) == ("open", "unpaid", 3500)
        assert (found.client_reference_id, found.metadata["order"]) == ("B-1", "7")
        assert found.url.startswith("https://checkout.stripe.com/")

    def test_there_is_no_intent_before_somebody_tries_to_pay(self, client: Client) -> None:
        assert client.checkout().payment_intent is None

    def test_quantities_count(self, client: Client) -> None:
        params = payment_params(1000)
        params["line_items"][0]["quantity"] = 3
        assert client.v1.checkout.sessions.create(params).amount_total == 3000

    def test_sessions_are_listed_with_the_newest_first(self, client: Client) -> None:
        names = [client.checkout().id for _number in range(3)]
        listed = client.v1.checkout.sessions.list({"limit": 2})
        assert [session.id for session in listed.data] == [names[2], names[1]]
        assert listed.has_more

    def test_the_next_page_begins_after_the_last_one(self, client: Client) -> None:
        names = [client.checkout().id for _number in range(3)]
        listed = client.v1.checkout.sessions.list({"limit": 2})
        assert [session.id for session in listed.auto_paging_iter()] == names[::-1]

    def test_sessions_are_found_by_their_status(self, client: Client) -> None:
        client.paid()
        waiting = client.checkout()
        listed = client.v1.checkout.sessions.list({"status": "open"})
        assert [session.id for session in listed.data] == [waiting.id]


class TestPaying:
    def test_a_paid_session_is_complete(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout(3500, payment_intent_data={"metadata": {"order": "7"}})
        fake.pay_checkout(session.id)
        found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
        assert (found.status, found.payment_status, found.url) == ("complete", "paid", None)
        assert found.payment_intent.status == "succeeded"
        assert found.payment_intent.amount_received == 3500
        assert found.payment_intent.metadata["order"] == "7"

    def test_a_payment_is_told_in_the_order_in_which_it_happens(
        self, fake: FakeStripe, client: Client
    ) -> None:
        fake.pay_checkout(client.checkout().id)
        assert told(fake) == [
            "payment_intent.created",
            "charge.succeeded",
            "payment_intent.succeeded",
            "checkout.session.completed",
        ]

    def test_the_charge_can_be_had_with_its_fees(self, client: Client) -> None:
        intent = client.intent(client.paid(10_000).id, "latest_charge.balance_transaction")
        balance = intent.latest_charge.balance_transaction
        assert (balance.amount, balance.fee, balance.net) == (10_000, 320, 9680)

    def test_a_decline_leaves_the_session_open(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout()
        fake.pay_checkout(session.id, outcome="declined")
        found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
        assert (found.status, found.payment_status) == ("open", "unpaid")
        assert found.payment_intent.status == "requires_payment_method"
        assert found.payment_intent.last_payment_error.code == "card_declined"
        assert told(fake)[1:] == ["charge.failed", "payment_intent.payment_failed"]

    def test_after_a_decline_the_same_intent_can_succeed(
        self, fake: FakeStripe, client: Client
    ) -> None:
        session = client.checkout()
        first = fake.pay_checkout(session.id, outcome="declined")
        second = fake.pay_checkout(session.id)
        assert first["id"] == second["id"]
        assert client.intent(second["id"]).last_payment_error is None
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"

    def test_a_bank_may_want_to_see_the_customer(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout()
        intent = fake.pay_checkout(session.id, outcome="action")
        found = client.intent(intent["id"])
        assert (found.status, found.latest_charge) == ("requires_action", None)
        assert found.next_action.redirect_to_url.url.startswith("https://")
        assert client.v1.checkout.sessions.retrieve(session.id).status == "open"

    def test_a_finished_authentication_pays(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout()
        intent = fake.pay_checkout(session.id, outcome="action")
        fake.finish_action(intent["id"])
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert client.intent(intent["id"]).next_action is None
        assert "payment_intent.requires_action" in told(fake)

    def test_a_failed_authentication_pays_nothing(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout()
        intent = fake.pay_checkout(session.id, outcome="action")
        fake.finish_action(intent["id"], success=False)
        found = client.intent(intent["id"])
        assert found.status == "requires_payment_method"
        assert found.last_payment_error.code == "payment_intent_authentication_failure"
        assert client.v1.checkout.sessions.retrieve(session.id).status == "open"

    def test_a_slow_bank_completes_the_session_without_payment(
        self, fake: FakeStripe, client: Client
    ) -> None:
        session = client.checkout()
        intent = fake.pay_checkout(session.id, outcome="processing")
        found = client.v1.checkout.sessions.retrieve(session.id)
        assert (found.status, found.payment_status) == ("complete", "unpaid")
        assert client.intent(intent["id"]).status == "processing"

    def test_a_slow_bank_may_say_yes(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout()
        intent = fake.pay_checkout(session.id, outcome="processing")
        fake.settle(intent["id"])
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
        assert client.intent(intent["id"]).processing is None
        assert told(fake)[-1] == "checkout.session.async_payment_succeeded"
        assert len(fake.objects("charge")) == 1

    def test_a_slow_bank_may_say_no(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout()
        intent = fake.pay_checkout(session.id, outcome="processing")
        fake.settle(intent["id"], success=False)
        found = client.v1.checkout.sessions.retrieve(session.id)
        assert (found.status, found.payment_status) == ("complete", "unpaid")
        assert client.intent(intent["id"]).status == "requires_payment_method"
        assert told(fake)[-1] == "checkout.session.async_payment_failed"

    def test_nobody_pays_a_session_twice(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout()
        fake.pay_checkout(session.id)
        with pytest.raises(Impossible):
            fake.pay_checkout(session.id)

    def test_a_customer_can_pay_something_else_than_asked(
        self, fake: FakeStripe, client: Client
    ) -> None:
        intent = fake.pay_checkout(client.checkout(3500).id, amount=3000, currency="usd")
        found = client.intent(intent["id"])
        assert (found.amount_received, found.currency) == (3000, "usd")

    def test_the_charge_shows_the_card(self, fake: FakeStripe, client: Client) -> None:
        card = Card(brand="mastercard", last4="4444")
        intent = fake.pay_checkout(client.checkout().id, card=card)
        details = client.intent(intent["id"], "latest_charge").latest_charge.payment_method_details
        assert (details.card.brand, details.card.last4) == ("mastercard", "4444")

    def test_a_guest_remains_a_guest(self, client: Client) -> None:
        assert client.paid().customer is None

    def test_a_guest_whose_card_is_saved_becomes_a_customer(self, client: Client) -> None:
        intent = client.paid(payment_intent_data={"setup_future_usage": "off_session"})
        method = client.v1.payment_methods.retrieve(intent.payment_method)
        assert intent.customer is not None
        assert method.customer == intent.customer


class TestExpiring:
    def test_an_expired_session_has_no_page(self, fake: FakeStripe, client: Client) -> None:
        session = client.v1.checkout.sessions.expire(client.checkout().id)
        assert (session.status, session.url) == ("expired", None)
        assert told(fake) == ["checkout.session.expired"]
        with pytest.raises(Impossible):
            fake.pay_checkout(session.id)

    def test_a_paid_session_cannot_be_expired(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout()
        fake.pay_checkout(session.id)
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.checkout.sessions.expire(session.id)
        assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"

    def test_expiring_ends_an_authentication_that_nobody_finished(
        self, fake: FakeStripe, client: Client
    ) -> None:
        session = client.checkout()
        intent = fake.pay_checkout(session.id, outcome="action")
        client.v1.checkout.sessions.expire(session.id)
        assert client.intent(intent["id"]).status == "canceled"
        with pytest.raises(Impossible):
            fake.finish_action(intent["id"])

    def test_a_session_expires_by_itself(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout(expires_at=int(time.time()) + 3600)
        fake.advance(timedelta(minutes=59))
        assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
        fake.advance(timedelta(minutes=2))
        assert told(fake) == ["checkout.session.expired"]
        assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"

    @pytest.mark.parametrize("minutes", [10, 29, 24 * 60 + 2])
    def test_it_expires_between_half_an_hour_and_a_day_ahead(
        self, client: Client, minutes: int
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.checkout(expires_at=int(time.time()) + minutes * 60)
        assert refusal.value.param == "expires_at"

    def test_half_an_hour_counts_by_the_clock_of_stripe(
        self, fake: FakeStripe, client: Client
    ) -> None:
        fake.offset = timedelta(hours=5)
        with pytest.raises(stripe.InvalidRequestError):
            client.checkout(expires_at=int(time.time()) + 3600)
        client.checkout(expires_at=int(time.time()) + 6 * 3600)

    def test_the_intent_of_an_open_session_cannot_be_canceled_alone(
        self, fake: FakeStripe, client: Client
    ) -> None:
        intent = fake.pay_checkout(client.checkout().id, outcome="declined")
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.cancel(intent["id"])


class TestSavingACard:
    def test_a_setup_saves_a_card_without_a_payment(self, fake: FakeStripe, client: Client) -> None:
        customer = client.v1.customers.create({"email": "ada@example.com"})
        session = setup_session(client, customer=customer.id)
        assert session.payment_status == "no_payment_required"
        fake.pay_checkout(session.id)
        found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
        assert (found.status, found.setup_intent.status) == ("complete", "succeeded")
        method = client.v1.payment_methods.retrieve(found.setup_intent.payment_method)
        assert method.customer == customer.id
        assert "setup_intent.succeeded" in told(fake)

    def test_a_setup_can_be_declined(self, fake: FakeStripe, client: Client) -> None:
        session = setup_session(client)
        intent = fake.pay_checkout(session.id, outcome="declined")
        found = client.v1.setup_intents.retrieve(intent["id"])
        assert found.last_setup_error.code == "card_declined"
        assert client.v1.checkout.sessions.retrieve(session.id).status == "open"

    def test_a_setup_can_need_an_authentication(self, fake: FakeStripe, client: Client) -> None:
        session = setup_session(client)
        fake.finish_action(fake.pay_checkout(session.id, outcome="action")["id"])
        assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"

    def test_a_setup_has_nothing_to_sell(self, client: Client) -> None:
        lines = payment_params()["line_items"]
        with pytest.raises(stripe.InvalidRequestError):
            setup_session(client, line_items=lines)

    def test_a_setup_needs_a_currency(self, client: Client) -> None:
        params = {"mode": "setup", "success_url": "https://example.com/saved"}
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.checkout.sessions.create(params)
        assert refusal.value.code == "parameter_missing"
