"""Whatever customers, staff, banks and the network do: in the end our books are the company's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.payments.scenes import Desk, desk_of, terms
from tests.payments.shops import Shop, StripeShop, open_shop, tomorrow

from bookable import jobs
from bookable.bookings.actors import GUEST
from bookable.bookings.hold import hold
from bookable.errors import BookableError
from bookable.models import (
    Booking,
    Order,
    Payment,
    PaymentState,
    Refund,
    RefundSource,
    RefundState,
    Service,
    State,
)
from bookable.money import Money
from bookable.payments.gateways import get_gateway
from bookable.payments.reconcile import reconcile
from bookable.payments.refund import refund
from bookable.testing import freeze
from bookable.testing.booking_factories import make_customer
from bookable.testing.fakes.paystack.errors import Refusal as PaystackRefusal
from bookable.testing.fakes.stripe.errors import Refusal as StripeRefusal
from bookable.timeline import clock
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

#: What can't be done just now: a refusal of ours, or of the company.
REFUSALS = (BookableError, StripeRefusal, PaystackRefusal, ValueError, LookupError)
FAULTS = ("drop_before", "drop_after", "html_after", "error_before")
PRICES = {"EUR": 10_000, "JPY": 5000, "KWD": 12_340, "NGN": 20_000, "XOF": 5000}
#: A few for each currency: every one of them is a town for a day.
EXAMPLES = int(os.environ.get("BOOKABLE_TOWNS", "3"))
LOST = (RefundState.FAILED, RefundState.CANCELLED)


class Town:
    """A site, its customers, and the company with its own pages. Steps take any number."""

    def __init__(self, shop: Shop, now: FrozenClock) -> None:
        self.shop, self.now, self.began = shop, now, clock.now()
        self.desk: Desk = desk_of(shop)
        self.service: Service = shop.service(price=PRICES[shop.currency])
        self.start: datetime = tomorrow()
        self.disputes: list[str] = []
        self.failures = 0

    def books(self, number: int) -> None:
        hold(self.service, self._slot(number), customer=make_customer())

    def begins(self, number: int) -> None:
        self.shop.pay(self._one(Booking.objects.all(), number))

    def pays(self, number: int) -> None:
        self.shop.customer_pays(self._one(Payment.objects.exclude(url=""), number))

    def books_and_pays(self, number: int) -> None:
        booking = hold(self.service, self._slot(number), customer=make_customer())
        self.shop.customer_pays(self.shop.paying(booking))

    def is_declined(self, number: int) -> None:
        self.shop.customer_is_declined(self._one(Payment.objects.exclude(url=""), number))

    def returns(self, number: int) -> None:
        self.shop.come_back(self._one(Payment.objects.all(), number))

    def cancels(self, number: int) -> None:
        self._one(Booking.objects.all(), number).cancel(by=GUEST)

    def is_cancelled(self, number: int) -> None:
        self._one(Booking.objects.all(), number).cancel()

    def staff_give_back(self, number: int) -> None:
        payment = self._one(self._taken(), number)
        half = payment.captured // 2
        refund(payment, None if number % 2 else Money(half, payment.currency))

    def desk_gives_back(self, number: int) -> None:
        payment = self._one(self._taken(), number)
        counted = self.desk.books(payment.currency).amount and self._counted(payment)
        self.desk.gives_back(payment, None if number % 2 else counted // 2)

    def bank_fails_refund(self, number: int) -> None:
        self.failures += 1
        if self.failures < 3:
            made = Refund.objects.exclude(state__in=LOST).exclude(external=None)
            self.desk.decides(self._one(made, number), "failed")

    def disputes_it(self, number: int) -> None:
        self.disputes.append(self.desk.is_disputed(self._one(self._taken(), number)))

    def bank_decides(self, number: int) -> None:
        self.desk.ends(self.disputes.pop(), won=bool(number % 2))

    def line_breaks(self, number: int) -> None:
        self.shop.fail(("POST", "GET")[number % 2], FAULTS[number % len(FAULTS)])

    def is_told(self, number: int) -> None:
        self.shop.tell(at=clock.now(), copies=1 + number % 2)

    def time_passes(self, number: int) -> None:
        step = timedelta(minutes=(3, 20, 45, 120)[number % 4])
        self.now.tick(step)
        self.desk.fake.offset += step

    def works(self, _number: int) -> None:
        jobs.run_due()

    def looks(self, _number: int) -> None:
        reconcile(since=self.began - timedelta(days=1))

    def _slot(self, number: int) -> datetime:
        return self.start + timedelta(hours=number % 2)

    def _counted(self, payment: Payment) -> int:
        """What was taken, as the company counts it."""
        return get_gateway(self.shop.alias).to_minor(Money(payment.captured, payment.currency))

    def _taken(self) -> Any:
        return Payment.objects.filter(state=PaymentState.CAPTURED)

    def _one(self, rows: Any, number: int) -> Any:
        found = list(rows.order_by("-pk")[:4])
        return found[number % len(found)] if found else self._nobody()

    def _nobody(self) -> None:
        raise LookupError

    def ends(self) -> None:
        """The lines hold, every bank has decided, and enough time passes for everything."""
        self.desk.fake.faults = type(self.desk.fake.faults)()
        for round_ in (3, 0, 3):
            self.time_passes(round_)
            self.desk.finishes()
            self.is_told(0)
            self.works(0)
            self.looks(0)
        self.desk.finishes()
        self.is_told(0)


ACTIONS = [
    Town.books,
    Town.begins,
    Town.pays,
    Town.books_and_pays,
    Town.is_declined,
    Town.returns,
    Town.cancels,
    Town.is_cancelled,
    Town.staff_give_back,
    Town.desk_gives_back,
    Town.bank_fails_refund,
    Town.disputes_it,
    Town.bank_decides,
    Town.line_breaks,
    Town.line_breaks,
    Town.is_told,
    Town.time_passes,
    Town.works,
    Town.looks,
]
steps = st.lists(
    st.tuples(st.sampled_from(ACTIONS), st.integers(0, 7)), min_size=6, max_size=16
).map(lambda found: [(Town.books_and_pays, 0), *found])


@contextmanager
def open_town(name: str, currency: str) -> Iterator[Town]:
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)
    with ExitStack() as stack:
        shop = stack.enter_context(open_shop(name))
        shop.currency = currency
        stack.enter_context(terms(free_hours=24 * 9, late_percent=50))
        yield Town(shop, stack.enter_context(freeze(clock.now())))


@pytest.mark.parametrize(
    ("name", "currency"),
    [
        ("stripe", "EUR"),
        ("stripe", "JPY"),
        ("stripe", "KWD"),
        ("paystack", "NGN"),
        ("paystack", "XOF"),
    ],
)
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(steps)
def test_our_books_are_the_company_s(name: str, currency: str, steps: list[Any]) -> None:
    with open_town(name, currency) as town:
        for act, number in steps:
            try:
                act(town, number)
            except REFUSALS:
                continue
        town.ends()
        assert kept(currency) == town.desk.books(currency)
        for order in Order.objects.all():
            if not is_excused(order):
                settled(order)


def kept(currency: str) -> Money:
    """What we think that the company has taken and not given back."""
    rows = Payment.objects.values_list("captured", "refunded")
    return Money(sum(taken - back for taken, back in rows), currency)


def is_excused(order: Order) -> bool:
    """A person, a bank or the company's own page has given money back that was owed."""
    payments = order.payments.all()
    made = Refund.objects.filter(payment__order=order).exclude(source=RefundSource.SETTLEMENT)
    is_disputed = any(one.events.filter(kind="disputed").exists() for one in payments)
    return is_disputed or made.exclude(state__in=LOST).exists()


def settled(order: Order) -> None:
    """What is confirmed is paid, what is paid is confirmed, and nothing waits for ever."""
    states = set(order.bookings.values_list("state", flat=True))
    assert State.HELD not in states
    assert order.paid == order.total
    if State.CONFIRMED in states:
        assert order.total == Money(PRICES[order.currency], order.currency)


def test_the_steps_are_such_that_money_moves() -> None:
    with open_town("stripe", "EUR") as town:
        assert isinstance(town.shop, StripeShop)
        town.books_and_pays(0)
        town.ends()
        assert kept("EUR") == town.desk.books("EUR") == Money(10_000, "EUR")
        town.cancels(0)
        town.ends()
        assert kept("EUR") == town.desk.books("EUR") == Money(5000, "EUR")
        settled(Order.objects.get())
