"""Wherever a process dies between us and a company, both books say the same in the end."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from tests.bookings.test_faults import Killed, Killer
from tests.payments.shops import Shop, StripeShop, open_shop

from bookable import jobs
from bookable.bookings.audit import find_faults
from bookable.models import Booking, OrderLine, Payment, PaymentState, SavedCard, State
from bookable.money import Money
from bookable.payments.capture import capture
from bookable.payments.charge_saved import charge_saved
from bookable.payments.reconcile import reconcile
from bookable.payments.refresh import refresh
from bookable.payments.settle import settle
from bookable.payments.steps.opening import Consent
from bookable.testing import freeze
from bookable.timeline.clock import FrozenClock, now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

PRICE, PART, FEE = 10_000, 2_500, 6_000
LEASES_END = timedelta(minutes=6)

each_gateway = pytest.mark.parametrize("name", ["stripe", "paystack"])


class Reaper(Killer):
    """Reads within a transaction are left out: who dies there leaves what the next write would."""

    def _counts(self, sql: str) -> bool:
        is_write = not sql.lstrip("( ").startswith("SELECT")
        return super()._counts(sql) and (is_write or not connection.in_atomic_block)


@dataclass(frozen=True)
class Scene:
    """What is killed, and what must hold once everybody has done their part again."""

    verb: Callable[[], object]
    check: Callable[[], None]


class World:
    """A shop, and the one clock of both sides."""

    def __init__(self, shop: Shop, clock: FrozenClock) -> None:
        self.shop, self.clock = shop, clock

    @property
    def fake(self) -> Any:
        return self.shop.fake  # type: ignore[attr-defined]

    def tick(self, step: timedelta) -> None:
        self.clock.tick(step)
        self.fake.offset += step

    def recover(self) -> None:
        """Other workers go on, and somebody reconciles."""
        since = now()
        for _round in range(2):
            self.tick(LEASES_END)
            jobs.run_due()
            reconcile(since=since)
        self.assert_books_agree()

    def books(self) -> int:
        """What the company has, of payments too of which we know nothing."""
        if isinstance(self.shop, StripeShop):
            return self.shop.books()
        accounts = list(self.fake._accounts.values())
        payments = [one for account in accounts for one in account.transactions.values()]
        refunds = [one for account in accounts for one in account.refunds.values()]
        taken = sum(one.amount for one in payments if one.paid_at)
        return int(taken - sum(one.amount for one in refunds if one.status != "failed"))

    def assert_books_agree(self) -> None:
        ours = sum(one.captured - one.reserved for one in Payment.objects.all())
        assert self.books() == ours
        assert find_faults() == []


@pytest.fixture
def world(name: str) -> Iterator[World]:
    with freeze(now()) as clock, open_shop(name) as shop:
        yield World(shop, clock)
    # a traceback of the killed keeps its cursor open, and SQLite drops no table meanwhile
    gc.collect()


@contextmanager
def reaped_at(number: int, *, after: bool) -> Iterator[Reaper]:
    reaper = Reaper(number, after=after, within=False, error=Killed())
    with connection.execute_wrapper(reaper), suppress(Killed):
        yield reaper


def killed_everywhere(world: World, make: Callable[[World], Scene], *, after: bool = False) -> int:
    """Plays the scene anew for each statement at which it can be killed; how many these are."""
    for number in count(1):
        scene = make(world)
        with reaped_at(number, after=after) as reaper:
            scene.verb()
        assert not connection.in_atomic_block
        connection.run_on_commit = []
        scene.check()
        if not reaper.has_struck:
            return number - 1
    raise AssertionError


def state(booking: Booking) -> str:
    return Booking.objects.get(pk=booking.pk).state


def net(booking: Booking) -> int:
    """What is left of all payments of its order."""
    payments = Payment.objects.filter(order=booking.order_id)
    return sum(one.captured - one.reserved for one in payments)


def begin(world: World) -> Scene:
    """Somebody goes to pay, and tries again when nothing happens."""
    booking = world.shop.held()

    def check() -> None:
        payment = world.shop.paying(booking)
        world.shop.customer_pays(payment)
        world.recover()
        assert state(booking) == State.CONFIRMED
        assert net(booking) == PRICE

    return Scene(lambda: world.shop.pay(booking), check)


def begin_and_leave(world: World) -> Scene:
    """Somebody goes to pay, and nobody ever sees them again."""
    booking = world.shop.held()

    def check() -> None:
        world.tick(timedelta(hours=3))
        world.recover()
        assert state(booking) == State.EXPIRED
        assert net(booking) == 0
        assert not Payment.objects.open().filter(order=booking.order_id).exists()

    return Scene(lambda: world.shop.pay(booking), check)


def hear(world: World) -> Scene:
    """Somebody has paid, and we ask about it: it is applied and settled."""
    booking = world.shop.held()
    payment = world.shop.paying(booking)
    world.shop.customer_pays(payment)

    def check() -> None:
        world.recover()
        assert state(booking) == State.CONFIRMED
        assert net(booking) == PRICE
        assert payment.events.filter(kind="captured").count() == 1

    return Scene(lambda: refresh(payment), check)


def settling(world: World) -> Scene:
    """Somebody has cancelled what they have paid: the order is settled, and a refund is sent."""
    booking = world.shop.held()
    payment = world.shop.paid(booking)
    with patch.object(sys.modules["bookable.payments.settle"], "settle_if_asked"):
        booking.cancel()

    def check() -> None:
        world.recover()
        assert net(booking) == booking.order.total.amount == 0
        assert payment.refunds.count() == 1

    return Scene(lambda: settle(booking.order), check)


def give_back(world: World) -> Scene:
    """Somebody of the staff gives a part back, and does so once more if it isn't there."""
    booking = world.shop.held()
    payment = world.shop.paid(booking)

    def check() -> None:
        world.recover()
        if not payment.refunds.exists():
            payment.refund(Money(PART, payment.currency))
        world.recover()
        assert payment.refunds.count() == 1
        assert net(booking) == PRICE - PART

    return Scene(lambda: payment.refund(Money(PART, payment.currency)), check)


def take(world: World) -> Scene:
    """What was set aside is taken, and again if it was not."""
    booking = world.shop.held()
    payment = world.shop.paid(booking, takes_at_once=False)
    assert payment.state == PaymentState.AUTHORIZED

    def check() -> None:
        world.recover()
        payment.refresh_from_db()
        if payment.state == PaymentState.AUTHORIZED:
            capture(payment)
        world.recover()
        assert state(booking) == State.CONFIRMED
        assert net(booking) == PRICE

    return Scene(lambda: capture(payment), check)


def charge(world: World) -> Scene:
    """A fee is charged to a card, and under the same key again."""
    booking = world.shop.held()
    fee = Money(FEE, world.shop.currency)
    world.shop.paid(booking, consent=Consent(mandate="You may be charged.", limit=fee))
    card = SavedCard.objects.get(order=booking.order_id)
    line = OrderLine(order=booking.order, owner="shop", reference="1", kind="fee", label="No-show")
    line.created, line.unit_amount = now(), FEE
    line.save()

    def ask() -> Payment:
        return charge_saved(card, fee, key="no-show")

    def check() -> None:
        world.recover()
        assert ask().state == PaymentState.CAPTURED
        world.recover()
        assert net(booking) == PRICE + FEE
        assert Payment.objects.filter(order=booking.order_id).count() == 2

    return Scene(ask, check)


SCENES = [begin, begin_and_leave, hear, settling, give_back, charge]


@each_gateway
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_27_whoever_is_killed_leaves_books_that_can_be_brought_to_agree(
    world: World, scene: Callable[[World], Scene]
) -> None:
    assert killed_everywhere(world, scene) > 8


@pytest.mark.parametrize("name", ["stripe"])
def test_27_whoever_is_killed_while_taking_what_was_set_aside_can_be_followed(
    world: World,
) -> None:
    assert killed_everywhere(world, take) > 8


@each_gateway
def test_27_to_be_killed_right_after_a_statement_is_no_worse_than_before_the_next(
    world: World,
) -> None:
    assert killed_everywhere(world, hear, after=True) > 8
