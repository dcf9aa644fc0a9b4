"""Refunds and disputes at the fake Stripe."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.payments.stripe_client import Client, stripe, told

from bookable.testing.fakes.stripe import FakeStripe, Impossible


class TestRefunds:
    def test_without_an_amount_everything_goes_back(self, client: Client) -> None:
        intent = client.paid(3500)
        refund = client.refund(intent, reason="requested_by_customer", metadata={"refund": "4"})
        charge = client.charge_of(intent)
        assert (refund.amount, refund.status, refund.metadata["refund"]) == (3500, "succeeded", "4")
        assert (charge.amount_refunded, charge.refunded) == (3500, True)

    def test_refunds_are_told(self, fake: FakeStripe, client: Client) -> None:
        intent = client.paid()
        before = len(told(fake))
        client.refund(intent, 1000)
        assert told(fake)[before:] == ["refund.created", "charge.refunded"]

    def test_two_equal_parts_are_two_refunds(self, client: Client) -> None:
        intent = client.paid(3000)
        names = {client.refund(intent, 1000).id for _number in range(2)}
        listed = client.v1.refunds.list({"payment_intent": intent.id})
        assert {refund.id for refund in listed.data} == names
        assert len(names) == 2
        assert client.charge_of(intent).amount_refunded == 2000

    def test_a_charge_can_be_named_instead(self, client: Client) -> None:
        charge = client.charge_of(client.paid())
        assert client.v1.refunds.create({"charge": charge.id, "amount": 5}).charge == charge.id

    def test_more_than_was_paid_is_refused(self, fake: FakeStripe, client: Client) -> None:
        intent = client.paid(1000)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.refund(intent, 1001)
        assert refusal.value.param == "amount"
        assert fake.objects("refund") == []

    def test_more_than_is_left_is_refused(self, client: Client) -> None:
        intent = client.paid(1000)
        client.refund(intent, 700)
        with pytest.raises(stripe.InvalidRequestError):
            client.refund(intent, 400)
        assert client.charge_of(intent).amount_refunded == 700

    def test_what_was_refunded_is_not_refunded_again(self, client: Client) -> None:
        intent = client.paid()
        client.refund(intent)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.refund(intent)
        assert refusal.value.code == "charge_already_refunded"

    def test_a_partial_capture_is_the_most_that_goes_back(self, client: Client) -> None:
        intent = client.paid(5000, payment_intent_data={"capture_method": "manual"})
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 2000})
        with pytest.raises(stripe.InvalidRequestError):
            client.refund(intent, 2001)
        assert client.refund(intent).amount == 2000

    def test_what_is_only_held_cannot_be_refunded(self, client: Client) -> None:
        intent = client.paid(payment_intent_data={"capture_method": "manual"})
        with pytest.raises(stripe.InvalidRequestError):
            client.refund(intent)

    def test_an_unpaid_intent_cannot_be_refunded(self, client: Client) -> None:
        intent = client.v1.payment_intents.create({"amount": 2000, "currency": "eur"})
        with pytest.raises(stripe.InvalidRequestError):
            client.refund(intent)

    def test_refunds_at_once_never_exceed_the_payment(
        self, fake: FakeStripe, client: Client
    ) -> None:
        intent = client.paid(1000)

        def ask(_number: int) -> bool:
            with Client(fake) as other:
                try:
                    other.refund(intent, 300)
                except stripe.InvalidRequestError:
                    return False
                return True

        with ThreadPoolExecutor(8) as threads:
            granted = sum(threads.map(ask, range(8)))
        assert granted == 3
        assert client.charge_of(intent).amount_refunded == 900

    def test_a_refund_can_take_its_time(self, fake: FakeStripe, client: Client) -> None:
        fake.habits.refund_status = "pending"
        refund = client.refund(client.paid())
        assert refund.status == "pending"
        fake.refund_outcome(refund.id, "succeeded")
        assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
        assert told(fake)[-2:] == ["refund.updated", "charge.refund.updated"]

    def test_a_pending_refund_counts(self, fake: FakeStripe, client: Client) -> None:
        fake.habits.refund_status = "pending"
        intent = client.paid(1000)
        client.refund(intent, 700)
        with pytest.raises(stripe.InvalidRequestError):
            client.refund(intent, 400)

    def test_a_refund_can_fail_after_it_has_succeeded(
        self, fake: FakeStripe, client: Client
    ) -> None:
        intent = client.paid(1000)
        refund = client.refund(intent)
        fake.refund_outcome(refund.id, "failed", "lost_or_stolen_card")
        found = client.v1.refunds.retrieve(refund.id)
        charge = client.charge_of(intent)
        assert (found.status, found.failure_reason) == ("failed", "lost_or_stolen_card")
        assert (charge.amount_refunded, charge.refunded) == (0, False)
        assert told(fake)[-1] == "refund.failed"
        assert client.refund(intent).status == "succeeded"

    @pytest.mark.parametrize("status", ["requires_action", "canceled"])
    def test_a_refund_can_become(self, fake: FakeStripe, client: Client, status: str) -> None:
        refund = client.refund(client.paid())
        fake.refund_outcome(refund.id, status)
        assert client.v1.refunds.retrieve(refund.id).status == status

    def test_a_refund_never_becomes_something_else(self, fake: FakeStripe, client: Client) -> None:
        refund = client.refund(client.paid())
        with pytest.raises(Impossible):
            fake.refund_outcome(refund.id, "processed")

    def test_a_refund_at_the_dashboard_looks_like_any_other(
        self, fake: FakeStripe, client: Client
    ) -> None:
        intent = client.paid(1000)
        refund = fake.refund_externally(intent.id, 400)
        (listed,) = client.v1.refunds.list({"payment_intent": intent.id}).data
        assert listed.id == refund["id"]
        assert listed.to_dict()["metadata"] == {}
        with pytest.raises(stripe.InvalidRequestError):
            client.refund(intent, 700)


class TestDisputes:
    def test_a_dispute_shows_on_the_charge(self, fake: FakeStripe, client: Client) -> None:
        intent = client.paid(1000)
        dispute = fake.open_dispute(intent.id, reason="fraudulent")
        (found,) = client.v1.disputes.list({"payment_intent": intent.id}).data
        assert (found.id, found.status, found.amount) == (dispute["id"], "needs_response", 1000)
        assert client.charge_of(intent).disputed
        assert "charge.dispute.created" in told(fake)

    def test_a_disputed_charge_is_not_refunded(self, fake: FakeStripe, client: Client) -> None:
        intent = client.paid()
        fake.open_dispute(intent.id)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.refund(intent)
        assert refusal.value.code == "charge_disputed"

    def test_after_a_refund_there_can_be_a_dispute(self, fake: FakeStripe, client: Client) -> None:
        intent = client.paid(1000)
        client.refund(intent, 400)
        dispute = fake.open_dispute(intent.id, 600)
        assert client.v1.disputes.retrieve(dispute["id"]).amount == 600

    def test_a_lost_dispute_stays_lost(self, fake: FakeStripe, client: Client) -> None:
        intent = client.paid()
        dispute = fake.open_dispute(intent.id)
        fake.close_dispute(dispute["id"], "lost")
        assert client.v1.disputes.retrieve(dispute["id"]).status == "lost"
        assert told(fake)[-1] == "charge.dispute.closed"
        with pytest.raises(stripe.InvalidRequestError):
            client.refund(intent)

    def test_a_won_dispute_gives_the_money_back(self, fake: FakeStripe, client: Client) -> None:
        intent = client.paid()
        dispute = fake.open_dispute(intent.id)
        fake.close_dispute(dispute["id"], "won")
        assert told(fake)[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]
        assert client.refund(intent).status == "succeeded"
