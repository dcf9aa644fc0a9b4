"""The link by which anybody who has it pays an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.payments.shops import Shop, open_shop

from bookable.errors import InvalidLink
from bookable.models import Order, PaymentState, State
from bookable.money import Money
from bookable.payments.links import order_to_pay, pay_path, pay_token
from bookable.testing import make_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop("stripe") as shop:
        yield shop


def shown(order: Order, **data: str) -> Any:
    client = Client()
    return client.post(pay_path(order), data) if data else client.get(pay_path(order))


def test_the_link_leads_from_what_is_due_to_what_is_paid(shop: Shop) -> None:
    booking = shop.held(shop.service(price=10_000, deposit=3_000))
    page = shown(booking.order)
    assert "30.00\xa0EUR" in page.content.decode() or "30.00 EUR" in page.content.decode()
    answer = shown(booking.order, gateway="card")
    payment = booking.order.payments.get()
    assert answer["Location"] == payment.url
    shop.customer_pays(payment)
    back = shop.come_back(payment)
    assert back["Location"].startswith("http://testserver/bookable/payments/pay/")
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED


def test_the_rest_can_be_paid_by_the_same_link(shop: Shop) -> None:
    booking = shop.held(shop.service(price=10_000, deposit=3_000))
    shop.paid(booking)
    shown(booking.order, gateway="card")
    payment = booking.order.payments.latest("pk")
    assert payment.amount == 7_000
    shop.customer_pays(payment)
    shop.come_back(payment)
    order = Order.objects.get(pk=booking.order_id)
    assert order.balance == Money(0, "EUR")
    assert "Nothing is left to pay" in shown(order).content.decode()


def test_a_problem_is_told_on_the_page(shop: Shop) -> None:
    booking = shop.held()
    shop.fail("POST", "drop_before", times=9)
    page = shown(booking.order, gateway="card")
    assert page.status_code == 409
    assert "can&#x27;t be made just now" in page.content.decode()


def test_what_waits_for_the_bank_is_linked_to(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    payment.state, payment.url = PaymentState.ACTION_REQUIRED, "https://bank.example.com/yes"
    payment.save()
    assert "https://bank.example.com/yes" in shown(booking.order).content.decode()


def test_the_page_is_for_nobody_else_to_find(shop: Shop) -> None:
    page = shown(shop.held().order)
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("token", ["", "x", "0" * 32, "00000000.abc.def"])
def test_a_token_that_was_not_given_out_leads_nowhere(token: str) -> None:
    with pytest.raises(InvalidLink):
        order_to_pay(token)


def test_a_token_leads_to_its_order_and_to_no_other() -> None:
    one, other = make_order(), make_order()
    assert order_to_pay(pay_token(one)) == one
    forged = other.uuid.hex + pay_token(one)[32:]
    with pytest.raises(InvalidLink):
        order_to_pay(forged)


def test_a_forged_link_is_not_found(shop: Shop) -> None:
    path = pay_path(shop.held().order)
    assert Client().get(path[:-2] + "x/").status_code == 404
