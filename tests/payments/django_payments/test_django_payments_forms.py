"""Customers fill in the form of a provider, on a page of the site."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.payments.django_payments.customers import GIVEN_UP, fill_in, held, paying, row_of
from tests.payments.django_payments.providers import filled_in

from bookable.models import PaymentState, State

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.usefixtures("site"),
]


def test_who_fills_in_the_form_has_a_booking() -> None:
    booking = held()
    payment = paying(booking)
    page = Client().get(payment.url.removeprefix("https://site.example.com"))
    assert page.status_code == 200
    assert 'name="status"' in page.content.decode()
    answer = fill_in(payment, "confirmed")
    assert answer.headers["Location"].endswith(f"/payments/return/{payment.uuid}/")
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert (booking.state, payment.state) == (State.CONFIRMED, PaymentState.CAPTURED)
    assert payment.captured == 10_000


def test_who_is_refused_may_try_again_on_the_same_page() -> None:
    payment = paying(held())
    assert fill_in(payment, "rejected").headers["Location"] == GIVEN_UP
    payment.refresh_from_db()
    assert (payment.state, payment.failure) == (PaymentState.FAILED, "rejected")
    fill_in(payment, "confirmed")
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED


def test_the_form_of_a_payment_that_was_made_is_not_shown_again() -> None:
    payment = paying(held())
    fill_in(payment, "confirmed")
    answer = fill_in(payment, "rejected")
    assert "/payments/return/" in answer.headers["Location"]
    assert row_of(payment).status == "confirmed"


def test_a_form_that_another_site_sends_is_refused() -> None:
    payment = paying(held())
    address = payment.url.removeprefix("https://site.example.com")
    forged = Client(enforce_csrf_checks=True).post(address, filled_in("confirmed"))
    assert forged.status_code == 403
    assert row_of(payment).status == "input"
    shown = Client(enforce_csrf_checks=True).get(address).content.decode()
    assert "csrfmiddlewaretoken" in shown


def test_a_provider_that_does_not_answer_sends_the_customer_back() -> None:
    payment = paying(held())
    answer = fill_in(payment, "waiting", gateway_response="failure")
    assert answer.headers["Location"] == GIVEN_UP
