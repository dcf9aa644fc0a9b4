"""Payment intents at the fake Stripe: saved cards, capture and cancelling."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.payments.stripe_client import Client, stripe, told

from bookable.testing.fakes.stripe import Card, FakeStripe


@pytest.fixture
def customer(client: Client) -> str:
    return str(client.v1.customers.create({"email": "ada@example.com", "name": "Ada"}).id)


def create(client: Client, **more: Any) -> Any:
    return client.v1.payment_intents.create({"amount": 2000, "currency": "eur", **more})


def charged(client: Client, customer: str, card: str, **more: Any) -> Any:
    """A payment while the customer is away."""
    params = {"customer": customer, "payment_method": card, "confirm": True, "off_session": True}
    return create(client, **params, **more)


def held(client: Client, amount: int = 5000) -> Any:
    """A paid checkout whose money is only held."""
    return client.paid(amount, payment_intent_data={"capture_method": "manual"})


class TestSavedCards:
    def test_a_saved_card_is_charged_without_its_customer(
        self, fake: FakeStripe, client: Client, customer: str
    ) -> None:
        intent = charged(client, customer, fake.save_card(customer))
        assert (intent.status, intent.amount_received) == ("succeeded", 2000)

    def test_a_declined_card_says_why(
        self, fake: FakeStripe, client: Client, customer: str
    ) -> None:
        card = fake.save_card(
            customer, Card(off_session="declined", decline_code="insufficient_funds")
        )
        with pytest.raises(stripe.CardError) as refusal:
            charged(client, customer, card)
        error = refusal.value.json_body["error"]
        assert (error["code"], error["decline_code"]) == ("card_declined", "insufficient_funds")
        found = client.intent(error["payment_intent"]["id"])
        assert found.status == "requires_payment_method"
        assert found.last_payment_error.payment_method.id == card

    def test_a_bank_that_wants_the_customer_refuses_without_them(
        self, fake: FakeStripe, client: Client, customer: str
    ) -> None:
        card = fake.save_card(customer, Card(off_session="action"))
        with pytest.raises(stripe.CardError) as refusal:
            charged(client, customer, card)
        assert refusal.value.code == "authentication_required"
        assert fake.objects("payment_intent")[0]["status"] == "requires_payment_method"

    def test_a_card_can_change_its_mind(
        self, fake: FakeStripe, client: Client, customer: str
    ) -> None:
        card = fake.save_card(customer)
        fake.change_card(card, Card(off_session="declined"))
        with pytest.raises(stripe.CardError):
            charged(client, customer, card)

    def test_a_detached_card_cannot_be_charged(
        self, fake: FakeStripe, client: Client, customer: str
    ) -> None:
        card = fake.save_card(customer)
        client.v1.payment_methods.detach(card)
        with pytest.raises(stripe.InvalidRequestError):
            charged(client, customer, card)
        assert fake.objects("charge") == []

    def test_a_card_detached_at_the_dashboard_belongs_to_nobody(
        self, fake: FakeStripe, client: Client, customer: str
    ) -> None:
        card = fake.save_card(customer)
        fake.detach(card)
        assert client.v1.payment_methods.retrieve(card).customer is None
        assert told(fake)[-1] == "payment_method.detached"

    def test_a_card_can_be_attached(self, client: Client, customer: str) -> None:
        method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer})
        assert charged(client, customer, method.id).status == "succeeded"

    def test_a_card_that_was_not_saved_is_spent(
        self, fake: FakeStripe, client: Client, customer: str
    ) -> None:
        paid = client.paid()
        with pytest.raises(stripe.InvalidRequestError):
            charged(client, customer, paid.payment_method)

    def test_a_card_of_somebody_else_is_refused(
        self, fake: FakeStripe, client: Client, customer: str
    ) -> None:
        other = client.v1.customers.create({"email": "bob@example.com"})
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            charged(client, customer, fake.save_card(other.id))
        assert refusal.value.param == "payment_method"

    def test_a_card_whose_customer_is_not_named_is_refused(
        self, fake: FakeStripe, client: Client, customer: str
    ) -> None:
        params = {"payment_method": fake.save_card(customer), "confirm": True}
        with pytest.raises(stripe.InvalidRequestError):
            create(client, off_session=True, **params)

    def test_off_session_needs_confirm(self, client: Client) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            create(client, off_session=True)
        assert refusal.value.param == "off_session"

    def test_a_setup_intent_saves_a_card(self, client: Client, customer: str) -> None:
        params = {"customer": customer, "payment_method": "pm_card_visa", "confirm": True}
        setup = client.v1.setup_intents.create(params)
        assert setup.status == "succeeded"
        assert charged(client, customer, setup.payment_method).status == "succeeded"

    def test_a_setup_intent_can_be_declined(self, client: Client) -> None:
        params = {"payment_method": "pm_card_visa_chargeDeclined", "confirm": True}
        with pytest.raises(stripe.CardError):
            client.v1.setup_intents.create(params)


class TestConfirming:
    def test_an_intent_waits_for_its_confirmation(self, client: Client) -> None:
        intent = create(client, payment_method="pm_card_visa")
        assert intent.status == "requires_confirmation"
        assert client.v1.payment_intents.confirm(intent.id).status == "succeeded"

    def test_an_intent_without_a_card_cannot_be_confirmed(self, client: Client) -> None:
        intent = create(client)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.confirm(intent.id)
        assert refusal.value.code == "payment_intent_unexpected_state"

    def test_after_a_decline_another_card_can_be_tried(self, client: Client) -> None:
        intent = create(client)
        bad = {"payment_method": "pm_card_visa_chargeDeclined"}
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.confirm(intent.id, bad)
        params = {"payment_method": "pm_card_visa"}
        assert client.v1.payment_intents.confirm(intent.id, params).status == "succeeded"

    def test_a_present_customer_is_sent_to_the_bank(self, fake: FakeStripe, client: Client) -> None:
        params = {"payment_method": "pm_card_authenticationRequired", "confirm": True}
        intent = create(client, return_url="https://example.com/back", **params)
        assert intent.status == "requires_action"
        assert intent.next_action.redirect_to_url.return_url == "https://example.com/back"
        fake.finish_action(intent.id)
        assert client.intent(intent.id).status == "succeeded"

    def test_whoever_wants_no_bank_gets_an_error_instead(self, client: Client) -> None:
        params = {"payment_method": "pm_card_authenticationRequired", "confirm": True}
        with pytest.raises(stripe.CardError) as refusal:
            create(client, error_on_requires_action=True, **params)
        assert refusal.value.code == "authentication_required"

    def test_a_paid_intent_cannot_be_confirmed_again(self, client: Client) -> None:
        intent = create(client, payment_method="pm_card_visa", confirm=True)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.confirm(intent.id)
        assert refusal.value.code == "payment_intent_unexpected_state"


class TestCapturing:
    def test_a_manual_payment_is_only_held(self, client: Client) -> None:
        intent = held(client)
        charge = client.charge_of(intent)
        assert (intent.status, intent.amount_capturable) == ("requires_capture", 5000)
        assert (intent.amount_received, charge.captured) == (0, False)
        assert charge.payment_method_details.card.capture_before > charge.created

    def test_a_held_checkout_is_complete_but_unpaid(self, fake: FakeStripe, client: Client) -> None:
        session = client.checkout(payment_intent_data={"capture_method": "manual"})
        fake.pay_checkout(session.id)
        found = client.v1.checkout.sessions.retrieve(session.id)
        assert (found.status, found.payment_status) == ("complete", "unpaid")

    def test_all_of_it_is_captured(self, fake: FakeStripe, client: Client) -> None:
        intent = held(client)
        told_before = len(told(fake))
        captured = client.v1.payment_intents.capture(intent.id)
        assert (captured.status, captured.amount_received) == ("succeeded", 5000)
        assert told(fake)[told_before:] == ["charge.captured", "payment_intent.succeeded"]

    def test_the_rest_of_a_partial_capture_is_released(self, client: Client) -> None:
        intent = held(client)
        params = {"amount_to_capture": 2000}
        captured = client.v1.payment_intents.capture(intent.id, params)
        charge = client.charge_of(intent)
        assert (captured.amount_received, captured.amount_capturable) == (2000, 0)
        assert (charge.amount_captured, charge.amount_refunded) == (2000, 3000)
        assert client.v1.refunds.list({"payment_intent": intent.id}).data == []

    def test_the_rest_may_be_listed_as_a_refund(self, fake: FakeStripe, client: Client) -> None:
        fake.habits.release_refunds = True
        intent = held(client)
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 2000})
        (refund,) = client.v1.refunds.list({"payment_intent": intent.id}).data
        charge = client.charge_of(intent)
        assert (refund.amount, charge.amount_refunded) == (3000, 3000)

    def test_more_than_was_authorized_is_refused(self, client: Client) -> None:
        intent = held(client)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 5001})
        assert refusal.value.code == "amount_too_large"

    def test_nothing_is_captured_twice(self, client: Client) -> None:
        intent = held(client)
        client.v1.payment_intents.capture(intent.id)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.capture(intent.id)
        assert refusal.value.code == "payment_intent_unexpected_state"

    def test_an_authorization_is_gone_after_a_week(self, fake: FakeStripe, client: Client) -> None:
        intent = held(client)
        fake.advance(timedelta(days=8))
        assert told(fake)[-2:] == ["charge.expired", "payment_intent.canceled"]
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.capture(intent.id)


class TestCancelling:
    def test_cancelling_lets_go_of_the_money(self, fake: FakeStripe, client: Client) -> None:
        intent = held(client)
        params = {"cancellation_reason": "requested_by_customer"}
        canceled = client.v1.payment_intents.cancel(intent.id, params)
        charge = client.charge_of(intent)
        assert (canceled.status, canceled.amount_capturable) == ("canceled", 0)
        assert (charge.captured, charge.amount_refunded) == (False, 5000)
        assert told(fake)[-2:] == ["charge.refunded", "payment_intent.canceled"]

    def test_a_paid_intent_cannot_be_canceled(self, client: Client) -> None:
        intent = client.paid()
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.cancel(intent.id)
        assert refusal.value.code == "payment_intent_unexpected_state"

    def test_a_canceled_intent_cannot_be_captured(self, client: Client) -> None:
        intent = held(client)
        client.v1.payment_intents.cancel(intent.id)
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.capture(intent.id)


def test_intents_are_found_by_customer_and_time(
    fake: FakeStripe, client: Client, customer: str
) -> None:
    old = create(client, customer=customer)
    fake.advance(timedelta(hours=1))
    new = create(client, customer=customer)
    create(client)
    listed = client.v1.payment_intents.list({"customer": customer})
    since = client.v1.payment_intents.list({"customer": customer, "created": {"gt": old.created}})
    assert [intent.id for intent in listed.data] == [new.id, old.id]
    assert [intent.id for intent in since.data] == [new.id]


def test_expansion_reaches_into_lists(client: Client) -> None:
    client.paid()
    listed = client.v1.payment_intents.list({"expand": ["data.latest_charge"]})
    assert listed.data[0].latest_charge.object == "charge"


def test_expansion_of_something_else_is_refused_before_any_effect(
    fake: FakeStripe, client: Client
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        create(client, expand=["weather"])
    assert fake.objects("payment_intent") == []
