"""What was paid for an order is shown in the list, and where something is wrong it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.admin.money_pages import DATABASE, buttons_of, found, press, shop_with_admin
from tests.admin.pages import change_url, list_url, queries_of, run_action, text_of, told, verb_url
from tests.payments.shops import Shop, tomorrow

from bookable.models import Order, OrderLine, Payment, State
from bookable.testing import (
    make_booking,
    make_order,
    make_order_line,
    make_payment,
    make_provider,
    make_refund,
    make_service,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Iterator[Shop]:
    with shop_with_admin("stripe") as shop:
        yield shop


def row_of(client: Client, order: Order) -> Any:
    rows = client.get(list_url(Order)).context["cl"].result_list
    return next(row for row in rows if row.pk == order.pk)


def booked(state: str = State.CONFIRMED, *, due: int = 0, paid: int = 0) -> Order:
    """An order of 50.00 with a booking in a state."""
    booking = make_booking(make_service(price=5000), tomorrow(), make_provider(), state=state)
    OrderLine.objects.filter(order=booking.order).update(due_now=due)
    if paid:
        make_payment(booking.order, paid)
    return booking.order


def with_money(client: Client, money: str) -> set[Any]:
    return found(client, Order, money=money)


class TestSums:
    def test_nothing_is_counted_twice(self, admin_client: Client) -> None:
        order = make_order()
        for amount in (6000, 3000, -1000):
            make_order_line(order, amount)
        first, second = make_payment(order, 5000), make_payment(order, 4000)
        for _number in range(2):
            make_refund(first, 700)
            make_refund(second, 300)
        make_payment(make_order(), 99)
        row = row_of(admin_client, order)
        assert (row.sum_owed, row.sum_paid, row.sum_left) == (8000, 7000, 1000)

    @pytest.mark.parametrize("of", ["sum_owed", "sum_paid", "sum_left"])
    def test_an_order_of_nothing_counts_as_zero(self, admin_client: Client, of: str) -> None:
        assert getattr(row_of(admin_client, make_order()), of) == 0

    def test_they_are_what_the_order_itself_says(self, admin_client: Client) -> None:
        order = make_order()
        make_order_line(order, 2500, quantity=2)
        paid = make_payment(order, 4000, captured=4100, surcharge=100)
        make_payment(order, 800, state="review")
        make_payment(order, 900, state="authorized")
        make_payment(order, 700, state="pending")
        for number, state in enumerate(
            ["created", "submitting", "pending", "succeeded", "needs_attention"]
        ):
            make_refund(paid, 10 + number, state=state)
        for state in ("failed", "cancelled"):
            make_refund(paid, 500, state=state)
        make_refund(Payment.objects.get(state="review"), 50)
        row = row_of(admin_client, order)
        assert row.sum_owed == order.total.amount == 5000
        assert row.sum_paid == order.paid.amount == 4000 - 60
        assert row.sum_left == order.balance.amount == 1060

    def test_the_list_and_the_page_show_them(self, admin_client: Client) -> None:
        order = make_order()
        make_order_line(order, 8000)
        make_refund(make_payment(order, 9900), 123)
        for url in (list_url(Order), change_url(order)):
            text = text_of(admin_client, url)
            assert "97.77 EUR" in text
            assert "-17.77 EUR" in text

    def test_the_list_can_be_sorted_by_them(self, admin_client: Client) -> None:
        poor, rich = make_order(), make_order()
        make_payment(poor, 1), make_payment(rich, 2)
        columns = admin_client.get(list_url(Order)).context["cl"].list_display
        page = admin_client.get(list_url(Order), {"o": f"-{columns.index('paid_shown')}"})
        assert list(page.context["cl"].result_list) == [rich, poor]

    def test_a_list_takes_as_many_queries_for_many_payments_as_for_two(
        self, admin_client: Client
    ) -> None:
        def furnish() -> None:
            make_refund(make_payment(booked()))

        for _number in range(2):
            furnish()
        for_two = queries_of(admin_client, list_url(Order))
        for _number in range(9):
            furnish()
        assert queries_of(admin_client, list_url(Order)) == for_two

    def test_a_page_takes_as_many_queries_for_many_payments_as_for_two(
        self, admin_client: Client
    ) -> None:
        order = make_order()
        make_payment(order), make_payment(order)
        for_two = queries_of(admin_client, change_url(order))
        for _number in range(9):
            make_payment(order)
        assert queries_of(admin_client, change_url(order)) == for_two

    def test_an_order_leads_to_its_payments(self, admin_client: Client) -> None:
        order = make_order()
        payments = [make_payment(order), make_payment(order, state="failed")]
        text = text_of(admin_client, change_url(order))
        for payment in payments:
            assert change_url(payment) in text


class TestFilter:
    def test_paid_but_not_booked(self, admin_client: Client) -> None:
        lost = {
            booked(state, paid=5001).pk
            for state in (State.CANCELLED, State.EXPIRED, State.DECLINED)
        }
        for state in (State.HELD, State.REQUESTED, State.CONFIRMED, State.COMPLETED):
            booked(state, paid=5001)
        booked(State.NO_SHOW, paid=5001)
        booked(State.CANCELLED, paid=5000)
        assert with_money(admin_client, "unbooked") == lost

    def test_what_is_on_its_way_back_is_not_paid(self, admin_client: Client) -> None:
        order = booked(State.CANCELLED, paid=5001)
        refund = make_refund(order.payments.get(), 1, state="pending")
        assert with_money(admin_client, "unbooked") == set()
        type(refund).objects.update(state="failed")
        assert with_money(admin_client, "unbooked") == {order.pk}

    def test_booked_but_not_paid(self, admin_client: Client) -> None:
        unpaid = {booked(due=5000).pk, booked(due=5000, paid=4999).pk}
        booked(due=5000, paid=5000)
        booked(due=0)
        booked(State.HELD, due=5000)
        assert with_money(admin_client, "unpaid") == unpaid

    def test_many_payments_and_refunds_do_not_hide_what_is_due(self, admin_client: Client) -> None:
        order = booked(due=5000)
        for _number in range(3):
            make_refund(make_payment(order, 2000), 500)
        assert with_money(admin_client, "unpaid") == {order.pk}
        make_payment(order, 500)
        assert with_money(admin_client, "unpaid") == set()

    def test_what_was_set_aside_is_not_missing(self, admin_client: Client) -> None:
        order = booked(due=5000)
        make_payment(order, 4999, state="authorized")
        assert with_money(admin_client, "unpaid") == {order.pk}
        make_payment(order, 1, state="authorized")
        assert with_money(admin_client, "unpaid") == set()

    def test_to_be_looked_at(self, admin_client: Client) -> None:
        order = make_order()
        make_payment(order, state="review"), make_payment(order, state="review")
        make_payment()
        page = admin_client.get(list_url(Order), {"money": "review"})
        assert [row.pk for row in page.context["cl"].result_list] == [order.pk]

    def test_settling(self, admin_client: Client) -> None:
        order = make_order(settle_at=timezone.now())
        make_order()
        assert with_money(admin_client, "settling") == {order.pk}

    def test_anything_else_narrows_nothing(self, admin_client: Client) -> None:
        order = make_order()
        assert with_money(admin_client, "nonsense") == {order.pk}


@pytest.mark.django_db(transaction=True)
class TestSettling:
    def paid_past_us(self, shop: Shop) -> Order:
        """An order that is paid for, and nobody has acted on it."""
        booking = shop.held()
        make_payment(booking.order, 10_000, external="")
        return booking.order

    def test_the_button_keeps_what_was_promised(self, admin_client: Client, shop: Shop) -> None:
        order = self.paid_past_us(shop)
        answer = press(admin_client, order, "settle")
        assert told(answer) == ["Settled: 100.00 EUR was paid, 0.00 EUR is left to pay."]
        assert order.bookings.get().state == State.CONFIRMED

    def test_the_action_does_it_with_many(self, admin_client: Client, shop: Shop) -> None:
        orders = [self.paid_past_us(shop) for _ in range(2)]
        assert told(run_action(admin_client, "settle_them", *orders)) == ["2 were done."]
        for order in orders:
            assert order.bookings.get().state == State.CONFIRMED

    def test_what_is_not_owed_is_given_back(self, admin_client: Client, shop: Shop) -> None:
        booking = shop.held()
        shop.paid(booking)
        OrderLine.objects.filter(order=booking.order).update(unit_amount=8000)
        press(admin_client, booking.order, "settle")
        assert shop.books() == 8000

    def test_only_who_may_settles(self, client_who_may: Callable[..., Client], shop: Shop) -> None:
        order = self.paid_past_us(shop)
        client = client_who_may("view_order")
        assert buttons_of(client, order) == set()
        assert client.post(verb_url(order, "settle")).status_code == 403
        run_action(client, "settle_them", order)
        assert order.bookings.get().state == State.HELD

    def test_who_may_change_orders_settles(
        self, client_who_may: Callable[..., Client], shop: Shop
    ) -> None:
        order = self.paid_past_us(shop)
        client = client_who_may("view_order", "change_order")
        assert buttons_of(client, order) == {"settle"}
        assert press(client, order, "settle").status_code == 302

    def test_both_work_on_a_site_whose_requests_are_transactions(
        self, admin_client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = self.paid_past_us(shop), self.paid_past_us(shop)
        monkeypatch.setitem(DATABASE, "ATOMIC_REQUESTS", True)
        press(admin_client, first, "settle")
        run_action(admin_client, "settle_them", second)
        for order in (first, second):
            assert order.bookings.get().state == State.CONFIRMED
