"""Staff says what came: a transfer that was waited for, or money at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import override_settings
from tests.payments.shops import OfflineShop, Shop, open_shop

from bookable.bookings.expire import expire_due
from bookable.errors import (
    AlreadyPaid,
    GatewayNotOffered,
    InvalidAmount,
    InvalidRequest,
    NotSupported,
    UnsupportedCurrency,
)
from bookable.models import OfflineEntry, PaymentState, Purpose, State
from bookable.money import Money
from bookable.payments.capture import capture
from bookable.payments.close import close, close_due
from bookable.payments.pay import pay
from bookable.payments.receive_payment import receive_payment
from bookable.payments.record_payment import record_payment
from bookable.payments.refund import refund
from bookable.payments.void import void
from bookable.testing import freeze
from bookable.timeline import clock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop("offline") as shop:
        yield shop


@pytest.fixture
def staff() -> User:
    return User.objects.create_user("dora")


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


def test_a_transfer_that_came_confirms_the_booking(shop: Shop, staff: User) -> None:
    booking = shop.held()
    payment = receive_payment(shop.paying(booking), by=staff)
    booking.refresh_from_db()
    assert (payment.state, booking.state) == (PaymentState.CAPTURED, State.CONFIRMED)
    event = payment.events.get(kind="received")
    assert (event.by, event.amount) == (staff, 10_000)


def test_the_place_is_kept_while_a_transfer_is_waited_for(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    assert payment.closes_at is not None
    assert payment.closes_at >= clock.now() + timedelta(days=6, hours=23)
    with freeze(clock.now() + timedelta(days=1)):
        close_due()
        expire_due()
    booking.refresh_from_db()
    assert booking.state == State.HELD


def test_a_transfer_is_received_once(shop: Shop) -> None:
    payment = shop.paying()
    receive_payment(payment)
    receive_payment(payment)
    assert payment.events.filter(kind="received").count() == 1
    assert shop.books() == 10_000


def test_too_little_is_left_to_a_person(shop: Shop) -> None:
    booking = shop.held()
    payment = receive_payment(shop.paying(booking), euros(9_999))
    booking.refresh_from_db()
    assert (payment.state, booking.state) == (PaymentState.REVIEW, State.HELD)


def test_what_came_too_much_is_given_back(shop: Shop) -> None:
    payment = receive_payment(shop.paying(), euros(10_500))
    assert (payment.captured, payment.refunded) == (10_500, 500)


def test_a_transfer_that_comes_late_takes_the_place_again(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    with freeze(clock.now() + timedelta(minutes=30)):
        close(payment)
    with freeze(clock.now() + timedelta(days=8)):
        expire_due()
        booking.refresh_from_db()
        assert booking.state == State.EXPIRED
    receive_payment(payment)
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED


def test_what_another_gateway_takes_is_not_for_staff_to_say(shop: Shop) -> None:
    with open_shop("stripe") as other:
        payment = other.paying()
        with pytest.raises(NotSupported):
            receive_payment(payment)


def test_money_at_the_desk_confirms_the_booking(shop: Shop, staff: User) -> None:
    booking = shop.held()
    payment = record_payment(booking.order, euros(10_000), gateway="card", by=staff)
    booking.refresh_from_db()
    assert (payment.state, booking.state) == (PaymentState.CAPTURED, State.CONFIRMED)
    assert (payment.events.get(kind="recorded").by, payment.purpose) == (staff, Purpose.FULL)
    assert not booking.order.balance


def test_what_is_taken_at_the_desk_later_is_the_rest(shop: Shop) -> None:
    booking = shop.held(shop.service(deposit=2_000))
    shop.paid(booking)
    payment = record_payment(booking.order, euros(8_000), gateway="card")
    assert payment.purpose == Purpose.BALANCE
    assert not booking.order.balance


def test_a_part_at_the_desk_is_a_deposit(shop: Shop) -> None:
    booking = shop.held()
    assert record_payment(booking.order, euros(100), gateway="card").purpose == Purpose.DEPOSIT
    booking.refresh_from_db()
    assert booking.state == State.HELD


def test_the_same_key_is_written_down_once(shop: Shop) -> None:
    order = shop.held().order
    first = record_payment(order, euros(5_000), gateway="card", key="receipt 7")
    assert record_payment(order, euros(5_000), gateway="card", key="receipt 7") == first
    assert order.paid == euros(5_000)


def test_without_a_key_the_same_amount_comes_twice(shop: Shop) -> None:
    order = shop.held().order
    for _time in range(2):
        record_payment(order, euros(5_000), gateway="card")
    assert order.paid == euros(10_000)


def test_more_than_is_owed_is_not_taken(shop: Shop) -> None:
    order = shop.held().order
    record_payment(order, euros(10_000), gateway="card")
    with pytest.raises(AlreadyPaid):
        record_payment(order, euros(1), gateway="card")
    assert OfflineEntry.objects.count() == 1


def test_only_real_money_of_the_orders_currency_is_written_down(shop: Shop) -> None:
    order = shop.held().order
    with pytest.raises(InvalidAmount):
        record_payment(order, euros(0), gateway="card")
    with pytest.raises(UnsupportedCurrency):
        record_payment(order, Money(100, "USD"), gateway="card")


def test_nobody_writes_into_a_companys_books() -> None:
    with open_shop("stripe") as shop, pytest.raises(GatewayNotOffered):
        record_payment(shop.held().order, euros(100), gateway="card")


def test_what_came_is_given_back_when_it_is_cancelled(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paid(booking)
    booking.cancel()
    payment.refresh_from_db()
    assert (payment.refunded, shop.books()) == (10_000, 0)


def test_a_part_is_given_back_by_staff(shop: Shop) -> None:
    payment = shop.paid()
    refund(payment, euros(2_500))
    payment.refresh_from_db()
    assert (payment.refunded, shop.books()) == (2_500, 7_500)


def test_an_order_names_what_it_can_be_paid_with(shop: Shop) -> None:
    assert shop.held().order.gateways == ["card"]


def test_an_order_is_paid_by_a_method_of_its_own(shop: Shop) -> None:
    order = shop.held().order
    checkout = order.pay("card", return_url="https://a.example/", cancel_url="https://b.example/")
    assert checkout.payment is not None
    assert checkout.payment.state == PaymentState.PENDING


@pytest.fixture
def at_the_desk() -> Iterator[OfflineShop]:
    shop = OfflineShop(mode="desk")
    site = {"GATEWAYS": shop.settings}
    with override_settings(BOOKABLE=site, ROOT_URLCONF="tests.payments.urls"):
        yield shop


def test_who_promises_to_pay_at_the_desk_has_a_booking(at_the_desk: OfflineShop) -> None:
    booking = at_the_desk.held()
    payment = at_the_desk.paying(booking)
    at_the_desk.come_back(payment)
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert (payment.state, booking.state) == (PaymentState.AUTHORIZED, State.CONFIRMED)
    assert booking.order.paid == euros(0)


def test_who_promised_and_did_not_come_back_has_one_too(at_the_desk: OfflineShop) -> None:
    booking = at_the_desk.held()
    at_the_desk.paying(booking)
    with freeze(clock.now() + timedelta(minutes=11)):
        close_due()
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED


def test_when_they_pay_at_the_desk_it_is_taken(at_the_desk: OfflineShop) -> None:
    payment = at_the_desk.paying()
    at_the_desk.come_back(payment)
    assert capture(payment).state == PaymentState.CAPTURED
    assert payment.order.paid == euros(10_000)


def test_a_promise_is_let_go_when_it_is_cancelled(at_the_desk: OfflineShop) -> None:
    booking = at_the_desk.held()
    payment = at_the_desk.paying(booking)
    at_the_desk.come_back(payment)
    booking.refresh_from_db()
    booking.cancel()
    payment.refresh_from_db()
    assert payment.state == PaymentState.CANCELLED


def test_staff_lets_go_of_a_promise(at_the_desk: OfflineShop) -> None:
    payment = at_the_desk.paying()
    at_the_desk.come_back(payment)
    assert void(payment).state == PaymentState.CANCELLED


def test_less_than_was_promised_may_be_taken(at_the_desk: OfflineShop) -> None:
    payment = at_the_desk.paying()
    at_the_desk.come_back(payment)
    assert capture(payment, euros(4_000)).state == PaymentState.CAPTURED


def test_a_promise_is_not_received_but_captured(at_the_desk: OfflineShop) -> None:
    payment = at_the_desk.paying()
    at_the_desk.come_back(payment)
    with pytest.raises(InvalidRequest):
        receive_payment(payment)


def test_a_promise_can_be_made_for_what_is_already_held_only(at_the_desk: OfflineShop) -> None:
    booking = at_the_desk.held()
    booking.cancel()
    checkout = pay(booking.order, return_url="https://a.example/", cancel_url="https://b.example/")
    assert checkout.payment is None
