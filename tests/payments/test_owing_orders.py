"""Which orders something is left to pay of, as the database and each order itself say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookable.models import Order, PaymentState, RefundState
from bookable.payments import close as module
from bookable.payments.close import close_due
from bookable.testing import make_order, make_order_line, make_payment, make_refund
from bookable.timeline import clock

pytestmark = pytest.mark.django_db


def order_over(*amounts: int) -> Order:
    order = make_order()
    for amount in amounts:
        make_order_line(order, amount)
    return order


def owes(order: Order) -> bool:
    """What both say; they must agree."""
    found = Order.objects.owing().filter(pk=order.pk).exists()
    assert found == (order.balance.amount > 0)
    return found


def test_nothing_is_left_of_an_order_without_lines() -> None:
    assert not owes(order_over())


def test_nothing_is_left_where_lines_take_back_others() -> None:
    assert not owes(order_over(1000, -1000))
    assert owes(order_over(1000, -999))


def test_a_line_counts_as_often_as_it_says() -> None:
    order = make_order()
    make_order_line(order, 500, quantity=2)
    make_payment(order, 999)
    assert owes(order)


def test_what_was_taken_is_paid_and_what_was_set_aside_is_not() -> None:
    paid, promised = order_over(1000), order_over(1000)
    make_payment(paid, 1000)
    make_payment(promised, 1000, state=PaymentState.AUTHORIZED)
    assert (owes(paid), owes(promised)) == (False, True)


def test_several_payments_and_refunds_are_each_counted_once() -> None:
    order = order_over(600, 400)
    for _number in range(2):
        payment = make_payment(order, 700)
        for _again in range(2):
            make_refund(payment, 100)
    assert not owes(order)
    make_refund(payment, 1)
    assert owes(order)


def test_what_could_not_be_given_back_is_still_paid() -> None:
    order = order_over(1000)
    make_refund(make_payment(order, 1000), 100, state=RefundState.FAILED)
    assert not owes(order)


def test_a_fee_for_the_gateway_is_not_paid_for_the_order() -> None:
    order = order_over(1000)
    make_payment(order, 1050, surcharge=50)
    assert not owes(order)
    make_order_line(order, 1)
    assert owes(order)


def test_whoever_gives_the_fee_back_too_owes_nobody_more_for_it() -> None:
    order = order_over(1000)
    make_refund(make_payment(order, 1050, surcharge=50), 1050)
    make_payment(order, 1000)
    assert not owes(order)


def test_what_is_not_needed_any_more_is_closed_whatever_else_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[object] = []
    monkeypatch.setattr(module, "close", lambda key, **_rest: closed.append(key))
    later, now = clock.now() + timedelta(hours=1), clock.now()
    still_owed, paid = order_over(1000), order_over(1000)
    for order in (still_owed, paid):
        Order.objects.filter(pk=order.pk).update(settled_at=now)
        open_one = make_payment(order, 1000, state=PaymentState.PENDING, closes_at=later)
    make_payment(paid, 1000)
    assert close_due(limit=1) == 1
    assert closed == [open_one.uuid]
