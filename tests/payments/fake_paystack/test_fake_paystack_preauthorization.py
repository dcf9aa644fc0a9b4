from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.payments.paystack_client import PaystackClient, paid

from bookable.testing.fakes.paystack import FakePaystack

RAND = {"email": "ada@example.com", "amount": 5000, "currency": "ZAR"}


def hold(client: PaystackClient, operation: str = "initialize", **changed: Any) -> Any:
    sent = {**RAND, "reference": "P-1", **changed}
    return client.raw.post(f"preauthorization/{operation}", data=sent)


@pytest.fixture
def held(fake: FakePaystack, client: PaystackClient) -> str:
    hold(client)
    fake.complete("P-1")
    return "P-1"


def capture(client: PaystackClient, reference: str, amount: Any) -> Any:
    sent = {"reference": reference, "amount": amount, "currency": "ZAR"}
    return client.raw.post("preauthorization/capture", data=sent)


def release(client: PaystackClient, reference: str) -> Any:
    return client.raw.post("preauthorization/release", data={"reference": reference})


def status_of(client: PaystackClient, reference: str = "P-1") -> str:
    return str(client.raw.get(f"preauthorization/verify/{reference}")["data"]["status"])


def test_nothing_is_held_before_the_customer_says_so(client: PaystackClient) -> None:
    assert "preauthorization" in hold(client)["data"]["authorization_url"]
    assert status_of(client) == "abandoned"
    capture(client, "P-1", 5000)
    assert client.status == 400


def test_the_customer_may_be_declined_and_try_again(
    fake: FakePaystack, client: PaystackClient
) -> None:
    hold(client)
    fake.complete("P-1", "failed")
    assert status_of(client) == "failed"
    fake.complete("P-1")
    assert status_of(client) == "authorized"


@pytest.mark.parametrize("amount", [5000, "5000", 100])
def test_what_is_held_can_be_captured_also_in_part(
    amount: Any, client: PaystackClient, held: str
) -> None:
    answer = capture(client, held, amount)
    assert (answer["data"]["status"], answer["data"]["amount"]) == ("success", int(amount))
    assert status_of(client) == "captured"
    assert client.verified(held)["amount"] == int(amount)


@pytest.mark.parametrize("amount", [5001, 0])
def test_more_than_what_is_held_is_not_captured(
    amount: int, client: PaystackClient, held: str
) -> None:
    capture(client, held, amount)
    assert client.status == 400
    assert status_of(client) == "authorized"


def test_what_is_held_is_captured_once(client: PaystackClient, held: str) -> None:
    capture(client, held, 100)
    assert capture(client, held, 100)["status"] is False


def test_what_is_captured_can_be_refunded(client: PaystackClient, held: str) -> None:
    capture(client, held, 5000)
    assert client.refunds.create(transaction=held)["status"] is True


def test_what_is_held_can_be_released(client: PaystackClient, held: str) -> None:
    assert release(client, held)["data"] == {"status": "released", "reference": held}
    assert capture(client, held, 100)["status"] is False
    assert release(client, held)["status"] is False


@pytest.mark.parametrize("outcome", ["success", "failed"])
def test_the_customer_has_no_say_in_what_is_held_already(
    outcome: str, fake: FakePaystack, client: PaystackClient, held: str
) -> None:
    with pytest.raises(ValueError, match="is authorized"):
        fake.complete(held, outcome)
    assert status_of(client) == "authorized"


def test_a_saved_card_is_held_at_once(fake: FakePaystack, client: PaystackClient) -> None:
    code = paid(fake, client)["authorization"]["authorization_code"]
    answer = hold(client, "reserve_authorization", authorization_code=code)
    assert answer["data"]["status"] == "authorized"


@pytest.mark.parametrize(("action", "status"), [("capture", "captured"), ("release", "released")])
def test_on_the_last_day_happens_what_was_agreed(
    action: str, status: str, fake: FakePaystack, client: PaystackClient
) -> None:
    hold(client, expire_action=action, expire_after_days=3)
    fake.complete("P-1")
    fake.offset = timedelta(days=2)
    assert status_of(client) == "authorized"
    fake.offset = timedelta(days=3)
    assert status_of(client) == status


@pytest.mark.parametrize(
    "changed",
    [
        {"currency": "NGN"},
        {"expire_after_days": 0},
        {"expire_after_days": 31},
        {"expire_action": "keep"},
        {"reference": "P_1"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(changed: dict[str, Any], client: PaystackClient) -> None:
    assert hold(client, **changed)["status"] is False
    assert client.status == 400


def test_holds_and_payments_share_their_references(client: PaystackClient, held: str) -> None:
    assert client.begin(held)["status"] is False


def test_an_unknown_hold_is_not_found(client: PaystackClient) -> None:
    answer = client.raw.get("preauthorization/verify/nobody")
    assert (client.status, answer["code"]) == (400, "not_found")


def test_every_step_of_a_hold_is_told(
    fake: FakePaystack, client: PaystackClient, held: str
) -> None:
    capture(client, held, 100)
    hold(client, reference="P-2")
    fake.complete("P-2")
    release(client, "P-2")
    assert [event["event"] for event in fake.outbox.events] == [
        "preauthorization.reserve.success",
        "preauthorization.capture.success",
        "preauthorization.reserve.success",
        "preauthorization.release.success",
    ]
