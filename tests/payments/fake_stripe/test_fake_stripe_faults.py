"""Idempotency keys at the fake Stripe, and what can go wrong on the way to it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from urllib.request import Request, urlopen

import pytest
from tests.payments.stripe_client import KEY, Client, payment_params, stripe

from bookable.testing.fakes.stripe import FakeStripe


@pytest.fixture
def stubborn(fake: FakeStripe) -> Iterator[Client]:
    with Client(fake, retries=2) as client:
        yield client


def keyed(client: Client, key: str = "k1", amount: int = 2000, **options: Any) -> Any:
    params = {"amount": amount, "currency": "eur", "metadata": {"order": "7", "line": "1"}}
    return client.v1.payment_intents.create(params, {"idempotency_key": key, **options})


class TestIdempotency:
    def test_the_same_key_brings_the_same_answer(self, fake: FakeStripe, client: Client) -> None:
        first, second = keyed(client), keyed(client)
        assert first.id == second.id
        assert len(fake.objects("payment_intent")) == 1
        assert second.last_response.headers["Idempotent-Replayed"] == "true"
        assert "Idempotent-Replayed" not in first.last_response.headers

    def test_the_answer_is_that_of_back_then(self, fake: FakeStripe, client: Client) -> None:
        session = client.v1.checkout.sessions.create(payment_params(), {"idempotency_key": "k1"})
        fake.pay_checkout(session.id)
        again = client.v1.checkout.sessions.create(payment_params(), {"idempotency_key": "k1"})
        assert again.status == "open"

    def test_another_key_is_another_request(self, client: Client) -> None:
        assert keyed(client, "k1").id != keyed(client, "k2").id

    def test_other_parameters_under_the_same_key_are_refused(
        self, fake: FakeStripe, client: Client
    ) -> None:
        keyed(client, amount=2000)
        with pytest.raises(stripe.IdempotencyError) as refusal:
            keyed(client, amount=2100)
        assert refusal.value.http_status == 400
        assert len(fake.objects("payment_intent")) == 1

    def test_another_operation_under_the_same_key_is_refused(self, client: Client) -> None:
        keyed(client)
        with pytest.raises(stripe.IdempotencyError):
            client.v1.customers.create({}, {"idempotency_key": "k1"})

    def test_each_account_has_its_own_keys(self, client: Client) -> None:
        ours = keyed(client)
        assert keyed(client, stripe_account="acct_provider").id != ours.id

    def test_a_refusal_of_the_endpoint_is_remembered(
        self, fake: FakeStripe, client: Client
    ) -> None:
        customer = client.v1.customers.create({}).id
        params = {
            "amount": 2000,
            "currency": "eur",
            "customer": customer,
            "payment_method": "pm_card_chargeCustomerFail",
            "confirm": True,
        }
        for _attempt in range(2):
            with pytest.raises(stripe.CardError):
                client.v1.payment_intents.create(params, {"idempotency_key": "k1"})
        assert len(fake.objects("charge")) == 1

    def test_a_failed_validation_is_not_remembered(self, client: Client) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            keyed(client, amount=1)
        assert keyed(client, amount=2000).amount == 2000

    def test_a_key_in_use_is_refused_and_not_remembered(
        self, fake: FakeStripe, client: Client
    ) -> None:
        fake.hold_key("k1")
        with pytest.raises(stripe.APIError) as refusal:
            keyed(client)
        assert refusal.value.http_status == 409
        assert refusal.value.json_body["error"]["code"] == "idempotency_key_in_use"
        fake.free_key("k1")
        assert keyed(client).status == "requires_payment_method"

    def test_after_a_day_a_key_is_forgotten(self, fake: FakeStripe, client: Client) -> None:
        first = keyed(client)
        fake.advance(timedelta(hours=23))
        assert keyed(client).id == first.id
        fake.advance(timedelta(hours=2))
        assert keyed(client).id != first.id

    def test_a_crowd_with_one_key_has_one_effect(self, fake: FakeStripe) -> None:
        crowd = 60
        together = Barrier(crowd)

        def knock(_number: int) -> bytes:
            headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "k1"}
            request = Request(f"{fake.url}/v1/customers", data=b"name=Ada", headers=headers)
            together.wait()
            with urlopen(request, timeout=30) as answer:
                return bytes(answer.read())

        with ThreadPoolExecutor(crowd) as threads:
            answers = set(threads.map(knock, range(crowd)))
        assert len(answers) == len(fake.objects("customer")) == 1

    def test_a_key_has_a_length(self, client: Client) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            keyed(client, "k" * 256)

    def test_the_event_names_the_key(self, fake: FakeStripe, client: Client) -> None:
        keyed(client)
        assert fake.outbox.events[-1]["request"]["idempotency_key"] == "k1"


class TestFaults:
    def test_a_line_that_drops_before_has_no_effect(self, fake: FakeStripe, client: Client) -> None:
        fake.faults.add("POST /v1/payment_intents", "drop_before")
        with pytest.raises(stripe.APIConnectionError):
            keyed(client)
        assert fake.objects("payment_intent") == []

    def test_a_line_that_drops_after_has_its_effect_once(
        self, fake: FakeStripe, stubborn: Client
    ) -> None:
        intent = stubborn.paid()
        fake.faults.add("POST /v1/refunds", "drop_after", times=2)
        refund = stubborn.refund(intent, 1000)
        assert [body["id"] for body in fake.objects("refund")] == [refund.id]

    def test_a_slow_answer_comes_too_late(self, fake: FakeStripe) -> None:
        fake.faults.add("POST", "slow_after", seconds=1)
        with Client(fake, seconds=0.3) as hasty, pytest.raises(stripe.APIConnectionError):
            keyed(hasty)
        assert len(fake.objects("payment_intent")) == 1

    def test_a_proxy_may_hide_the_answer(self, fake: FakeStripe, client: Client) -> None:
        fake.faults.add("POST", "html_after")
        with pytest.raises(stripe.APIError) as refusal:
            keyed(client)
        assert refusal.value.http_status == 502
        assert keyed(client).id == fake.objects("payment_intent")[0]["id"]

    def test_a_breakdown_is_remembered_under_the_key(
        self, fake: FakeStripe, client: Client
    ) -> None:
        fake.faults.add("POST", "error_before")
        for _attempt in range(2):
            with pytest.raises(stripe.APIError) as refusal:
                keyed(client)
            assert refusal.value.http_status == 500
        assert fake.objects("payment_intent") == []
        assert keyed(client, "k2").id

    def test_a_client_that_tries_again_meets_the_same_breakdown(
        self, fake: FakeStripe, stubborn: Client
    ) -> None:
        fake.faults.add("POST", "error_before")
        with pytest.raises(stripe.APIError):
            keyed(stubborn)
        assert len(fake.requests) == 3

    def test_without_a_key_a_breakdown_is_forgotten(self, fake: FakeStripe, client: Client) -> None:
        fake.faults.add("GET", "error_before")
        with pytest.raises(stripe.APIError):
            client.v1.refunds.list()
        assert client.v1.refunds.list().data == []

    def test_a_busy_stripe_remembers_nothing(self, fake: FakeStripe, client: Client) -> None:
        fake.faults.add("POST", "busy_before")
        with pytest.raises(stripe.RateLimitError):
            keyed(client)
        assert keyed(client).status == "requires_payment_method"
