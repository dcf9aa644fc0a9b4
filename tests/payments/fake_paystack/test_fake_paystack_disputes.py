from __future__ import annotations

from typing import Any

import pytest
from tests.payments.paystack_client import PaystackClient, paid

from bookable.testing.fakes.paystack import FakePaystack


@pytest.fixture
def dispute(fake: FakePaystack, client: PaystackClient) -> int:
    paid(fake, client)
    return fake.open_dispute("R-1")


def fetched(client: PaystackClient, dispute: int) -> Any:
    return client.raw.get(f"dispute/{dispute}")["data"]


def test_a_dispute_waits_for_the_merchant(client: PaystackClient, dispute: int) -> None:
    found = fetched(client, dispute)
    assert (found["status"], found["resolution"]) == ("awaiting-merchant-feedback", None)
    assert (found["refund_amount"], found["transaction"]["reference"]) == (30050, "R-1")


@pytest.mark.parametrize(
    ("resolution", "status"),
    [("merchant-accepted", "reversed"), ("auto-accepted", "reversed"), ("declined", "success")],
)
def test_a_dispute_that_is_accepted_reverses_the_payment(
    resolution: str, status: str, fake: FakePaystack, client: PaystackClient, dispute: int
) -> None:
    fake.resolve_dispute(dispute, resolution)
    found = fetched(client, dispute)
    assert (found["status"], found["resolution"]) == ("resolved", resolution)
    assert client.verified()["status"] == status


def test_what_was_charged_back_is_not_refunded(
    fake: FakePaystack, client: PaystackClient, dispute: int
) -> None:
    fake.resolve_dispute(dispute, amount=30000)
    client.refunds.create(transaction="R-1", amount=51)
    assert client.status == 400
    client.refunds.create(transaction="R-1", amount=50)
    assert client.status == 200


def test_a_dispute_is_resolved_once(fake: FakePaystack, dispute: int) -> None:
    fake.resolve_dispute(dispute, "declined")
    with pytest.raises(ValueError, match="is resolved"):
        fake.resolve_dispute(dispute)


def test_a_dispute_never_ends_in_a_made_up_way(fake: FakePaystack, dispute: int) -> None:
    with pytest.raises(ValueError, match="never won"):
        fake.resolve_dispute(dispute, "won")


def test_what_nobody_paid_is_not_disputed(fake: FakePaystack, client: PaystackClient) -> None:
    client.begin()
    with pytest.raises(ValueError, match="not paid"):
        fake.open_dispute("R-1")


def test_every_step_of_a_dispute_is_told(fake: FakePaystack, dispute: int) -> None:
    fake.remind_of_dispute(dispute)
    fake.resolve_dispute(dispute)
    assert [event["event"] for event in fake.outbox.events] == [
        "charge.success",
        "charge.dispute.create",
        "charge.dispute.remind",
        "charge.dispute.resolve",
    ]


def test_disputes_are_listed_by_status_and_payment(
    fake: FakePaystack, client: PaystackClient, dispute: int
) -> None:
    transaction = client.verified()["id"]
    other = paid(fake, client, "R-2")["id"]
    assert listed(client) == [dispute]
    assert listed(client, status="resolved") == []
    assert listed(client, transaction=transaction) == [dispute]
    assert listed(client, transaction=other) == []


def listed(client: PaystackClient, **filters: Any) -> list[int]:
    return [row["id"] for row in client.raw.get("dispute", qs=filters)["data"]]


def test_an_unknown_dispute_is_not_found(client: PaystackClient) -> None:
    client.raw.get("dispute/5")
    assert client.status == 404


def test_a_dispute_can_be_looked_at(fake: FakePaystack, dispute: int) -> None:
    assert fake.dispute(dispute).transaction is fake.transaction("R-1")
