"""The fake's bodies against Paystack's own samples, and against its specification."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.payments.contract import Contract, needs_contracts, official
from tests.payments.paystack_client import PaystackClient, off_specification, paid, playing

from bookable.testing.fakes.paystack import FakePaystack, Shape

pytestmark = needs_contracts

BANK = {"currency": "NGN", "account_number": "0123456789", "bank_id": "9"}
RAND = {"email": "ada@example.com", "amount": 5000, "currency": "ZAR"}
# of a transfer between banks; the fake's customers pay with cards
TRANSFER = {
    "sender_country",
    "sender_bank",
    "sender_bank_account_number",
    "sender_name",
    "narration",
}
# of these every sample has another type
FREE = {"metadata"}


def differences(ours: Any, theirs: Any, where: str = "") -> Iterator[str]:
    """Fields that only one of two bodies has, and values of different types; null fits all."""
    if ours is None or theirs is None:
        return
    if type(ours) is not type(theirs):
        yield f"{where}: {type(ours).__name__}, not {type(theirs).__name__}"
    elif isinstance(ours, dict) and ours and theirs:
        yield from (f"{where}.{name} is not theirs" for name in ours.keys() - theirs.keys())
        yield from (f"{where}.{name} is missing" for name in theirs.keys() - ours.keys())
        for name in (ours.keys() & theirs.keys()) - FREE:
            yield from differences(ours[name], theirs[name], f"{where}.{name}")
    elif isinstance(ours, list) and ours and theirs:
        yield from differences(ours[0], theirs[0], f"{where}[0]")


def played(fake: FakePaystack, client: PaystackClient) -> dict[str, Any]:
    """An answer of every operation, by the name of its sample."""
    raw, answers = client.raw, {}
    answers["transactions/initialize"] = client.begin("R-1", metadata={"order": "17"})
    fake.complete("R-1")
    answers["transactions/verify"] = found = client.transactions.verify("R-1")
    code = found["data"]["authorization"]["authorization_code"]
    answers["transactions/charge_authorization"] = client.transactions.charge(
        authorization_code=code, email="ada@example.com", amount=20000, reference="C-1"
    )
    answers["transactions/fetch"] = client.transactions.get(found["data"]["id"])
    answers["transactions/list"] = client.transactions.list()
    answers["refunds/create"] = made = client.refunds.create(transaction="R-1", amount=50)
    fake.refund_event(made["data"]["id"], "processing")
    answers["refunds/fetch"] = client.refunds.fetch(made["data"]["id"])
    answers["refunds/list"] = raw.get("refund")
    fake.refund_event(made["data"]["id"], "needs-attention")
    answers["refunds/retry"] = raw.post(
        f"refund/retry_with_customer_details/{made['data']['id']}",
        data={"refund_account_details": BANK},
    )
    dispute = fake.open_dispute("R-1", amount=100)
    fake.remind_of_dispute(dispute)
    answers["disputes/fetch"] = raw.get(f"dispute/{dispute}")
    answers["disputes/list"] = raw.get("dispute")
    fake.resolve_dispute(dispute, "auto-accepted")
    answers["customers/fetch"] = client.customers.get("ada@example.com")
    answers |= held(fake, client, code)
    answers["customers/deactivate-authorization"] = raw.post(
        "customer/authorization/deactivate", data={"authorization_code": code}
    )
    answers["integration/update-timeout"] = raw.put(
        "integration/payment_session_timeout", data={"timeout": 30}
    )
    fake.refund_event(made["data"]["id"], "processed")
    other = fake.refund_externally("C-1", 50)
    fake.refund_event(other, "failed")
    return answers


def held(fake: FakePaystack, client: PaystackClient, code: str) -> dict[str, Any]:
    begun = client.raw.post("preauthorization/initialize", data={**RAND, "reference": "P-1"})
    fake.complete("P-1")
    captured = client.raw.post(
        "preauthorization/capture", data={"reference": "P-1", "amount": 100, "currency": "ZAR"}
    )
    sent = {**RAND, "reference": "P-2", "authorization_code": code}
    reserved = client.raw.post("preauthorization/reserve_authorization", data=sent)
    released = client.raw.post("preauthorization/release", data={"reference": "P-2"})
    return {
        "preauthorization/initialize": begun,
        "preauthorization/capture": captured,
        "preauthorization/verify": client.raw.get("preauthorization/verify/P-1"),
        "preauthorization/reserve": reserved,
        "preauthorization/release": released,
    }


@pytest.fixture(scope="module")
def by_the_samples() -> tuple[dict[str, Any], list[Any]]:
    with playing() as fake, PaystackClient(fake) as client:
        return played(fake, client), fake.outbox.events


ANSWERS = [
    "customers/deactivate-authorization",
    "customers/fetch",
    "disputes/fetch",
    "disputes/list",
    "integration/update-timeout",
    "preauthorization/capture",
    "preauthorization/initialize",
    "preauthorization/release",
    "preauthorization/reserve",
    "preauthorization/verify",
    "refunds/create",
    "refunds/fetch",
    "refunds/list",
    "refunds/retry",
    "transactions/charge_authorization",
    "transactions/fetch",
    "transactions/initialize",
    "transactions/list",
    "transactions/verify",
]


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_has_the_fields_and_types_of_its_sample(
    name: str, by_the_samples: tuple[dict[str, Any], list[Any]]
) -> None:
    sample = official("paystack/sample_responses.json")[name]["200"]["data"]
    assert list(differences(by_the_samples[0][name], sample)) == []


EVENTS = {
    "charge.success": "webhooks.transaction_successful",
    "charge.dispute.create": "webhooks.charge_dispute_create",
    "charge.dispute.remind": "webhooks.charge_dispute_remind",
    "charge.dispute.resolve": "webhooks.charge_dispute_resolve",
    "refund.pending": "refunds.refund_pending",
    "refund.processing": "refunds.refund_processing",
    "refund.processed": "refunds.refund_processed",
    "refund.failed": "refunds.refund_failed",
    "refund.needs-attention": "refunds.refund_needs_attention",
    "preauthorization.reserve.success": "preauthorization.preauthorization_reserve_success",
    "preauthorization.capture.success": "preauthorization.preauthorization_capture_success",
    "preauthorization.release.success": "preauthorization.preauthorization_release_success",
}


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_has_the_fields_and_types_of_its_sample(
    name: str, by_the_samples: tuple[dict[str, Any], list[Any]]
) -> None:
    sample = official("paystack/webhook_events.json")[EVENTS[name]]
    found = [event for event in by_the_samples[1] if event["event"] == name]
    assert found
    for event in found:
        assert list(differences(event, sample)) == []


def test_a_success_can_also_be_told_as_in_the_newer_sample() -> None:
    sample = official("paystack/webhook_events.json")["payment-methods.charge_successful"]
    with playing(shape=Shape.SPECIFICATION) as fake, PaystackClient(fake) as client:
        paid(fake, client)
        found = set(differences(fake.outbox.events[0], sample))
    assert found == {f".data.authorization.{name} is missing" for name in TRANSFER}


def test_a_refusal_has_the_fields_of_its_sample() -> None:
    sample = official("paystack/sample_responses.json")["preauthorization/verify"]["400"]["data"]
    with playing() as fake, PaystackClient(fake) as client:
        answer = client.raw.get("preauthorization/verify/nobody")
    assert list(differences(answer, sample)) == []


def test_a_wrong_key_has_the_answer_of_its_sample() -> None:
    sample = official("paystack/sample_responses.json")["customers/fetch"]["401"]["data"]
    with playing() as fake, PaystackClient(fake, "sk_nobody") as client:
        assert list(differences(client.begin(), sample)) == []


def test_every_answer_can_also_follow_the_whole_specification() -> None:
    whole = Contract(official("paystack/openapi.json"), strict=False)
    with (
        playing(contract=whole, shape=Shape.SPECIFICATION) as fake,
        PaystackClient(fake) as client,
    ):
        answers = played(fake, client)
        assert sorted(answers) == ANSWERS
        assert all(answer["status"] for answer in answers.values())
        assert off_specification(fake) == []


def test_the_samples_themselves_do_not_follow_the_whole_specification() -> None:
    whole = Contract(official("paystack/openapi.json"), strict=False)
    with FakePaystack(contract=whole) as fake, PaystackClient(fake) as client:
        played(fake, client)
        operations = {line.split(":")[0] for line in off_specification(fake)}
    assert {"GET /transaction", "GET /refund", "GET /dispute"} < operations


def test_a_field_too_many_or_too_few_is_noticed() -> None:
    assert list(differences({"a": 1}, {"b": 1})) == [".a is not theirs", ".b is missing"]


def test_another_type_is_noticed() -> None:
    assert list(differences({"a": [{"b": True}]}, {"a": [{"b": 1}]})) == [".a[0].b: bool, not int"]
