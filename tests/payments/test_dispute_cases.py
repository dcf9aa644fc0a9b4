"""Banks that take money back."""

from __future__ import annotations

import pytest
from tests.payments.scenes import Desk, desk_of
from tests.payments.shops import Shop

from bookable.models import State
from bookable.money import Money

money_case = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return desk_of(shop)


@money_case
def test_86_a_dispute_is_written_down_while_it_is_open(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    desk.is_disputed(payment)
    shop.tell(copies=2)
    payment.refresh_from_db()
    assert payment.disputed == 10_000
    assert payment.events.filter(kind="disputed").count() == 1
    assert payment.order.bookings.get().state == State.CONFIRMED


@money_case
def test_86_a_dispute_that_was_lost_stays(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    dispute = desk.is_disputed(payment)
    shop.tell()
    desk.ends(dispute, won=False)
    shop.tell()
    payment.refresh_from_db()
    assert (payment.disputed, payment.captured) == (10_000, 10_000)
    assert payment.refundable == Money(0, shop.currency)
    assert payment.events.latest("seq").data["disputes"] == {dispute: "lost"}


@money_case
def test_86_after_a_dispute_that_was_won_all_is_as_before(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    dispute = desk.is_disputed(payment)
    shop.tell()
    desk.ends(dispute, won=True)
    shop.tell()
    payment.refresh_from_db()
    assert payment.disputed == 0
    assert payment.refundable == Money(10_000, shop.currency)


@money_case
def test_86_what_is_owed_back_is_given_back_once_the_dispute_is_won(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    dispute = desk.is_disputed(payment)
    shop.tell()
    payment.order.bookings.get().cancel()
    assert not payment.refunds.exists()
    desk.ends(dispute, won=True)
    shop.tell()
    assert [one.amount for one in payment.refunds.all()] == [10_000]
