"""Holds that run out while somebody pays, and money that comes too late or twice."""

from __future__ import annotations

import pytest
from tests.payments.acting import refusing_refunds, state_of
from tests.payments.conftest import company_of, hold_ends, passes
from tests.payments.shops import Shop, StripeShop, everywhere, tomorrow

from bookable.jobs import run_due
from bookable.models import Booking, Payment, PaymentState, RefundSource, RefundState, State
from bookable.money import Money
from bookable.payments.reconcile import reconcile
from bookable.testing.fakes.stripe.customer_actions import Impossible
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

LATE = "refund_late"


def test_12_who_fills_in_the_page_after_the_hold_is_too_late(
    stripe_shop: Shop, hours: FrozenClock
) -> None:
    shop = stripe_shop
    booking = shop.held()
    payment = shop.paying(booking)
    passes(hours, shop, minutes=11)
    run_due()
    with pytest.raises(Impossible):
        shop.customer_pays(payment)
    shop.tell()
    assert state_of(booking) == State.EXPIRED
    assert state_of(payment) == PaymentState.EXPIRED
    assert shop.books() == 0


@everywhere
def test_13_who_paid_before_the_page_was_closed_has_a_booking(
    shop: Shop, hours: FrozenClock, heard: list[str]
) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)  # and nobody tells us
    hold_ends(hours, shop)
    run_due()
    assert state_of(booking) == State.CONFIRMED
    assert state_of(payment) == PaymentState.CAPTURED
    shop.tell()
    assert heard.count("booking_confirmed") == 1
    assert "booking_expired" not in heard


def test_13_no_answer_of_the_gateway_takes_the_place_from_nobody(
    shop: Shop, hours: FrozenClock
) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    passes(hours, shop, minutes=11)
    shop.fail("/", "drop_before")
    run_due()
    assert state_of(booking) == State.HELD
    run_due()
    assert state_of(booking) == State.CONFIRMED


def test_13_a_gateway_that_is_down_for_hours_keeps_no_place_for_ever(
    shop: Shop, hours: FrozenClock
) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    passes(hours, shop, minutes=100)
    shop.fail("/", "drop_before")
    run_due()
    assert state_of(booking) == State.EXPIRED
    run_due()  # it answers again, and nobody has taken the place
    assert state_of(booking) == State.CONFIRMED


@everywhere
def test_14_a_late_payment_takes_the_place_again_if_it_is_free(
    shop: Shop, hours: FrozenClock, heard: list[str]
) -> None:
    booking = shop.held()
    payment = late(shop, booking, hours)
    assert state_of(booking) == State.CONFIRMED
    assert state_of(payment) == PaymentState.CAPTURED
    assert not booking.order.balance
    assert shop.books() == 10_000
    assert heard.count("booking_confirmed") == 1


@everywhere
def test_14_it_costs_what_it_cost_before(shop: Shop, hours: FrozenClock) -> None:
    service = shop.service()
    booking = shop.held(service)
    payment = begun(shop, booking, hours)
    service.price = 20_000
    service.save()
    finished(shop, payment, hours)
    assert state_of(booking) == State.CONFIRMED
    assert booking.cost == Money(10_000, shop.currency)


@everywhere
def test_14_a_late_deposit_takes_it_again_too(shop: Shop, hours: FrozenClock) -> None:
    booking = shop.held(shop.service(price=40_000, deposit=6_000))
    late(shop, booking, hours)
    assert state_of(booking) == State.CONFIRMED
    assert booking.order.balance.amount == 34_000
    assert shop.books() == 6_000


@everywhere
def test_15_a_late_payment_is_given_back_if_the_place_is_taken(
    shop: Shop, hours: FrozenClock, heard: list[str]
) -> None:
    service, start = shop.service(), tomorrow()
    booking = shop.held(service, start)
    payment = begun(shop, booking, hours)
    other = shop.held(service, start)
    finished(shop, payment, hours)
    refund = payment.refunds.get()
    assert state_of(booking) == State.EXPIRED
    assert state_of(other) == State.HELD
    assert (refund.amount, refund.source) == (10_000, RefundSource.SETTLEMENT)
    assert shop.books() == 0
    assert "booking_confirmed" not in heard


@everywhere
def test_15_its_history_says_so(shop: Shop, hours: FrozenClock) -> None:
    service, start = shop.service(), tomorrow()
    booking = shop.held(service, start)
    payment = begun(shop, booking, hours)
    shop.held(service, start)
    finished(shop, payment, hours)
    event = booking.events.get(verb=LATE)
    assert event.reason == "payment_late_refunded"


@everywhere
def test_15_what_was_given_back_is_not_taken_again(shop: Shop, hours: FrozenClock) -> None:
    service, start = shop.service(), tomorrow()
    booking = shop.held(service, start)
    payment = begun(shop, booking, hours)
    other = shop.held(service, start)
    finished(shop, payment, hours)
    other.cancel()
    run_due()
    reconcile()
    assert state_of(booking) == State.EXPIRED
    assert payment.refunds.count() == 1
    assert shop.books() == 0


def test_16_a_refund_that_fails_is_tried_again_and_raises_an_alarm(
    shop: Shop, hours: FrozenClock, heard: list[str]
) -> None:
    payment = taken_from(shop, hours)
    fail_refund(shop, payment)
    assert heard.count("refund_failed") == 1
    run_due()
    assert payment.refunds.count() == 2
    assert shop.books() == 0


def test_16_after_three_times_it_is_up_to_a_person(
    shop: Shop, hours: FrozenClock, heard: list[str]
) -> None:
    payment = taken_from(shop, hours)
    for _attempt in range(5):
        fail_refund(shop, payment)
        passes(hours, shop, minutes=10)
        run_due()
    assert heard.count("refund_failed") == 3
    assert payment.refunds.count() == 3
    payment.order.refresh_from_db()
    assert payment.order.settle_at is None
    assert "paid_not_booked" in {one.code for one in reconcile().differences}
    payment.refund()
    assert shop.books() == 0


@everywhere
def test_16_a_refund_that_is_refused_at_once_is_no_endless_loop(
    shop: Shop, hours: FrozenClock, heard: list[str]
) -> None:
    booking = shop.held()
    payment = shop.paid(booking)
    with refusing_refunds() as asked:
        booking.cancel()
        for _attempt in range(6):
            passes(hours, shop, minutes=10)
            run_due()
    assert asked.call_count == 3
    assert heard.count("refund_failed") == 3
    assert {one.state for one in payment.refunds.all()} == {RefundState.FAILED}


@pytest.mark.parametrize("mode", ["drop_before", "drop_after", "html_after"])
def test_16_a_lost_answer_is_asked_for_again_and_made_once(
    shop: Shop, hours: FrozenClock, mode: str
) -> None:
    booking = shop.held()
    payment = shop.paid(booking)
    shop.fail("POST", mode)
    booking.cancel()
    assert payment.refunds.get().state == RefundState.SUBMITTING
    passes(hours, shop, minutes=3)
    run_due()
    assert payment.refunds.get().state in (RefundState.SUCCEEDED, RefundState.PENDING)
    assert shop.books() == 0


@everywhere
def test_17_the_price_of_the_hold_is_the_price(shop: Shop) -> None:
    service = shop.service()
    booking = shop.held(service)
    service.price = 12_345
    service.save()
    payment = shop.paid(booking)
    assert (payment.amount, payment.captured) == (10_000, 10_000)
    assert state_of(booking) == State.CONFIRMED


@everywhere
def test_17_what_is_added_while_somebody_pays_begins_another_attempt(shop: Shop) -> None:
    booking = shop.held()
    first = shop.paying(booking)
    booking.order.lines.create(
        created=first.created, owner="test", reference="x", kind="fee", label="Fee",
        unit_amount=500, due_now=500,
    )  # fmt: skip
    second = shop.paying(booking)
    assert second.amount == 10_500
    assert first.pk != second.pk
    assert not Payment.objects.get(pk=first.pk).is_open


def begun(shop: Shop, booking: Booking, hours: FrozenClock) -> Payment:
    """A payment that may still come after its hold has run out."""
    payment = shop.paying(booking)
    if isinstance(shop, StripeShop):  # what is closed there is paid only if a bank was slow
        company_of(shop).pay_checkout(payment.checkout, outcome="processing")
        shop.tell()
    hold_ends(hours, shop)
    for _half_hour in range(4):
        run_due()
        passes(hours, shop, minutes=30)
    assert state_of(booking) == State.EXPIRED
    return payment


def finished(shop: Shop, payment: Payment, hours: FrozenClock) -> None:
    """It comes."""
    if isinstance(shop, StripeShop):
        payment.refresh_from_db()
        company_of(shop).settle(payment.external)
    else:
        shop.customer_pays(payment)
    assert set(shop.tell()) == {200}


def late(shop: Shop, booking: Booking, hours: FrozenClock) -> Payment:
    payment = begun(shop, booking, hours)
    finished(shop, payment, hours)
    return payment


def taken_from(shop: Shop, hours: FrozenClock) -> Payment:
    """A late payment for a place that somebody else has, which is about to be given back."""
    service, start = shop.service(), tomorrow()
    payment = begun(shop, shop.held(service, start), hours)
    shop.held(service, start)
    finished(shop, payment, hours)
    return payment


def fail_refund(shop: Shop, payment: Payment) -> None:
    """The company says that the last refund came to nothing, if there is one it can say so of."""
    company = company_of(shop)
    if shop.can_expire:
        for one in company.objects("refund"):
            if one["status"] != "failed":
                company.refund_outcome(one["id"], "failed")
    else:
        for refund in company.refunds(payment.reference):
            if refund.status != "failed":
                company.refund_event(refund.id, "failed")
    shop.tell()
