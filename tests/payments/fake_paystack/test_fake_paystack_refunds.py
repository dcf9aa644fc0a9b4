from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.payments.paystack_client import PaystackClient, paid

from bookable.testing.fakes.paystack import FakePaystack, Shape

BANK = {"currency": "NGN", "account_number": "0123456789", "bank_id": "9"}


@pytest.fixture
def transaction(fake: FakePaystack, client: PaystackClient) -> Any:
    return paid(fake, client)


def refund(client: PaystackClient, **sent: Any) -> Any:
    return client.refunds.create(**{"transaction": "R-1", **sent})["data"]


@pytest.mark.usefixtures("transaction")
def test_without_an_amount_everything_is_refunded(client: PaystackClient) -> None:
    found = refund(client)
    assert (found["amount"], found["status"]) == (30050, "pending")


def test_a_payment_is_refunded_by_its_id_too(client: PaystackClient, transaction: Any) -> None:
    found = refund(client, transaction=str(transaction["id"]), amount=50)
    assert found["transaction"]["reference"] == "R-1"


def test_a_number_as_id_is_accepted_as_the_documentation_has_it(
    fake: FakePaystack, client: PaystackClient, transaction: Any
) -> None:
    fake.contract = None
    assert refund(client, transaction=transaction["id"])["amount"] == 30050


@pytest.mark.usefixtures("transaction")
def test_a_refund_asked_for_twice_is_made_twice(client: PaystackClient) -> None:
    one, two = refund(client, amount=10000), refund(client, amount=10000)
    assert one["id"] != two["id"]


@pytest.mark.usefixtures("transaction")
@pytest.mark.parametrize("second", [20051, None])
def test_refunds_never_exceed_the_payment(second: int | None, client: PaystackClient) -> None:
    refund(client, amount=10000)
    sent = {} if second is None else {"amount": second}
    answer = client.refunds.create(transaction="R-1", **sent)
    assert (client.status, answer["status"]) == (400, False)
    assert refund(client, amount=20050)["amount"] == 20050


@pytest.mark.usefixtures("transaction")
@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_no_refund(amount: int, client: PaystackClient) -> None:
    client.refunds.create(transaction="R-1", amount=amount)
    assert client.status == 400


def test_what_nobody_paid_is_not_refunded(client: PaystackClient) -> None:
    client.begin()
    client.refunds.create(transaction="R-1")
    assert client.status == 400


@pytest.mark.usefixtures("transaction")
def test_a_refund_in_another_currency_is_refused(client: PaystackClient) -> None:
    client.refunds.create(transaction="R-1", currency="USD")
    assert client.status == 400


def test_an_unknown_payment_is_not_refunded(client: PaystackClient) -> None:
    client.refunds.create(transaction="nobody")
    assert client.status == 404


@pytest.mark.usefixtures("transaction")
@pytest.mark.parametrize("status", ["processing", "processed", "failed", "needs-attention"])
def test_a_refund_goes_on_when_the_test_says_so(
    status: str, fake: FakePaystack, client: PaystackClient
) -> None:
    made = refund(client)
    fake.refund_event(made["id"], status)
    assert client.refunds.fetch(made["id"])["data"]["status"] == status


@pytest.mark.usefixtures("transaction")
def test_a_failed_refund_gives_its_amount_back(fake: FakePaystack, client: PaystackClient) -> None:
    fake.refund_event(refund(client)["id"], "failed")
    assert refund(client)["amount"] == 30050


@pytest.mark.usefixtures("transaction")
def test_a_failed_refund_is_over(fake: FakePaystack, client: PaystackClient) -> None:
    made = refund(client)
    fake.refund_event(made["id"], "failed")
    with pytest.raises(ValueError, match="has failed"):
        fake.refund_event(made["id"], "processed")


@pytest.mark.usefixtures("transaction")
def test_a_processed_refund_may_still_fail(fake: FakePaystack, client: PaystackClient) -> None:
    made = refund(client)
    fake.refund_event(made["id"], "processed")
    fake.refund_event(made["id"], "failed")
    assert client.refunds.fetch(made["id"])["data"]["status"] == "failed"
    assert client.verified()["status"] == "success"


def test_a_refund_never_ends_in_a_made_up_way(
    fake: FakePaystack, client: PaystackClient, transaction: Any
) -> None:
    made = refund(client, transaction=transaction["reference"])
    with pytest.raises(ValueError, match="never done"):
        fake.refund_event(made["id"], "done")


@pytest.mark.usefixtures("transaction")
@pytest.mark.parametrize(("amount", "status"), [(30050, "reversed"), (100, "success")])
def test_a_payment_that_went_back_in_full_is_reversed(
    amount: int, status: str, fake: FakePaystack, client: PaystackClient
) -> None:
    made = refund(client, amount=amount)
    assert client.verified()["status"] == "success"
    fake.refund_event(made["id"], "processed")
    assert client.verified()["status"] == status


@pytest.mark.usefixtures("transaction")
def test_somebody_may_refund_at_paystack_itself(fake: FakePaystack, client: PaystackClient) -> None:
    made = fake.refund_externally("R-1", 10000)
    found = client.refunds.fetch(made)["data"]
    assert (found["amount"], found["status"]) == (10000, "pending")
    assert fake.outbox.events[-1]["event"] == "refund.pending"


@pytest.mark.usefixtures("transaction")
def test_a_refund_that_needs_attention_is_tried_again_with_a_bank_account(
    fake: FakePaystack, client: PaystackClient
) -> None:
    made = refund(client)
    fake.refund_event(made["id"], "needs-attention")
    path = f"refund/retry_with_customer_details/{made['id']}"
    answer = client.raw.post(path, data={"refund_account_details": BANK})
    assert answer["data"]["status"] == "processing"
    assert fake.outbox.events[-1]["event"] == "refund.processing"


@pytest.mark.usefixtures("transaction")
def test_a_refund_under_way_is_not_tried_again(client: PaystackClient) -> None:
    path = f"refund/retry_with_customer_details/{refund(client)['id']}"
    client.raw.post(path, data={"refund_account_details": BANK})
    assert client.status == 422


@pytest.mark.usefixtures("transaction")
def test_a_bank_account_is_looked_at_too(fake: FakePaystack, client: PaystackClient) -> None:
    fake.contract = None
    path = f"refund/retry_with_customer_details/{refund(client)['id']}"
    answer = client.raw.post(path, data={"refund_account_details": {"currency": "NGN"}})
    assert (client.status, answer["code"]) == (400, "missing_params")


@pytest.mark.parametrize("refund_id", ["5", "RF_5"])
def test_an_unknown_refund_is_not_found(refund_id: str, client: PaystackClient) -> None:
    client.refunds.fetch(refund_id)
    assert client.status == 404


def test_a_refund_of_one_account_is_unknown_to_another(
    fake: FakePaystack, client: PaystackClient, transaction: Any
) -> None:
    made = refund(client, transaction=transaction["reference"])
    with PaystackClient(fake, "sk_test_two") as other:
        other.refunds.fetch(made["id"])
        assert other.status == 404


def listed(client: PaystackClient, **filters: Any) -> list[int]:
    return [row["id"] for row in client.raw.get("refund", qs=filters)["data"]]


def test_refunds_are_listed_by_their_payment(fake: FakePaystack, client: PaystackClient) -> None:
    fake.contract = None  # only the documentation has this filter
    one, _two = paid(fake, client, "R-1"), paid(fake, client, "R-2", currency="USD")
    made = [refund(client, amount=5), refund(client, amount=5)]
    other = refund(client, transaction="R-2")
    assert listed(client, transaction=one["id"]) == [row["id"] for row in reversed(made)]
    assert listed(client, currency="USD") == [other["id"]]


@pytest.mark.usefixtures("transaction")
def test_refunds_are_listed_by_time_and_in_pages(
    fake: FakePaystack, client: PaystackClient
) -> None:
    one = refund(client, amount=5)
    between = fake.now() + timedelta(days=1)
    fake.offset = timedelta(days=2)
    two = refund(client, amount=5)
    assert listed(client, **{"from": between.isoformat()}) == [two["id"]]
    assert listed(client, to=between.isoformat()) == [one["id"]]
    assert listed(client, perPage=1, page=2) == [one["id"]]


@pytest.mark.usefixtures("transaction")
@pytest.mark.parametrize(("shape", "field"), [("samples", True), ("specification", 1)])
def test_a_refund_is_fetched_in_two_shapes(
    shape: str, field: Any, fake: FakePaystack, client: PaystackClient
) -> None:
    fake.shape = Shape(shape)
    made = refund(client)
    fake.refund_event(made["id"], "processed")
    found = client.refunds.fetch(made["id"])["data"]
    assert found["fully_deducted"] is field
    assert ("transaction_reference" in found) is (shape == "specification")
