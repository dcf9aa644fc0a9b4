"""The offline gateway's own page, as a customer and a developer see it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client, override_settings
from tests.payments.shops import CANCEL, RETURN, OfflineShop, open_shop

from bookable.bookings.expire import expire_due
from bookable.models import Booking, OfflineEntry, Payment, PaymentState, State
from bookable.money import Money
from bookable.payments.close import close_due
from bookable.payments.receive_payment import receive_payment
from bookable.testing import freeze
from bookable.timeline import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@contextmanager
def opened(debug: bool = True, **options: Any) -> Iterator[OfflineShop]:
    shop = OfflineShop(**options)
    site = {"GATEWAYS": shop.settings}
    with override_settings(BOOKABLE=site, ROOT_URLCONF="tests.payments.urls", DEBUG=debug):
        yield shop


@pytest.fixture
def shop() -> Iterator[OfflineShop]:
    with opened(mode="developer") as shop:
        yield shop


@pytest.fixture
def transfers() -> Iterator[OfflineShop]:
    with opened(debug=False, instructions="IBAN DE00 1234\n\nBank of the town") as shop:
        yield shop


def page(payment: Payment, status: int = 200) -> str:
    answer = Client().get(urlsplit(payment.url).path)
    assert answer.status_code == status
    return answer.content.decode()


def decide(payment: Payment, decision: str, status: int = 302) -> str:
    """Presses a button, and follows the way back; where that ends."""
    path, client = urlsplit(payment.url).path, Client()
    answer = client.post(path, {"decision": decision})
    assert answer.status_code == status, answer.content
    if status != 302:
        return ""
    where = answer.headers["Location"]
    if "/payments/return/" in where:
        where = client.get(urlsplit(where).path).headers["Location"]
    payment.refresh_from_db()
    return where


def state_of(booking: Booking) -> str:
    booking.refresh_from_db()
    return booking.state


def test_how_to_transfer_is_told(transfers: OfflineShop) -> None:
    payment = transfers.paying()
    text = page(payment)
    assert "IBAN DE00 1234</p>" in text
    assert "100.00 EUR" in text
    assert payment.uuid.hex[:10].upper() in text
    assert "<button" not in text


def test_what_has_come_is_told(transfers: OfflineShop) -> None:
    payment = transfers.paying()
    receive_payment(payment, Money(10_100, "EUR"))
    assert "101.00 EUR was paid" in page(payment)


def test_what_is_over_is_told(transfers: OfflineShop) -> None:
    payment = transfers.paying()
    with freeze(clock.now() + timedelta(days=8)):
        assert "This page is closed" in page(payment)
        close_due()
        assert "This page is closed" in page(payment)


def test_nobody_says_that_their_own_transfer_came(transfers: OfflineShop) -> None:
    payment = transfers.paying()
    decide(payment, "pay", status=404)
    assert payment.refresh().state == PaymentState.PENDING


def test_it_is_one_accessible_page(shop: OfflineShop) -> None:
    text = page(shop.paying())
    assert text.startswith('<!doctype html>\n<html lang="en">')
    assert text.count("<h1") == 1
    assert "<script" not in text
    assert "style=" not in text


def test_nobody_keeps_it(shop: OfflineShop) -> None:
    answer = Client().get(urlsplit(shop.paying().url).path)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_to_pay_confirms_the_booking(shop: OfflineShop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    assert decide(payment, "pay") == RETURN
    assert (payment.state, state_of(booking)) == (PaymentState.CAPTURED, State.CONFIRMED)


def test_to_be_declined_leads_back_too(shop: OfflineShop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    assert decide(payment, "decline") == RETURN
    assert (payment.state, payment.failure) == (PaymentState.FAILED, "declined")
    assert state_of(booking) == State.HELD


def test_7_a_decline_may_be_followed_by_a_success(shop: OfflineShop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    decide(payment, "decline")
    assert shop.paying(booking) == payment
    assert "declined" in page(payment)
    decide(payment, "pay")
    assert state_of(booking) == State.CONFIRMED


def test_to_give_up_leads_to_where_one_gives_up(shop: OfflineShop) -> None:
    payment = shop.paying()
    assert decide(payment, "abandon") == CANCEL
    assert payment.state == PaymentState.PENDING


def test_to_pay_late_closes_the_attempt_first(shop: OfflineShop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    assert decide(payment, "late") == RETURN
    kinds = [event.kind for event in payment.events.order_by("seq")]
    assert kinds[-2:] == [PaymentState.EXPIRED, PaymentState.CAPTURED]
    assert state_of(booking) == State.CONFIRMED


def test_late_is_possible_when_the_place_was_given_up(shop: OfflineShop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    with freeze(clock.now() + timedelta(minutes=11)):
        close_due()
        expire_due()
        assert state_of(booking) == State.EXPIRED
        assert "Pay all the same" in page(payment)
        decide(payment, "late")
    assert state_of(booking) == State.CONFIRMED


def test_late_when_somebody_else_was_quicker_is_given_back(shop: OfflineShop) -> None:
    service = shop.service()
    booking = shop.held(service)
    payment = shop.paying(booking)
    with freeze(clock.now() + timedelta(minutes=11)):
        close_due()
        expire_due()
        shop.held(service, booking.session.start).confirm()
        decide(payment, "late")
    assert (state_of(booking), payment.refunded) == (State.EXPIRED, 10_000)


def test_a_closed_page_takes_no_payment(shop: OfflineShop) -> None:
    payment = shop.paying()
    with freeze(clock.now() + timedelta(minutes=11)):
        decide(payment, "pay", status=409)
        decide(payment, "decline", status=409)
    assert OfflineEntry.objects.get().state == PaymentState.PENDING


def test_what_was_paid_is_not_declined_in_another_window(shop: OfflineShop) -> None:
    payment = shop.paying()
    decide(payment, "pay")
    decide(payment, "decline", status=409)
    assert payment.refresh().state == PaymentState.CAPTURED


def test_a_decision_that_there_is_not_is_refused(shop: OfflineShop) -> None:
    decide(shop.paying(), "win", status=400)


def test_a_form_of_another_site_decides_nothing(shop: OfflineShop) -> None:
    payment = shop.paying()
    client = Client(enforce_csrf_checks=True)
    answer = client.post(urlsplit(payment.url).path, {"decision": "pay"})
    assert answer.status_code == 403
    assert OfflineEntry.objects.get().state == PaymentState.PENDING


def test_without_debug_nothing_is_played(shop: OfflineShop) -> None:
    payment = shop.paying()
    with override_settings(DEBUG=False):
        page(payment, status=404)
        decide(payment, "pay", status=404)
    assert OfflineEntry.objects.get().state == PaymentState.PENDING


def test_what_is_in_no_books_has_no_page(shop: OfflineShop) -> None:
    assert Client().get(f"/bookable/payments/offline/{uuid4()}/").status_code == 404


def test_an_entry_without_a_payment_has_no_page(shop: OfflineShop) -> None:
    payment = shop.paying()
    OfflineEntry.objects.update(reference="somebody's")
    page(payment, status=404)


def test_the_page_of_another_gateways_payment_is_gone(shop: OfflineShop) -> None:
    payment = shop.paying()
    with open_shop("stripe"):
        page(payment, status=404)
