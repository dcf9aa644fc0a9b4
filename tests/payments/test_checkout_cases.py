"""From a hold to a booking that is paid, with the real clients over HTTP."""

from __future__ import annotations

import multiprocessing
import uuid

import pytest
from django.test import Client
from tests.bookings.threads import at_once
from tests.payments.acting import Act, in_processes
from tests.payments.conftest import company_of, hold_ends, passes
from tests.payments.shops import CANCEL, RETURN, Shop, everywhere, shares_its_database, tomorrow

from bookable.bookings.hold_visit import Item, hold_visit
from bookable.errors import AlreadyPaid, HoldExpired
from bookable.jobs import run_due
from bookable.models import Booking, BookingEvent, Payment, PaymentEvent, PaymentState, State
from bookable.testing.booking_factories import make_customer
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@everywhere
def test_1_who_pays_has_a_booking(shop: Shop, heard: list[str]) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    assert payment.state == PaymentState.PENDING
    shop.customer_pays(payment)
    assert set(shop.tell()) == {200}
    assert_paid(booking, payment)
    assert heard.count("booking_confirmed") == 1
    assert heard.count("payment_captured") == 1


@everywhere
def test_1_a_deposit_is_enough(shop: Shop) -> None:
    booking = shop.held(shop.service(price=40_000, deposit=6_000))
    payment = shop.paid(booking)
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    assert payment.amount == 6_000
    assert booking.order.balance.amount == 34_000


@everywhere
def test_1_while_somebody_pays_the_place_is_theirs(shop: Shop) -> None:
    booking = shop.held()
    shop.paying(booking)
    booking.refresh_from_db()
    assert booking.is_guarded


@everywhere
def test_1_what_is_paid_is_not_paid_again(shop: Shop) -> None:
    booking = shop.held()
    shop.paid(booking)
    with pytest.raises(AlreadyPaid):
        shop.pay(booking)


def test_2_who_comes_back_before_the_message_has_a_booking(shop: Shop, heard: list[str]) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    answer = shop.come_back(payment)
    assert (answer.status_code, answer.url) == (302, RETURN)
    assert_paid(booking, payment)
    shop.tell()
    assert heard.count("booking_confirmed") == 1


def test_3_who_comes_back_after_the_message_changes_nothing(shop: Shop, heard: list[str]) -> None:
    booking = shop.held()
    payment = shop.paid(booking)
    events = payment.events.count()
    assert shop.come_back(payment).url == RETURN
    assert_paid(booking, payment)
    assert payment.events.count() == events
    assert heard.count("booking_confirmed") == 1


@pytest.mark.many
def test_4_a_message_and_a_return_at_once_are_one_payment(shop: Shop, heard: list[str]) -> None:
    if not shares_its_database():
        pytest.skip("The threads of a test can't share a SQLite database in memory.")
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    messages = shop.deliveries()
    posts = [lambda one=one: shop.post(one) for one in messages]
    visits = [lambda: shop.come_back(payment).status_code] * len(messages)
    answers = at_once(*posts, *visits)
    assert set(answers) == {200, 302}
    assert_paid(booking, payment)
    assert heard.count("booking_confirmed") == 1
    assert heard.count("payment_captured") == 1
    assert PaymentEvent.objects.filter(payment=payment, kind="captured").count() == 1
    assert BookingEvent.objects.filter(booking=booking, verb="confirm").count() == 1


@pytest.mark.many
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_4_so_are_they_in_two_processes(shop: Shop) -> None:
    if not shares_its_database() or "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("A second process can't have this database, or can't be made.")
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    messages = shop.deliveries()
    acts: list[Act] = [
        lambda: [shop.post(one) for one in messages],
        lambda: [shop.come_back(payment).status_code for _ in range(3)],
    ]
    assert in_processes(acts) == [0, 0]
    assert_paid(booking, payment)
    assert PaymentEvent.objects.filter(payment=payment, kind="captured").count() == 1
    assert BookingEvent.objects.filter(booking=booking, verb="confirm").count() == 1


@everywhere
def test_5_nobody_returns_from_a_payment_that_does_not_exist(shop: Shop) -> None:
    shop.paying()
    assert Client().get(f"/bookable/payments/return/{uuid.uuid4()}/").status_code == 404
    assert Client().get("/bookable/payments/return/order-7/").status_code == 404


@everywhere
def test_5_a_reference_in_the_address_is_not_believed(shop: Shop) -> None:
    mine = shop.held()
    paid = shop.paid(shop.held())
    payment = shop.paying(mine)
    told = {"reference": paid.reference, "trxref": paid.reference, "session_id": paid.checkout}
    answer = Client().get(f"/bookable/payments/return/{payment.uuid}/", told)
    assert answer.status_code == 302
    mine.refresh_from_db()
    payment.refresh_from_db()
    assert (mine.state, payment.state) == (State.HELD, PaymentState.PENDING)


@everywhere
def test_5_who_follows_somebody_elses_address_is_shown_nothing(shop: Shop) -> None:
    payment = shop.paid(shop.held())
    answer = shop.come_back(payment)
    assert answer.url == RETURN
    assert answer.content == b""


@everywhere
def test_6_who_returns_without_having_paid_is_waited_for(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    assert shop.come_back(payment).url == RETURN
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert (booking.state, booking.is_guarded) == (State.HELD, True)
    assert payment.state == PaymentState.PENDING
    assert shop.pay(booking).url == payment.url


def test_6_who_returns_while_the_gateway_is_down_sees_the_site(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    shop.fail("GET", "error_before")
    assert shop.come_back(payment).url == RETURN
    booking.refresh_from_db()
    assert booking.state == State.HELD
    shop.tell()
    assert_paid(booking, payment)


def test_7_a_decline_may_be_followed_by_a_success(shop: Shop, heard: list[str]) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_is_declined(payment)
    shop.tell()
    shop.come_back(payment)
    payment.refresh_from_db()
    booking.refresh_from_db()
    assert payment.state == PaymentState.FAILED
    assert payment.failure
    assert (booking.state, booking.is_guarded) == (State.HELD, True)
    assert shop.pay(booking).url == payment.url
    shop.customer_pays(payment)
    shop.tell()
    assert_paid(booking, payment)
    payment.refresh_from_db()
    assert not payment.failure
    assert Payment.objects.count() == 1
    assert heard.count("booking_confirmed") == 1


@everywhere
def test_8_after_a_decline_the_place_is_free_in_the_end(
    shop: Shop, hours: FrozenClock, heard: list[str]
) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_is_declined(payment)
    shop.come_back(payment)
    hold_ends(hours, shop)
    run_due()
    assert_given_up(booking, payment)
    assert heard.count("payment_failed") == 1
    assert "booking_confirmed" not in heard


def test_9_who_has_to_say_yes_at_their_bank_is_waited_for(stripe_shop: Shop) -> None:
    shop, company = stripe_shop, company_of(stripe_shop)
    booking = shop.held()
    payment = shop.paying(booking)
    intent = company.pay_checkout(payment.checkout, outcome="action")
    shop.tell()
    payment.refresh_from_db()
    booking.refresh_from_db()
    assert payment.state == PaymentState.ACTION_REQUIRED
    assert booking.state == State.HELD
    company.finish_action(intent["id"])
    shop.tell()
    assert_paid(booking, payment)


def test_9_who_fails_at_their_bank_finds_the_page_again(stripe_shop: Shop) -> None:
    shop, company = stripe_shop, company_of(stripe_shop)
    booking = shop.held()
    page = shop.pay(booking).url
    payment = Payment.objects.get()
    intent = company.pay_checkout(payment.checkout, outcome="action")
    shop.tell()
    assert shop.pay(booking).url == page
    company.finish_action(intent["id"], success=False)
    shop.tell()
    assert shop.pay(booking).url == page
    shop.customer_pays(payment)
    shop.tell()
    assert_paid(booking, payment)


def test_9_what_a_bank_still_works_on_is_waited_for(paystack_shop: Shop) -> None:
    shop, company = paystack_shop, company_of(paystack_shop)
    booking = shop.held()
    payment = shop.paying(booking)
    company.complete(payment.reference, "ongoing")
    shop.come_back(payment)
    payment.refresh_from_db()
    assert payment.state == PaymentState.PENDING
    company.complete(payment.reference)
    shop.tell()
    assert_paid(booking, payment)


@everywhere
def test_10_who_never_comes_back_loses_the_place(
    shop: Shop, hours: FrozenClock, heard: list[str]
) -> None:
    service, start = shop.service(), tomorrow()
    booking = shop.held(service, start)
    payment = shop.paying(booking)
    passes(hours, shop, minutes=9)
    run_due()
    booking.refresh_from_db()
    assert booking.state == State.HELD
    hold_ends(hours, shop)
    run_due()
    assert_given_up(booking, payment)
    assert heard == ["booking_expired"]
    assert shop.held(service, start).state == State.HELD


@everywhere
def test_10_after_that_nobody_pays_for_it(shop: Shop, hours: FrozenClock) -> None:
    booking = shop.held()
    shop.paying(booking)
    hold_ends(hours, shop)
    with pytest.raises(HoldExpired):
        shop.pay(booking)
    run_due()
    with pytest.raises(HoldExpired):
        shop.pay(booking)


def test_10_a_page_that_the_gateway_has_forgotten_keeps_no_place(
    stripe_shop: Shop, hours: FrozenClock
) -> None:
    shop = stripe_shop
    booking = shop.held()
    payment = shop.paying(booking)
    Payment.objects.filter(pk=payment.pk).update(checkout="cs_of_another_account")
    hold_ends(hours, shop)
    run_due()
    assert_given_up(booking, payment)


@everywhere
def test_10_a_free_hold_that_has_expired_is_no_booking(shop: Shop, hours: FrozenClock) -> None:
    booking = shop.held(shop.service(price=0))
    passes(hours, shop, minutes=11)
    with pytest.raises(HoldExpired):
        shop.pay(booking)
    booking.refresh_from_db()
    assert booking.state != State.CONFIRMED


@everywhere
def test_11_who_gives_up_at_the_gateway_may_still_pay(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    assert payment.cancel_url == CANCEL
    booking.refresh_from_db()
    assert booking.state == State.HELD
    assert shop.pay(booking).url == payment.url


@everywhere
def test_11_who_cancels_gives_the_place_back_and_the_page_is_closed(
    shop: Shop, heard: list[str]
) -> None:
    service, start = shop.service(), tomorrow()
    booking = shop.held(service, start)
    payment = shop.paying(booking)
    booking.cancel()
    assert shop.held(service, start).state == State.HELD
    run_due()
    payment.refresh_from_db()
    assert not payment.is_open
    assert payment.state == (PaymentState.EXPIRED if shop.can_expire else PaymentState.CANCELLED)
    assert heard == ["booking_cancelled"]


@everywhere
def test_11_who_cancels_and_pays_all_the_same_has_it_back(shop: Shop) -> None:
    booking = shop.held()
    payment = shop.paying(booking)
    booking.cancel()
    shop.customer_pays(payment)
    shop.tell()
    run_due()
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert booking.state == State.CANCELLED
    assert payment.captured == payment.amount
    assert shop.books() == 0


@everywhere
def test_11_who_holds_two_places_pays_for_both_at_once(shop: Shop) -> None:
    service = shop.service(price=4_000)
    items = [Item(service=service, start=tomorrow(hour)) for hour in (10, 12)]
    first, second = hold_visit(items, customer=make_customer())
    payment = shop.paid(first)
    second.refresh_from_db()
    assert payment.amount == 8_000
    assert second.state == State.CONFIRMED


def assert_paid(booking: Booking, payment: Payment) -> None:
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert payment.captured == payment.amount
    assert booking.state == State.CONFIRMED
    assert not booking.is_guarded
    assert not booking.order.balance


def assert_given_up(booking: Booking, payment: Payment) -> None:
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert booking.state == State.EXPIRED
    assert booking.freed_at is not None
    assert payment.state in (PaymentState.EXPIRED, PaymentState.CANCELLED)
    assert not payment.is_open
