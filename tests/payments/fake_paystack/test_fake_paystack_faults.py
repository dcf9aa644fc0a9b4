from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.payments.paystack_client import PaystackClient, paid, requests

from bookable.testing.fakes.paystack import FakePaystack


def lost(act: Callable[[], Any]) -> None:
    with pytest.raises(requests.RequestException):
        act()


def test_a_line_that_drops_before_leaves_nothing(
    fake: FakePaystack, client: PaystackClient
) -> None:
    fake.faults.add("POST /transaction/initialize", "drop_before")
    lost(client.begin)
    assert client.transactions.verify("R-1")["status"] is False


def test_a_line_that_drops_after_leaves_its_effect(
    fake: FakePaystack, client: PaystackClient
) -> None:
    fake.faults.add("POST /transaction/initialize", "drop_after")
    lost(client.begin)
    assert client.verified()["status"] == "abandoned"
    assert client.begin()["status"] is False


def test_a_refund_after_a_lost_answer_is_a_second_one(
    fake: FakePaystack, client: PaystackClient
) -> None:
    paid(fake, client)
    fake.faults.add("POST /refund", "drop_after")
    lost(lambda: client.refunds.create(transaction="R-1", amount=100))
    client.refunds.create(transaction="R-1", amount=100)
    assert [refund.amount for refund in fake.refunds("R-1")] == [100, 100]


def test_a_slow_answer_comes_too_late_for_the_client(fake: FakePaystack) -> None:
    fake.faults.add("POST /transaction/initialize", "slow_after", seconds=3)
    with PaystackClient(fake, seconds=1) as client:
        lost(client.begin)
    assert fake.transaction("R-1").status == "abandoned"


def test_a_page_of_html_hides_an_effect(fake: FakePaystack, client: PaystackClient) -> None:
    fake.faults.add("POST /transaction/initialize", "html_after")
    lost(client.begin)
    assert client.status == 502
    assert client.verified()["status"] == "abandoned"


@pytest.mark.parametrize(("mode", "status"), [("error_before", 500), ("busy_before", 429)])
def test_an_error_before_has_no_effect(
    mode: str, status: int, fake: FakePaystack, client: PaystackClient
) -> None:
    fake.faults.add("POST /transaction/initialize", mode)
    assert client.begin()["status"] is False
    assert client.status == status
    assert client.begin()["status"] is True


def test_of_many_requests_with_one_reference_one_gets_through(fake: FakePaystack) -> None:
    def begun(_number: int) -> bool:
        with PaystackClient(fake) as client:
            return bool(client.begin("R-1")["status"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(begun, range(16))).count(True) == 1


def test_many_refunds_at_once_do_not_exceed_the_payment(
    fake: FakePaystack, client: PaystackClient
) -> None:
    paid(fake, client)

    def refunded(_number: int) -> bool:
        with PaystackClient(fake) as own:
            return bool(own.refunds.create(transaction="R-1", amount=10000)["status"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(refunded, range(8))).count(True) == 3
