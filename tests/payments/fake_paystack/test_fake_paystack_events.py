from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from tests.payments.paystack_client import KEY, PaystackClient, paid

from bookable.testing.fakes.outbox import Delivery
from bookable.testing.fakes.paystack import FakePaystack, Shape

HEADER = "x-paystack-signature"


def names(fake: FakePaystack) -> list[str]:
    return [event["event"] for event in fake.outbox.events]


def last(fake: FakePaystack) -> Any:
    return fake.outbox.events[-1]["data"]


@pytest.mark.parametrize("outcome", ["failed", "abandoned", "ongoing", "pending", "queued"])
def test_only_a_success_is_told(outcome: str, fake: FakePaystack, client: PaystackClient) -> None:
    client.begin()
    fake.complete("R-1", outcome)
    assert names(fake) == []
    fake.complete("R-1")
    assert names(fake) == ["charge.success"]


def test_a_declined_charge_of_a_saved_card_is_not_told(
    fake: FakePaystack, client: PaystackClient
) -> None:
    code = paid(fake, client)["authorization"]["authorization_code"]
    fake.next_charge("failed")
    client.transactions.charge(email="ada@example.com", amount=20000, authorization_code=code)
    assert names(fake) == ["charge.success"]


@pytest.mark.parametrize("shape", list(Shape))
def test_a_success_is_told_with_and_without_what_was_asked_for(
    shape: Shape, fake: FakePaystack, client: PaystackClient
) -> None:
    fake.shape = shape
    paid(fake, client)
    data = last(fake)
    assert (data["reference"], data["amount"], data["status"]) == ("R-1", 30050, "success")
    assert (data["fees"] is None) is (shape == Shape.SAMPLES)
    assert ("requested_amount" in data) is (shape == Shape.SPECIFICATION)
    assert ("reusable" in data["authorization"]) is (shape == Shape.SPECIFICATION)


@pytest.mark.parametrize(
    ("status", "amount"),
    [
        ("pending", "10000"),
        ("processing", "10000"),
        ("processed", "10000"),
        ("failed", 10000),
        ("needs-attention", 10000),
    ],
)
def test_the_amount_of_a_refund_is_a_text_or_a_number(
    status: str, amount: Any, fake: FakePaystack, client: PaystackClient
) -> None:
    paid(fake, client)
    made = client.refunds.create(transaction="R-1", amount=10000)["data"]
    if status != "pending":
        fake.refund_event(made["id"], status)
    assert names(fake)[-1] == f"refund.{status}"
    assert last(fake)["amount"] == amount
    assert type(last(fake)["amount"]) is type(amount)
    assert last(fake)["transaction_reference"] == "R-1"


def test_only_a_refund_that_needs_attention_has_an_id(
    fake: FakePaystack, client: PaystackClient
) -> None:
    paid(fake, client)
    made = client.refunds.create(transaction="R-1")["data"]
    assert "id" not in last(fake)
    fake.refund_event(made["id"], "needs-attention")
    assert last(fake)["id"] == str(made["id"])
    assert "processor" not in last(fake)


def test_an_event_is_signed_with_the_secret_key(fake: FakePaystack, client: PaystackClient) -> None:
    paid(fake, client)
    [delivery] = fake.outbox.deliveries(KEY)
    assert delivery.headers[HEADER] == signature(delivery.body)


def test_another_secret_gives_another_signature(fake: FakePaystack, client: PaystackClient) -> None:
    paid(fake, client)
    [delivery] = fake.outbox.deliveries("sk_test_other")
    assert delivery.headers[HEADER] != signature(delivery.body)


def test_letters_stay_as_they_are_so_that_a_body_written_anew_does_not_verify(
    fake: FakePaystack, client: PaystackClient
) -> None:
    paid(fake, client, metadata={"name": "Adé"})
    [delivery] = fake.outbox.deliveries(KEY)
    assert "Adé".encode() in delivery.body
    written_anew = json.dumps(json.loads(delivery.body), separators=(",", ":")).encode()
    assert delivery.headers[HEADER] != signature(written_anew)


def signature(body: bytes) -> str:
    return hmac.new(KEY.encode(), body, hashlib.sha512).hexdigest()


def test_each_account_has_events_of_its_own(fake: FakePaystack, client: PaystackClient) -> None:
    with PaystackClient(fake, "sk_live_two") as other:
        paid(fake, client, "R-1")
        paid(fake, other, "R-2")
    assert [event["data"]["reference"] for event in fake.outbox.events] == ["R-1", "R-2"]
    [event] = fake.outbox_of("sk_live_two").events
    assert (event["data"]["reference"], event["data"]["domain"]) == ("R-2", "live")


def test_an_event_arrives_where_a_site_listens(fake: FakePaystack, client: PaystackClient) -> None:
    paid(fake, client)
    with listening() as (url, arrived):
        assert fake.outbox.deliver(url, KEY, copies=2) == [200, 200]
    assert [json.loads(one.body)["event"] for one in arrived] == ["charge.success"] * 2
    assert all(one.headers[HEADER] == signature(one.body) for one in arrived)


@contextmanager
def listening() -> Iterator[tuple[str, list[Delivery]]]:
    arrived: list[Delivery] = []

    class Site(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            arrived.append(Delivery(body, {HEADER: self.headers[HEADER]}))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", arrived
        server.shutdown()
