from __future__ import annotations

from typing import Any

import pytest
from tests.payments.paystack_client import PaystackClient, paid

from bookable.testing.fakes.paystack import FakePaystack


@pytest.fixture
def code(fake: FakePaystack, client: PaystackClient) -> str:
    return str(paid(fake, client)["authorization"]["authorization_code"])


def charge(client: PaystackClient, code: str, reference: str = "C-1", **changed: Any) -> Any:
    sent = {"email": "ada@example.com", "amount": 20000, "reference": reference, **changed}
    return client.transactions.charge(authorization_code=code, **sent)


def test_a_saved_card_can_be_charged(client: PaystackClient, code: str) -> None:
    answer = charge(client, code)
    assert (answer["data"]["status"], answer["data"]["amount"]) == ("success", 20000)
    assert client.verified("C-1")["status"] == "success"


def test_a_declined_charge_is_answered_with_200(
    fake: FakePaystack, client: PaystackClient, code: str
) -> None:
    fake.next_charge("failed")
    answer = charge(client, code)
    assert (client.status, answer["status"], answer["data"]["status"]) == (200, True, "failed")
    assert client.verified("C-1")["status"] == "failed"


def test_outcomes_are_used_up_one_by_one(
    fake: FakePaystack, client: PaystackClient, code: str
) -> None:
    fake.next_charge("failed")
    fake.next_charge("pending")
    found = [charge(client, code, f"C-{number}")["data"]["status"] for number in range(3)]
    assert found == ["failed", "pending", "success"]


def test_a_paused_charge_sends_the_customer_to_a_page(
    fake: FakePaystack, client: PaystackClient, code: str
) -> None:
    fake.next_charge("paused")
    data = charge_off_specification(fake, client, code)["data"]
    assert data["paused"] is True
    assert data["authorization_url"].startswith("https://checkout.paystack.com/resume/")
    assert client.verified("C-1")["status"] == "ongoing"
    fake.complete("C-1")
    assert client.verified("C-1")["status"] == "success"


def test_a_paused_charge_stays_with_its_card(
    fake: FakePaystack, client: PaystackClient, code: str
) -> None:
    fake.next_charge("paused")
    charge_off_specification(fake, client, code)
    fake.complete("C-1")
    assert client.verified("C-1")["authorization"]["authorization_code"] == code


def test_a_charge_may_ask_for_a_password(
    fake: FakePaystack, client: PaystackClient, code: str
) -> None:
    fake.next_charge("send_otp")
    assert charge_off_specification(fake, client, code)["data"]["status"] == "send_otp"


def charge_off_specification(fake: FakePaystack, client: PaystackClient, code: str) -> Any:
    """The documentation has these answers, the specification hasn't."""
    contract, fake.contract = fake.contract, None
    answer = charge(client, code)
    fake.contract = contract
    return answer


def test_a_charge_never_ends_in_a_made_up_way(fake: FakePaystack) -> None:
    with pytest.raises(ValueError, match="never paid"):
        fake.next_charge("paid")


def test_the_reference_of_a_charge_is_accepted_once(client: PaystackClient, code: str) -> None:
    charge(client, code)
    assert charge(client, code)["status"] is False
    assert client.status == 400


def test_an_unknown_card_is_not_charged(client: PaystackClient) -> None:
    assert charge(client, "AUTH_nobody")["status"] is False
    assert client.status == 400


def test_a_card_that_can_not_be_used_again_is_not_charged(
    fake: FakePaystack, client: PaystackClient
) -> None:
    client.begin()
    fake.complete("R-1", reusable=False)
    card = client.verified()["authorization"]
    assert card["reusable"] is False
    assert charge(client, card["authorization_code"])["status"] is False


def test_a_card_is_not_charged_for_another_customer(client: PaystackClient, code: str) -> None:
    assert charge(client, code, email="bob@example.com")["status"] is False


def test_a_card_of_one_account_is_unknown_to_another(fake: FakePaystack, code: str) -> None:
    with PaystackClient(fake, "sk_test_two") as other:
        assert charge(other, code)["status"] is False


def test_a_forgotten_card_is_not_charged(
    fake: FakePaystack, client: PaystackClient, code: str
) -> None:
    fake.forget_authorization(code)
    assert charge(client, code)["status"] is False


@pytest.mark.parametrize(
    "path", ["customer/deactivate_authorization", "customer/authorization/deactivate"]
)
def test_a_site_can_have_a_card_forgotten(path: str, client: PaystackClient, code: str) -> None:
    assert client.raw.post(path, data={"authorization_code": code})["status"] is True
    assert charge(client, code)["status"] is False
    assert client.raw.post(path, data={"authorization_code": code})["status"] is False
    assert client.status == 404


def test_each_payment_leaves_another_code_of_the_same_card(
    fake: FakePaystack, client: PaystackClient
) -> None:
    one = paid(fake, client, "R-1")["authorization"]
    two = paid(fake, client, "R-2")["authorization"]
    assert one["signature"] == two["signature"]
    assert one["authorization_code"] != two["authorization_code"]
