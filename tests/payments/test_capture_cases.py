"""Money that is only set aside at first: taken, let go, or lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from tests.bookings.threads import at_once
from tests.payments.shops import Shop, StripeShop, open_shop, shares_its_database, tomorrow

from bookable.bookings.expire import expire_due
from bookable.errors import NotCapturable, NotSupported, OutcomeUnknown, TooFarAhead
from bookable.models import Payment, PaymentState, State
from bookable.money import Money
from bookable.payments.capture import capture
from bookable.payments.gateways import get_gateway
from bookable.payments.refund import refund
from bookable.payments.settle import settle_due
from bookable.payments.void import void
from bookable.testing import freeze
from bookable.timeline import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


#: Staff can keep money back as well, a deposit in cash for instance.
offline_too = pytest.mark.parametrize("shop", ["stripe", "offline"], indirect=True)


@pytest.fixture(params=["stripe"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with open_shop(request.param) as shop:
        yield shop


def set_aside(shop: Shop, **options: Any) -> Payment:
    """The payment of somebody whose money is kept for us."""
    return shop.paid(takes_at_once=False, **options)


def fresh(payment: Payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def statuses(shop: StripeShop) -> list[str]:
    return [one["status"] for one in shop.fake.objects("payment_intent")]


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


@offline_too
def test_59_money_that_is_set_aside_confirms_the_booking_and_is_not_taken(shop: Shop) -> None:
    payment = set_aside(shop)
    assert payment.state == PaymentState.AUTHORIZED
    assert payment.order.bookings.get().state == State.CONFIRMED
    assert (payment.set_aside, payment.order.paid) == (euros(10_000), euros(0))
    assert (payment.capture_before is not None) == shop.has_company
    assert shop.books() == 0


@offline_too
def test_59_what_is_owed_is_taken_later(shop: Shop) -> None:
    payment = capture(set_aside(shop))
    assert payment.state == PaymentState.CAPTURED
    assert payment.captured == shop.books() == 10_000
    assert not payment.order.balance


@offline_too
def test_60_of_which_a_part_is_taken_and_the_rest_let_go(shop: Shop) -> None:
    payment = capture(set_aside(shop), euros(4000))
    assert payment.state == PaymentState.CAPTURED
    assert payment.captured == shop.books() == 4000
    assert payment.set_aside == euros(0)
    assert payment.order.balance == euros(6000)
    shop.tell()
    assert fresh(payment).state == PaymentState.CAPTURED
    assert fresh(payment).refunded == 0


def test_60_the_part_that_is_let_go_is_no_refund(shop: StripeShop) -> None:
    shop.fake.habits.release_refunds = True
    payment = capture(set_aside(shop), euros(4000))
    shop.tell()
    assert fresh(payment).order.paid == euros(4000)


@offline_too
def test_60_after_a_price_was_lowered_only_what_is_owed_is_taken(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paid(booking, takes_at_once=False)
    shop_line = booking.order.lines.get()
    shop_line.pk, shop_line.unit_amount, shop_line.due_now = None, -2500, 0
    shop_line.kind = "adjustment"
    shop_line.save()
    assert capture(payment).captured == 7500


@offline_too
def test_61_it_is_taken_once(shop: Shop) -> None:
    payment = capture(set_aside(shop))
    with pytest.raises(NotCapturable):
        capture(payment)
    assert shop.books() == 10_000


def test_61_who_got_no_answer_asks_again_and_it_is_taken_once(shop: StripeShop) -> None:
    payment = set_aside(shop)
    shop.fail("/capture", "drop_after")
    with pytest.raises(OutcomeUnknown):
        capture(payment)
    assert fresh(payment).state == PaymentState.AUTHORIZED
    assert capture(payment).captured == 10_000
    assert shop.books() == 10_000


@offline_too
def test_61_what_was_taken_is_not_let_go(shop: Shop) -> None:
    payment = capture(set_aside(shop))
    with pytest.raises(NotCapturable):
        void(payment)
    assert shop.books() == 10_000


@offline_too
@pytest.mark.many
@pytest.mark.parametrize("attempt", range(3))
def test_62_taken_and_let_go_at_once_only_one_of_them_happens(shop: Shop, attempt: int) -> None:
    if not shares_its_database():
        pytest.skip("Threads can't share this database.")
    payment = set_aside(shop)
    at_once(lambda: capture(payment), lambda: void(payment))
    mine = fresh(payment)
    is_taken = shop.books() > 0
    assert mine.state == (PaymentState.CAPTURED if is_taken else PaymentState.CANCELLED)
    assert mine.captured == shop.books() == (10_000 if is_taken else 0)


def test_62_let_go_after_it_was_taken_unnoticed_is_taken(shop: StripeShop) -> None:
    payment = set_aside(shop)
    shop.fail("/capture", "drop_after")
    with pytest.raises(OutcomeUnknown):
        capture(payment)
    assert void(payment).state == PaymentState.CAPTURED
    assert fresh(payment).captured == shop.books() == 10_000


def test_63_after_its_time_nothing_can_be_taken_and_that_is_known_then(shop: StripeShop) -> None:
    payment = set_aside(shop)
    shop.fake.advance(timedelta(days=8))
    with pytest.raises(NotCapturable):
        capture(payment)
    assert fresh(payment).state == PaymentState.CANCELLED
    assert fresh(payment).failure == ""


def test_63_after_that_the_customer_can_pay_again(shop: StripeShop) -> None:
    payment = set_aside(shop)
    shop.fake.advance(timedelta(days=8))
    with pytest.raises(NotCapturable):
        capture(payment)
    booking = payment.order.bookings.get()
    assert booking.order.due_now == euros(10_000)
    shop.fake.offset = timedelta(0)
    shop.paid(booking)
    assert not booking.order.balance


def test_63_letting_go_of_what_is_gone_already_is_no_error(shop: StripeShop) -> None:
    payment = set_aside(shop)
    shop.fake.advance(timedelta(days=8))
    assert void(payment).state == PaymentState.CANCELLED


@offline_too
def test_64_more_than_was_set_aside_is_not_even_asked_for(shop: Shop) -> None:
    payment = set_aside(shop)
    with mock.patch.object(type(get_gateway("card")), "capture") as asked:
        for amount in (10_001, 0):
            with pytest.raises(NotCapturable):
                capture(payment, euros(amount))
    assert not asked.called


def test_65_who_can_not_set_money_aside_does_not_take_it_instead() -> None:
    with open_shop("paystack") as shop:
        booking = shop.held()
        with pytest.raises(NotSupported):
            shop.pay(booking, takes_at_once=False)
        booking.refresh_from_db()
        assert booking.state == State.HELD
        assert not Payment.objects.open().exists()
        assert shop.paid(booking).state == PaymentState.CAPTURED


@offline_too
def test_who_cancels_has_what_was_set_aside_let_go(shop: Shop) -> None:
    payment = set_aside(shop)
    payment.order.bookings.get().cancel()
    assert fresh(payment).state == PaymentState.CANCELLED
    assert shop.books() == 0
    if isinstance(shop, StripeShop):
        assert statuses(shop) == ["canceled"]
    assert not payment.refunds.exists()


def test_letting_go_that_nobody_answered_is_done_by_the_job(shop: StripeShop) -> None:
    payment = set_aside(shop)
    shop.fail("/cancel", "drop_before")
    payment.order.bookings.get().cancel()
    assert fresh(payment).state == PaymentState.AUTHORIZED
    order = fresh(payment).order
    assert order.settle_at is not None
    type(order).objects.update(settle_at=payment.created)
    settle_due()
    assert fresh(payment).state == PaymentState.CANCELLED


def test_what_was_set_aside_twice_is_taken_once_and_the_other_let_go(shop: StripeShop) -> None:
    first = set_aside(shop)
    other = shop.paid(first.order.bookings.get(), takes_at_once=False)
    capture(other)
    assert fresh(first).state == PaymentState.CANCELLED
    assert shop.books() == 10_000


def test_money_that_would_lapse_before_it_is_earned_is_not_set_aside(shop: StripeShop) -> None:
    booking = shop.held(start=tomorrow() + timedelta(days=20))
    with pytest.raises(TooFarAhead):
        shop.pay(booking, takes_at_once=False)
    assert not booking.order.payments.exists()
    assert shop.paid(booking).captured == 10_000


def test_15_what_is_set_aside_late_takes_the_place_again_too(shop: StripeShop) -> None:
    payment = shop.paying(takes_at_once=False)
    with freeze((payment.expires_at or clock.now()) + timedelta(minutes=61)):
        expire_due()
    assert payment.order.bookings.get().state == State.EXPIRED
    shop.customer_pays(payment)
    shop.tell()
    assert payment.order.bookings.get().state == State.CONFIRMED
    assert fresh(payment).state == PaymentState.AUTHORIZED


@offline_too
def test_77_giving_back_what_was_only_set_aside_lets_it_go(shop: Shop) -> None:
    payment = set_aside(shop)
    assert refund(payment) is None
    assert fresh(payment).state == PaymentState.CANCELLED
    assert fresh(payment).order.settle_at is None
    assert not payment.refunds.exists()
