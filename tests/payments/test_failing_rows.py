"""A job of payments for which one row fails goes on with the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from bookable.models import Order, PaymentState, RefundState
from bookable.testing import make_order, make_payment, make_refund, make_webhook_event
from bookable.timeline import clock

pytestmark = pytest.mark.django_db


def payments() -> None:
    for _number in range(2):
        make_payment(state=PaymentState.PENDING, closes_at=clock.now() - timedelta(hours=1))


def orders() -> None:
    for _number in range(2):
        make_order(settle_at=clock.now() - timedelta(hours=1))


def refunds() -> None:
    for _number in range(2):
        make_refund(state=RefundState.CREATED, next_at=clock.now() - timedelta(hours=1))


def messages() -> None:
    for _number in range(2):
        make_webhook_event()


#: By the verb that a job calls for each row: what is due, and the module of both.
JOBS: dict[str, tuple[Callable[[], None], str]] = {
    "close": (payments, "close"),
    "settle": (orders, "settle"),
    "submit": (refunds, "submit"),
    "process": (messages, "webhooks.process"),
}


@pytest.mark.parametrize("verb", JOBS)
def test_one_that_fails_is_logged_and_the_others_go_on(
    verb: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make, module = JOBS[verb]
    make()
    tried: list[Any] = []

    def stumble_once(key: Any, **_options: Any) -> None:
        tried.append(key)
        if len(tried) == 1:
            raise LookupError("cleo@example.com")

    home = import_module(f"bookable.payments.{module}")
    monkeypatch.setattr(home, verb, stumble_once)
    assert getattr(home, f"{verb}_due")() == 1
    assert len(tried) == 2
    [record] = caplog.records
    assert record.getMessage().endswith("LookupError")
    assert "cleo" not in record.getMessage()
    assert record.exc_info is not None


def test_an_order_that_somebody_else_settled_meanwhile_is_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    orders()
    settled: list[Any] = []

    def settle_all(key: Any, **_options: Any) -> None:
        settled.append(key)
        Order.objects.update(settle_at=None)

    home = import_module("bookable.payments.settle")
    monkeypatch.setattr(home, "settle", settle_all)
    assert home.settle_due() == 1
    assert len(settled) == 1
