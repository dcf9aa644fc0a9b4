"""Messages of a provider find their payment, and are believed as far as it goes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.payments.django_payments.customers import fill_in, held, paying, process_address, row_of
from tests.payments.django_payments.providers import Losing, PaymentError

from bookable.models import PaymentState, State

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.usefixtures("site"),
]


def test_what_comes_to_the_address_of_a_payment_is_handed_to_the_provider() -> None:
    booking = held()
    payment = paying(booking)
    answer = Client().post(f"{process_address(payment)}?verification_result=confirmed")
    assert answer.status_code == 302
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED


def test_a_late_refusal_takes_nothing_back() -> None:
    payment = paying(held())
    fill_in(payment, "confirmed")
    Client().post(f"{process_address(payment)}?verification_result=rejected")
    payment.refresh_from_db()
    assert (payment.state, payment.captured) == (PaymentState.CAPTURED, 10_000)


def test_an_address_of_nobody_leads_nowhere() -> None:
    unknown = f"/bookable/payments/provider/{uuid.uuid4()}/"
    assert Client().post(unknown).status_code == 404
    assert Client().get(f"{unknown}pay/").status_code == 404


def test_what_a_provider_refuses_is_answered_so(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paying(held())

    def refuse(*_given: Any) -> HttpResponse:
        raise PaymentError("It was not signed.")

    monkeypatch.setattr(Losing, "process_data", refuse)
    assert Client().post(process_address(payment)).status_code == 400
    payment.refresh_from_db()
    assert payment.state == PaymentState.PENDING


def test_a_message_to_the_address_of_the_account_finds_its_payment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payment = paying(held())
    token = row_of(payment).token
    monkeypatch.setattr(Losing, "get_token_from_request", lambda *_args, **_kwargs: token)
    address = "/bookable/payments/provider/card/?verification_result=confirmed"
    assert Client().post(address).status_code == 302
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED


def test_a_message_that_names_no_payment_is_refused() -> None:
    assert Client().post("/bookable/payments/provider/card/").status_code == 400
