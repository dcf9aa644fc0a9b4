"""Money is set aside with a provider, and taken or let go later."""

from __future__ import annotations

from typing import Any

import pytest
from tests.payments.django_payments.customers import fill_in, held, paying
from tests.payments.django_payments.providers import DummyProvider
from tests.payments.django_payments.questions import request, with_status

from bookable.errors import InvalidRequest
from bookable.models import PaymentState
from bookable.money import Money
from bookable.payments.capture import capture
from bookable.payments.gateways.django_payments import DjangoPaymentsGateway

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.usefixtures("site"),
]


def test_money_that_was_set_aside_is_taken_later() -> None:
    booking = held()
    payment = paying(booking, takes_at_once=False)
    fill_in(payment, "preauth")
    payment.refresh_from_db()
    assert (payment.state, payment.set_aside.amount) == (PaymentState.AUTHORIZED, 10_000)
    capture(payment)
    payment.refresh_from_db()
    assert (payment.state, payment.captured) == (PaymentState.CAPTURED, 10_000)


def test_what_is_taken_twice_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = DjangoPaymentsGateway(variant=DummyProvider())
    ref = with_status(gateway, "preauth", capture=False)
    assert gateway.capture(ref, Money(2000, "EUR"), "k").captured == Money(2000, "EUR")
    monkeypatch.setattr(DummyProvider, "capture", None)
    assert gateway.capture(ref, Money(2000, "EUR"), "k").captured == Money(2000, "EUR")


def test_only_what_is_set_aside_can_be_taken_or_let_go() -> None:
    gateway = DjangoPaymentsGateway(variant=DummyProvider())
    ref = with_status(gateway, "rejected")
    with pytest.raises(InvalidRequest):
        gateway.capture(ref, Money(3500, "EUR"), "k")
    with pytest.raises(InvalidRequest):
        gateway.void(ref, "k")


def test_what_was_let_go_is_cancelled() -> None:
    gateway = DjangoPaymentsGateway(variant=DummyProvider())
    ref = with_status(gateway, "preauth", capture=False)
    assert gateway.void(ref, "k").state == PaymentState.CANCELLED
    assert gateway.void(ref, "k").captured == Money.zero("EUR")


def test_a_provider_is_told_whether_it_takes_money_at_once() -> None:
    told = []

    class Noting(DummyProvider):
        def get_form(self, payment: Any, data: Any = None) -> Any:
            told.append(self._capture)
            return super().get_form(payment, data)

    gateway = DjangoPaymentsGateway(variant=Noting())
    gateway.start_checkout(request(capture=False))
    gateway.start_checkout(request())
    assert told == [False, True]
