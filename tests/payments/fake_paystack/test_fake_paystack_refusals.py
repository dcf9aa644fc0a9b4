"""What the fake refuses of its own accord, without any specification at hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.payments.contract import Contract, needs_contracts, official
from tests.payments.paystack_client import PaystackClient, paid, playing

from bookable.testing.fakes.paystack import FakePaystack
from bookable.testing.fakes.server import Request


@pytest.fixture
def fake() -> Iterator[FakePaystack]:
    with playing(contract=None) as fake:
        yield fake


WRONG = [
    {"colour": "red"},
    {"currency": "EUR"},
    {"currency": "ngn"},
    {"reference": "R_1"},
    {"reference": "R 1"},
    {"reference": ""},
    {"email": "ada"},
    {"email": None},
    {"amount": "30050"},
    {"amount": 300.5},
    {"amount": True},
    {"amount": 0},
    {"amount": -30050},
    {"bearer": "customer"},
    {"channels": ["cash"]},
    {"channels": "card"},
    {"metadata": ["17"]},
]


@pytest.mark.parametrize("changed", WRONG, ids=str)
def test_a_wrong_field_is_refused(changed: dict[str, Any], client: PaystackClient) -> None:
    answer = client.begin(**changed)
    assert (client.status, answer["status"], answer["code"]) == (400, False, "invalid_params")


@pytest.mark.parametrize("reference", ["R-1", "r.1=2", "A1"])
def test_the_signs_of_a_reference_are_few(reference: str, client: PaystackClient) -> None:
    assert client.begin(reference)["status"] is True


@pytest.mark.parametrize("name", ["email", "amount"])
def test_a_missing_field_is_refused(name: str, client: PaystackClient) -> None:
    sent = {"email": "ada@example.com", "amount": 30050}
    del sent[name]
    answer = client.transactions.initialize(**sent)
    assert (client.status, answer["code"]) == (400, "missing_params")


@pytest.mark.parametrize(
    ("currency", "minimum"), [("NGN", 5000), ("USD", 200), ("GHS", 10), ("ZAR", 100), ("KES", 300)]
)
def test_an_amount_below_the_minimum_of_its_currency_is_refused(
    currency: str, minimum: int, client: PaystackClient
) -> None:
    assert client.begin("R-1", amount=minimum - 1, currency=currency)["status"] is False
    assert client.begin("R-1", amount=minimum, currency=currency)["status"] is True


def test_what_is_refused_leaves_its_reference_free(client: PaystackClient) -> None:
    client.begin("R-1", currency="EUR")
    assert client.begin("R-1")["status"] is True


def test_a_body_on_get_is_refused(client: PaystackClient) -> None:
    client.refunds.list(currency="NGN")  # the client puts its filters there
    assert client.status == 400


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("transaction", {"colour": "red"}),
        ("transaction", {"status": "paid"}),
        ("transaction", {"from": "yesterday"}),
        ("transaction", {"perPage": "all"}),
        ("refund", {"reference": "R-1"}),
        ("refund", {"currency": "EUR"}),
        ("dispute", {"status": "lost"}),
        ("refund/5", {"colour": "red"}),
    ],
)
def test_a_wrong_filter_is_refused(
    path: str, filters: dict[str, str], client: PaystackClient
) -> None:
    client.raw.get(path, qs=filters)
    assert client.status == 400


@pytest.mark.parametrize("body", [b"amount=30050", b"[]", b'{"amount":', b"\xff"])
def test_a_body_that_is_no_object_is_refused(body: bytes, fake: FakePaystack) -> None:
    request = Request(
        method="POST",
        path="/transaction/initialize",
        query="",
        headers={"authorization": "Bearer sk_test_one"},
        body=body,
    )
    assert fake.operate(request, broken=False, busy=False).status == 400


def test_a_post_with_its_fields_in_the_address_is_refused(client: PaystackClient) -> None:
    client.raw.post("transaction/initialize", qs={"email": "ada@example.com", "amount": "30050"})
    assert client.status == 400


@pytest.mark.parametrize(
    "path", ["nothing", "transaction/R-1/cancel", "transaction/verify/a/b", ""]
)
def test_an_unknown_path_is_not_found(path: str, client: PaystackClient) -> None:
    assert client.raw.get(path)["status"] is False
    assert client.status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "transaction/totals"),
        ("post", "transfer"),
        ("get", "transfer/verify/T-1"),
        ("post", "customer"),
        ("put", "customer/CUS_1"),
        ("post", "transaction/partial_debit"),
        ("put", "dispute/5/resolve"),
        ("get", "preauthorization"),
        ("get", "integration/payment_session_timeout"),
        ("put", "refund"),
    ],
)
def test_an_operation_that_is_not_played_says_so(
    method: str, path: str, client: PaystackClient
) -> None:
    getattr(client.raw, method)(path)
    assert client.status == 501


@needs_contracts
def test_every_other_operation_of_the_specification_says_that_it_is_not_played(
    fake: FakePaystack,
) -> None:
    played = set()
    for template, item in official("paystack/openapi.json")["paths"].items():
        for method in {"get", "post", "put", "delete"} & item.keys():
            status = answered(fake, method.upper(), template)
            assert status != 404 or "{" in template, template
            if status != 501:
                played.add(f"{method} {template}")
    assert played == PLAYED


PLAYED = {
    "get /customer/{code}",
    "get /dispute",
    "get /dispute/{id}",
    "get /refund",
    "get /refund/{id}",
    "get /transaction",
    "get /transaction/verify/{reference}",
    "get /transaction/{id}",
    "post /customer/authorization/deactivate",
    "post /refund",
    "post /refund/retry_with_customer_details/{id}",
    "post /transaction/charge_authorization",
    "post /transaction/initialize",
    "put /integration/payment_session_timeout",
}


def answered(fake: FakePaystack, method: str, template: str) -> int:
    path = template.replace("{", "").replace("}", "")
    headers = {"authorization": "Bearer sk_test_one"}
    request = Request(method=method, path=path, query="", headers=headers, body=b"")
    return fake.operate(request, broken=False, busy=False).status


def test_more_than_was_paid_is_not_refunded(fake: FakePaystack, client: PaystackClient) -> None:
    paid(fake, client)
    answer = client.refunds.create(transaction="R-1", amount=30051)
    assert (client.status, answer["status"]) == (400, False)
    assert fake.refunds("R-1") == []


@needs_contracts
@pytest.mark.parametrize("changed", [{"colour": "red"}, {"currency": "EUR"}, {"amount": "30050"}])
def test_the_specification_refuses_the_same(changed: dict[str, Any]) -> None:
    with playing(contract=Contract.paystack()) as fake, PaystackClient(fake) as client:
        answer = client.begin(**changed)
        assert (client.status, answer["code"]) == (400, "invalid_params")
        assert "$" in answer["message"]
