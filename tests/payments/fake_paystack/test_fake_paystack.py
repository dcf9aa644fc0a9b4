from __future__ import annotations

from datetime import timedelta

import pytest
from tests.payments.paystack_client import KEY, PaystackClient, paid, playing

from bookable.testing.fakes.paystack import FakePaystack, Shape


def test_a_transaction_begins_with_a_page_for_the_customer(client: PaystackClient) -> None:
    answer = client.begin("R-1")
    assert answer["status"] is True
    assert answer["data"]["reference"] == "R-1"
    assert answer["data"]["authorization_url"].startswith("https://checkout.paystack.com/")


def test_without_a_reference_paystack_makes_one(client: PaystackClient) -> None:
    answer = client.transactions.initialize(email="ada@example.com", amount=30050)
    assert client.verified(answer["data"]["reference"])["amount"] == 30050


def test_a_transaction_that_nobody_paid_is_abandoned(client: PaystackClient) -> None:
    client.begin()
    found = client.verified()
    assert (found["status"], found["paid_at"], found["authorization"]) == ("abandoned", None, {})


def test_a_paid_transaction_is_a_success(fake: FakePaystack, client: PaystackClient) -> None:
    found = paid(fake, client)
    assert (found["status"], found["amount"], found["currency"]) == ("success", 30050, "NGN")
    assert found["paid_at"]
    assert found["authorization"]["reusable"] is True
    assert found["customer"]["email"] == "ada@example.com"


@pytest.mark.parametrize("outcome", ["failed", "ongoing", "pending", "processing", "queued"])
def test_every_other_outcome_is_answered_with_200_too(
    outcome: str, fake: FakePaystack, client: PaystackClient
) -> None:
    client.begin()
    fake.complete("R-1", outcome)
    answer = client.transactions.verify("R-1")
    assert (client.status, answer["status"], answer["data"]["status"]) == (200, True, outcome)


def test_a_decline_leaves_the_transaction_open_for_another_attempt(
    fake: FakePaystack, client: PaystackClient
) -> None:
    client.begin()
    fake.complete("R-1", "failed")
    assert client.verified()["status"] == "failed"
    fake.complete("R-1")
    assert client.verified()["status"] == "success"
    assert client.verified()["log"]["attempts"] == 2


def test_nobody_pays_twice_with_one_transaction(fake: FakePaystack, client: PaystackClient) -> None:
    paid(fake, client)
    with pytest.raises(ValueError, match="is paid"):
        fake.complete("R-1")


def test_an_abandoned_transaction_can_be_paid_much_later(
    fake: FakePaystack, client: PaystackClient
) -> None:
    client.begin()
    fake.offset = timedelta(days=30)
    fake.complete("R-1")
    assert client.verified()["status"] == "success"


def test_a_transaction_can_not_be_cancelled(client: PaystackClient) -> None:
    client.begin()
    client.raw.post("transaction/cancel/R-1")
    assert client.status == 404


def test_a_customer_may_pay_less_than_was_asked(fake: FakePaystack, client: PaystackClient) -> None:
    client.begin()
    fake.complete("R-1", amount=20000)
    found = client.verified()
    assert (found["amount"], found["requested_amount"]) == (20000, 30050)


def test_fees_are_taken_from_the_amount(fake: FakePaystack, client: PaystackClient) -> None:
    client.begin()
    fake.complete("R-1", fees=10283)
    found = client.verified()
    assert (found["amount"], found["requested_amount"], found["fees"]) == (30050, 30050, 10283)


def test_fees_can_be_passed_on_to_the_customer(fake: FakePaystack, client: PaystackClient) -> None:
    fake.fees_on_customer = True
    client.begin()
    fake.complete("R-1", fees=10283)
    found = client.verified()
    assert (found["amount"], found["requested_amount"], found["fees"]) == (40333, 30050, 10283)


def test_an_id_has_more_than_63_bits(fake: FakePaystack, client: PaystackClient) -> None:
    assert 2**63 <= paid(fake, client)["id"] < 2**64


def test_metadata_come_back(client: PaystackClient) -> None:
    client.begin(metadata={"order": "17"})
    assert client.verified()["metadata"] == {"order": "17"}


def test_no_metadata_are_an_empty_text(client: PaystackClient) -> None:
    client.begin()
    assert client.verified()["metadata"] == ""


def test_a_transaction_is_found_by_its_id(fake: FakePaystack, client: PaystackClient) -> None:
    found = paid(fake, client)
    assert client.transactions.get(found["id"])["data"]["reference"] == "R-1"


def test_an_unknown_id_is_not_found(client: PaystackClient) -> None:
    assert client.transactions.get(5)["status"] is False
    assert client.status == 404


def test_a_reference_is_accepted_once(client: PaystackClient) -> None:
    client.begin("R-1")
    again = client.begin("R-1")
    assert (client.status, again["status"]) == (400, False)


@pytest.mark.parametrize(
    ("shape", "status", "code"),
    [
        (Shape.SAMPLES, 400, "transaction_not_found"),
        (Shape.SPECIFICATION, 404, "validation_error"),
    ],
)
def test_an_unknown_reference_is_refused_in_two_ways(
    shape: Shape, status: int, code: str, fake: FakePaystack, client: PaystackClient
) -> None:
    fake.shape = shape
    answer = client.transactions.verify("nobody")
    assert (client.status, answer["status"], answer["code"]) == (status, False, code)


def test_what_belongs_to_one_key_is_unknown_to_another(
    fake: FakePaystack, client: PaystackClient
) -> None:
    paid(fake, client)
    with PaystackClient(fake, "sk_test_two") as other:
        assert other.transactions.verify("R-1")["status"] is False
        assert other.transactions.list()["data"] == []
        assert other.begin("R-1")["status"] is True


def test_two_accounts_with_one_reference_are_told_apart_by_their_key(
    fake: FakePaystack, client: PaystackClient
) -> None:
    with PaystackClient(fake, "sk_test_two") as other:
        client.begin()
        other.begin()
        with pytest.raises(LookupError, match="2 accounts have R-1"):
            fake.complete("R-1")
        fake.complete("R-1", key="sk_test_two")
        assert client.verified()["status"] == "abandoned"
        assert other.verified()["status"] == "success"


def test_a_customer_completes_only_what_was_begun(fake: FakePaystack) -> None:
    with pytest.raises(LookupError, match="0 accounts have R-1"):
        fake.complete("R-1")


def test_a_payment_never_ends_in_a_made_up_way(fake: FakePaystack) -> None:
    with pytest.raises(ValueError, match="never paid"):
        fake.complete("R-1", "paid")


@pytest.mark.parametrize(("key", "domain"), [("sk_test_a", "test"), ("sk_live_a", "live")])
def test_the_key_says_whether_money_is_real(key: str, domain: str, fake: FakePaystack) -> None:
    with PaystackClient(fake, key) as client:
        client.begin()
        assert client.verified()["domain"] == domain


@pytest.mark.parametrize("key", ["pk_test_one", "None", "sk_other"])
def test_a_key_of_another_kind_is_refused(key: str, fake: FakePaystack) -> None:
    with PaystackClient(fake, key) as client:
        assert client.begin()["status"] is False
        assert client.status == 401


def test_a_revoked_key_is_refused_until_it_is_restored(
    fake: FakePaystack, client: PaystackClient
) -> None:
    paid(fake, client)
    fake.revoke(KEY)
    client.transactions.verify("R-1")
    assert client.status == 401
    fake.restore(KEY)
    assert client.verified()["status"] == "success"


def test_the_session_timeout_can_be_set(client: PaystackClient) -> None:
    answer = client.raw.put("integration/payment_session_timeout", data={"timeout": 30})
    assert answer["data"] == {"payment_session_timeout": 30}


def test_the_amount_of_a_currency_without_fractions_is_rounded_down() -> None:
    # the specification doesn't know this currency, the documentation does
    with playing(contract=None) as fake, PaystackClient(fake) as client:
        client.begin(amount=150099, currency="XOF")
        assert client.verified()["requested_amount"] == 150000


@pytest.mark.parametrize("by", ["email", "customer_code"])
def test_a_customer_is_found_with_the_saved_cards(
    by: str, fake: FakePaystack, client: PaystackClient
) -> None:
    found = paid(fake, client)
    customer = client.customers.get(found["customer"][by])["data"]
    assert customer["authorizations"] == [found["authorization"]]


def test_an_unknown_customer_is_not_found(client: PaystackClient) -> None:
    client.customers.get("nobody@example.com")
    assert client.status == 404
