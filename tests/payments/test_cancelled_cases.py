"""What is given back because something was cancelled, declined, or came too late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.payments.scenes import amounts, desk_of, done, fresh, money, terms
from tests.payments.shops import (
    Shop,
    StripeShop,
    everywhere,
    tomorrow,
)

from bookable.bookings.actors import GUEST
from bookable.bookings.expire import expire_due
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.remove_seats import remove_seats
from bookable.models import Booking, Payment, Refund, State
from bookable.payments.close import close_due
from bookable.payments.reconcile import reconcile
from bookable.payments.settle import settle_due
from bookable.testing import freeze
from bookable.testing.booking_factories import make_customer
from bookable.timeline import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def two_bookings(shop: Shop) -> tuple[Payment, Booking, Booking]:
    """One order of somebody who has paid for two of them."""
    service = shop.service()
    items = [Item(service=service, start=tomorrow(hour)) for hour in (10, 12)]
    first, second = hold_visit(items, customer=make_customer())
    return shop.paid(first), first, second


def in_an_hour(shop: Shop, **more: Any) -> Booking:
    """A place that is held, so soon that cancelling costs something."""
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)
    return shop.held(shop.service(**more), start)


@everywhere
def test_79_the_fee_stays_when_a_customer_cancels_late(shop: Shop) -> None:
    with terms(free_hours=24, late_percent=70):
        booking = in_an_hour(shop)
        payment = shop.paid(booking)
        booking.cancel(by=GUEST)
        done(shop)
    assert amounts(payment) == [7000]
    assert shop.books() == 3000
    assert fresh(payment).order.total == money(shop, 3000)
    assert not fresh(payment).order.balance


@everywhere
def test_79_staff_who_cancel_give_all_of_it_back(shop: Shop, admin_user: Any) -> None:
    with terms(free_hours=24, late_percent=70):
        booking = in_an_hour(shop)
        payment = shop.paid(booking)
        booking.cancel(by=admin_user)
        done(shop)
    assert (amounts(payment), shop.books()) == ([10_000], 0)


@everywhere
def test_79_staff_may_keep_the_fee(shop: Shop, admin_user: Any) -> None:
    with terms(free_hours=24, late_percent=70):
        booking = in_an_hour(shop)
        payment = shop.paid(booking)
        booking.cancel(by=admin_user, waive_fee=False)
    assert amounts(payment) == [7000]


@everywhere
def test_79_who_cancels_in_time_gets_all_of_it_back(shop: Shop) -> None:
    with terms(free_hours=24, late_percent=70):
        payment = shop.paid()
        payment.order.bookings.get().cancel(by=GUEST)
    assert amounts(payment) == [10_000]


@everywhere
def test_79_cancelling_one_booking_of_an_order_gives_its_part_back(shop: Shop) -> None:
    payment, first, second = two_bookings(shop)
    assert payment.captured == 20_000
    second.cancel()
    done(shop)
    first.refresh_from_db()
    assert first.state == State.CONFIRMED
    assert (amounts(payment), shop.books()) == ([10_000], 10_000)
    assert not first.order.balance
    first.cancel()
    done(shop)
    assert (amounts(payment), shop.books()) == ([10_000, 10_000], 0)


@everywhere
def test_79_seats_given_back_are_paid_back(shop: Shop) -> None:
    service = shop.service(capacity=4)
    booking = hold(service, tomorrow(), customer=make_customer(), seats=3)
    payment = shop.paid(booking)
    assert payment.captured == 30_000
    remove_seats(booking, 2)
    done(shop)
    assert (amounts(payment), shop.books()) == ([20_000], 10_000)


@everywhere
def test_a_request_that_is_declined_is_paid_back(shop: Shop, admin_user: Any) -> None:
    booking = shop.held(shop.service(requires_approval=True))
    payment = shop.paid(booking)
    booking.refresh_from_db()
    assert booking.state == State.REQUESTED
    booking.decline(by=admin_user)
    done(shop)
    assert (amounts(payment), shop.books()) == ([10_000], 0)


@everywhere
def test_a_request_that_nobody_answers_is_paid_back(shop: Shop) -> None:
    booking = shop.held(shop.service(requires_approval=True))
    payment = shop.paid(booking)
    Booking.objects.update(expires_at=clock.now())
    expire_due()
    booking.refresh_from_db()
    assert booking.state == State.EXPIRED
    settle_due()
    done(shop)
    assert shop.books() == 0
    assert amounts(payment) == [10_000]


def test_what_came_too_late_is_paid_back_and_noted(shop: Shop) -> None:
    service = shop.service()
    booking = shop.held(service)
    payment = shop.paying(booking)
    page = Payment.objects.get(pk=payment.pk)
    with freeze(clock.now()) as now:
        if isinstance(shop, StripeShop):
            shop.customer_pays(page)  # in the last moment, and we could not ask
            shop.fail("GET", "drop_before", times=9)
            shop.fail("/expire", "drop_before", times=9)
        now.tick(timedelta(hours=3))
        close_due()
        expire_due()
        booking.refresh_from_db()
        assert booking.state == State.EXPIRED
        hold(service, booking.session.start, customer=make_customer())
        if isinstance(shop, StripeShop):
            shop.fake.faults = type(shop.fake.faults)()
            shop.fake.offset = timedelta(hours=3)
        else:
            shop.customer_pays(page)
        now.tick(timedelta(minutes=1))
        shop.tell(at=clock.now())
        reconcile()
        done_at = desk_of(shop)
        done_at.finishes()
        shop.tell(at=clock.now())
    booking.refresh_from_db()
    assert booking.state == State.EXPIRED
    assert (amounts(payment), shop.books()) == ([10_000], 0)
    reasons = booking.events.filter(verb="refund_late").values_list("reason", flat=True)
    assert list(reasons) == ["payment_late_refunded"]


@everywhere
def test_96_of_a_deposit_and_the_rest_the_fee_stays(shop: Shop) -> None:
    with terms(free_hours=24, late_percent=40):
        booking = in_an_hour(shop, price=20_000, deposit=6000)
        deposit = shop.paid(booking)
        booking.refresh_from_db()
        assert (deposit.purpose, deposit.captured) == ("deposit", 6000)
        assert booking.state == State.CONFIRMED
        rest = shop.paid(booking)
        assert (rest.purpose, rest.captured) == ("balance", 14_000)
        assert not booking.order.balance
        booking.cancel(by=GUEST)
        done(shop)
    assert (amounts(rest), amounts(deposit)) == ([8000], [])
    assert shop.books() == 12_000
    assert not fresh(rest).order.balance


@everywhere
def test_96_in_time_both_are_given_back_the_newest_first(shop: Shop) -> None:
    booking = shop.held(shop.service(price=20_000, deposit=6000))
    deposit, rest = shop.paid(booking), shop.paid(booking)
    booking.cancel()
    done(shop)
    assert (amounts(rest), amounts(deposit)) == ([14_000], [6000])
    assert shop.books() == 0
    assert [one.payment_id for one in Refund.objects.order_by("pk")] == [rest.pk, deposit.pk]


@everywhere
def test_96_who_has_paid_the_deposit_only_loses_no_more_than_that(shop: Shop) -> None:
    with terms(free_hours=24, late_percent=40):
        booking = in_an_hour(shop, price=20_000, deposit=6000)
        deposit = shop.paid(booking)
        booking.cancel(by=GUEST)
        done(shop)
    assert amounts(deposit) == []
    assert shop.books() == 6000
    assert fresh(deposit).order.balance == money(shop, 6000)
