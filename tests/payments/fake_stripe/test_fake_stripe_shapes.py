"""The bodies of the fake Stripe, next to Stripe's own examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.payments.contract import Contract, needs_contracts, official
from tests.payments.stripe_client import Client, playing

from bookable.testing.fakes.stripe import FakeStripe

# fields of the examples that Stripe leaves out unless they are asked for
LEFT_OUT = {"charge": {"refunds"}}
KINDS = [
    "balance_transaction",
    "charge",
    "checkout.session",
    "customer",
    "dispute",
    "event",
    "payment_intent",
    "payment_method",
    "refund",
    "setup_intent",
]


@pytest.fixture
def fake() -> Iterator[FakeStripe]:
    with playing() as fake, Client(fake) as client:
        customer = client.v1.customers.create({"email": "ada@example.com"})
        client.v1.setup_intents.create({"customer": customer.id})
        intent = client.paid()
        client.refund(intent, 100)
        fake.open_dispute(intent.id)
        yield fake


def example(kind: str) -> Any:
    return official("stripe/fixtures3.json")["resources"][kind]


@needs_contracts
@pytest.mark.parametrize("kind", KINDS)
def test_a_body_has_the_fields_of_the_example(fake: FakeStripe, kind: str) -> None:
    expected = set(example(kind)) - LEFT_OUT.get(kind, set())
    for body in fake.objects(kind):
        assert expected - set(body) == set()
    assert fake.objects(kind)


@needs_contracts
@pytest.mark.parametrize("kind", KINDS)
def test_a_body_has_no_field_of_its_own(fake: FakeStripe, kind: str) -> None:
    known = set(example(kind)) | Contract.stripe().properties(kind)
    for body in fake.objects(kind):
        assert set(body) - known == set()


@needs_contracts
@pytest.mark.parametrize("kind", KINDS)
def test_a_body_is_as_specified(fake: FakeStripe, kind: str) -> None:
    for body in fake.objects(kind):
        assert Contract.stripe().object_faults(kind, body) == []


@needs_contracts
@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("charge", "payment_method_details.card"),
        ("payment_method", "card"),
        ("dispute", "evidence_details"),
        ("dispute", "payment_method_details.card"),
        ("charge", "outcome"),
    ],
)
def test_what_lies_inside_has_the_fields_of_the_example(
    fake: FakeStripe, kind: str, path: str
) -> None:
    expected, found = example(kind), fake.objects(kind)[0]
    for step in path.split("."):
        expected, found = expected[step], found[step]
    assert set(expected) == set(found) - {"capture_before"}
