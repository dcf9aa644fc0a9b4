"""Money that is given back: by staff, at the company's own pages, by a bank."""

from __future__ import annotations

from typing import Any

import pytest
from tests.bookings.threads import at_once
from tests.payments.scenes import Desk, amounts, desk_of, done, fresh, money
from tests.payments.shops import (
    Shop,
    StripeShop,
    everywhere,
    open_shop,
    shares_its_database,
)

from bookable.errors import NotRefundable
from bookable.models import Refund, RefundSource, RefundState, State
from bookable.money import Money
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.paystack.reading import refund_of
from bookable.payments.reconcile import reconcile
from bookable.payments.refund import refund
from bookable.payments.settle import settle_due
from bookable.payments.submit import submit_due
from bookable.timeline import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return desk_of(shop)


def state_of(given: Refund | None) -> str:
    assert given is not None
    return Refund.objects.get(pk=given.pk).state


@everywhere
def test_66_all_of_a_payment_is_given_back(shop: Shop) -> None:
    payment = shop.paid()
    refund(payment)
    done(shop)
    assert (fresh(payment).refunded, shop.books()) == (10_000, 0)
    assert payment.refunds.get().state == RefundState.SUCCEEDED
    assert payment.refunds.get().source == RefundSource.STAFF


@everywhere
def test_67_parts_of_it_are_given_back_up_to_the_whole(shop: Shop) -> None:
    payment = shop.paid()
    for part in (5000, 2000, 3000):
        refund(payment, money(shop, part))
    done(shop)
    assert amounts(payment) == [5000, 2000, 3000]
    assert (fresh(payment).refunded, shop.books()) == (10_000, 0)
    with pytest.raises(NotRefundable):
        refund(payment)


@everywhere
def test_68_two_equal_parts_are_two_refunds(shop: Shop) -> None:
    payment = shop.paid()
    refund(payment, money(shop, 4000))
    refund(payment, money(shop, 4000))
    done(shop)
    assert (fresh(payment).refunded, shop.books()) == (8000, 2000)


@everywhere
def test_69_more_than_was_taken_is_not_given_back(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    refund(payment, money(shop, 7000))
    for amount in (3001, 0, -1):
        with pytest.raises(NotRefundable):
            refund(payment, money(shop, amount))
    assert (amounts(payment), desk.refund_count()) == ([7000], 1)


@everywhere
@pytest.mark.many
def test_70_two_at_once_don_t_give_back_more_than_there_is(shop: Shop, desk: Desk) -> None:
    if not shares_its_database():
        pytest.skip("Threads can't share this database.")
    payment = shop.paid()
    outcomes = at_once(*[lambda: refund(payment, money(shop, 6000))] * 2)
    assert [type(one) for one in outcomes if not isinstance(one, Refund)] == [NotRefundable]
    assert (amounts(payment), desk.refund_count()) == ([6000], 1)


def test_71_the_message_may_come_before_the_answer(
    shop: Shop, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = shop.paid()
    gateway = get_gateway(shop.alias)
    ask = type(gateway).refund

    def told_first(self: Any, request: Any) -> Any:
        answer = ask(self, request)
        desk.finishes()
        assert set(shop.tell()) == {200}
        return answer

    monkeypatch.setattr(type(gateway), "refund", told_first)
    made = refund(payment)
    assert state_of(made) == RefundState.SUCCEEDED
    assert amounts(payment) == [10_000]
    assert payment.events.filter(kind="refund_succeeded").count() == 1
    assert fresh(payment).refunded == 10_000


def test_71_the_message_may_come_instead_of_the_answer(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    shop.fail("POST", "drop_after")
    made = refund(payment)
    assert state_of(made) == RefundState.SUBMITTING
    done(shop)
    assert state_of(made) == RefundState.SUCCEEDED
    Refund.objects.update(next_at=clock.now())
    submit_due()
    assert (amounts(payment), desk.refund_count()) == ([10_000], 1)


def test_72_what_was_given_back_at_the_company_is_recorded_once(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    desk.gives_back(payment, 2500)
    shop.tell(copies=3)
    reconcile()
    assert amounts(payment) == [2500]
    assert payment.refunds.get().source == RefundSource.EXTERNAL
    done(shop)
    assert fresh(payment).refunded == 2500
    assert fresh(payment).refundable == money(shop, 7500)


def test_72_what_was_given_back_there_is_not_given_back_again(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    desk.gives_back(payment)
    shop.tell()
    payment.order.bookings.get().cancel(by=None)
    done(shop)
    assert (amounts(payment), shop.books()) == ([10_000], 0)
    assert not fresh(payment).order.balance


def test_72_even_if_nobody_told_us_yet(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    desk.gives_back(payment)
    payment.order.bookings.get().cancel()
    done(shop)
    settle_due()
    assert shop.books() == 0
    assert fresh(payment).refunded == 10_000
    assert not fresh(payment).order.balance
    assert desk.refund_count() == 1


def test_73_a_refund_that_takes_days_counts_from_its_beginning(shop: Shop) -> None:
    if isinstance(shop, StripeShop):
        shop.fake.habits.refund_status = "pending"
    payment = shop.paid()
    made = refund(payment, money(shop, 6000))
    assert state_of(made) == RefundState.PENDING
    assert fresh(payment).refunded == 0
    assert fresh(payment).order.paid == money(shop, 4000)
    done(shop)
    assert state_of(made) == RefundState.SUCCEEDED
    assert fresh(payment).refunded == 6000


def test_74_a_refund_that_comes_back_is_ours_to_give_again(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    made = refund(payment, money(shop, 6000))
    done(shop)
    assert made is not None
    desk.decides(Refund.objects.get(pk=made.pk), "failed")
    shop.tell()
    assert state_of(made) == RefundState.FAILED
    assert fresh(payment).refunded == 0
    assert fresh(payment).refundable == money(shop, 10_000)
    assert fresh(payment).order.paid == money(shop, 10_000)
    assert [one.code for one in reconcile().differences] == ["refund"]


def test_74_what_nobody_owes_is_given_back_again_but_not_for_ever(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    payment.order.bookings.get().cancel()
    for _again in range(5):
        for waiting in Refund.objects.exclude(state=RefundState.FAILED):
            desk.decides(waiting, "failed")
        shop.tell()
        settle_due()
    assert amounts(payment) == [10_000] * 3
    codes = {one.code for one in reconcile().differences}
    assert codes == {"refund", "paid_not_booked"}


def test_74_a_booking_that_was_cancelled_stays_so(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    booking = payment.order.bookings.get()
    booking.cancel()
    desk.decides(payment.refunds.get(), "failed")
    shop.tell()
    booking.refresh_from_db()
    assert booking.state == State.CANCELLED


def test_75_a_refund_that_needs_attention_is_reported_and_not_made_twice(
    shop: Shop, desk: Desk
) -> None:
    if isinstance(shop, StripeShop):
        shop.fake.habits.refund_status = "pending"
    payment = shop.paid()
    payment.order.bookings.get().cancel()
    desk.decides(payment.refunds.get(), "stuck")
    shop.tell()
    settle_due()
    assert payment.refunds.get().state == RefundState.NEEDS_ATTENTION
    assert [one.code for one in reconcile().differences] == ["refund"]
    done(shop)
    assert payment.refunds.get().state == RefundState.SUCCEEDED
    assert desk.refund_count() == 1


@pytest.mark.parametrize("amount", [3000, "3000"])
def test_76_an_amount_may_be_a_text(amount: int | str) -> None:
    told = refund_of({"id": 7, "amount": amount, "currency": "NGN", "status": "processed"}, "NGN")
    assert told.money == Money(3000, "NGN")


@pytest.mark.parametrize("shape", ["samples", "specification"])
def test_76_messages_with_amounts_as_texts_are_understood(shape: str) -> None:
    with open_shop("paystack") as shop:
        desk = desk_of(shop)
        desk.fake.shape = shape
        payment = shop.paid()
        desk.gives_back(payment, 3000)
        done(shop)
        told = [event for event in desk.fake.outbox.events if event["event"] == "refund.processed"]
        assert isinstance(told[0]["data"]["amount"], str)
        assert fresh(payment).refunded == 3000


@everywhere
def test_77_who_has_not_paid_gets_nothing_back(shop: Shop) -> None:
    payment = shop.paying()
    with pytest.raises(NotRefundable):
        refund(payment)
    assert not payment.refunds.exists()


def test_78_what_is_disputed_is_not_given_back_as_well(shop: Shop, desk: Desk) -> None:
    payment = shop.paid()
    desk.is_disputed(payment)
    shop.tell()
    assert fresh(payment).disputed == 10_000
    with pytest.raises(NotRefundable):
        refund(payment)
    payment.order.bookings.get().cancel()
    assert not payment.refunds.exists()


def test_78_a_dispute_that_was_not_told_yet_stops_the_refund() -> None:
    with open_shop("stripe") as shop:
        payment = shop.paid()
        desk_of(shop).is_disputed(payment)
        made = refund(payment)
        assert state_of(made) == RefundState.FAILED
        shop.tell()
        assert fresh(payment).refundable == money(shop, 0)
        assert fresh(payment).refunded == 0
