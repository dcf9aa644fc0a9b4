from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.payments.paystack_client import PaystackClient, paid

from bookable.testing.fakes.paystack import FakePaystack


def listed(client: PaystackClient, **filters: Any) -> list[str]:
    return [row["reference"] for row in client.transactions.list(**filters)["data"]]


def test_the_newest_transaction_is_listed_first(client: PaystackClient) -> None:
    client.begin("R-1")
    client.begin("R-2")
    assert listed(client) == ["R-2", "R-1"]


def test_transactions_are_listed_by_status(fake: FakePaystack, client: PaystackClient) -> None:
    client.begin("R-1")
    paid(fake, client, "R-2")
    assert listed(client, status="success") == ["R-2"]


def test_transactions_are_listed_by_time(fake: FakePaystack, client: PaystackClient) -> None:
    client.begin("R-1")
    between = fake.now() + timedelta(days=1)
    fake.offset = timedelta(days=2)
    client.begin("R-2")
    assert listed(client, **{"from": between.isoformat()}) == ["R-2"]
    assert listed(client, to=between.isoformat()) == ["R-1"]


def test_transactions_are_listed_by_customer(fake: FakePaystack, client: PaystackClient) -> None:
    client.begin("R-1")
    client.begin("R-2", email="bob@example.com")
    bob = client.verified("R-2")["customer"]
    assert listed(client, customer_code=bob["customer_code"]) == ["R-2"]
    fake.contract = None  # the documentation's name for it
    assert listed(client, customer=bob["id"]) == ["R-2"]


def test_transactions_are_listed_in_pages(fake: FakePaystack, client: PaystackClient) -> None:
    for number in range(5):
        client.begin(f"R-{number}")
    assert listed(client, per_page=2, page=2) == ["R-2", "R-1"]
    fake.contract = None  # the client's name for it
    assert listed(client, perPage=2, page=3) == ["R-0"]


def test_a_filter_that_is_not_played_is_not_ignored(client: PaystackClient) -> None:
    client.transactions.list(channel="card")
    assert client.status == 501


@pytest.mark.parametrize("day", ["2020-01-01", "2020-01-01T00:00:00Z"])
def test_a_day_is_a_time_too(day: str, fake: FakePaystack, client: PaystackClient) -> None:
    fake.contract = None  # the documentation shows days, the specification wants times
    client.begin("R-1")
    assert listed(client, **{"from": day}) == ["R-1"]
    assert listed(client, to=day) == []
