"""What tests do with a shop besides buying: many things at once, and things that break."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from django.db import connections
from tests.payments.conftest import company_of, options
from tests.payments.shops import Shop

from bookable.errors import InvalidRequest
from bookable.models import Booking, OfflineRefund, Payment, PaymentState, SavedCard, State
from bookable.money import Money
from bookable.payments.gateways import get_gateway
from bookable.payments.steps.opening import Consent

Act = Callable[[], list[int]]


class Killed(BaseException):
    """The process is gone."""


def state_of(row: Booking | Payment) -> str:
    row.refresh_from_db()
    return row.state


@contextmanager
def refusing_refunds() -> Iterator[mock.Mock]:
    """The gateway won't give anything back."""
    gateway = type(get_gateway("card"))
    with mock.patch.object(gateway, "refund", side_effect=InvalidRequest("no")) as asked:
        yield asked


@contextmanager
def while_asking(shop: Shop, act: Any) -> Iterator[None]:
    """While the first question for a page is answered, something else happens."""
    gateway = type(get_gateway("card"))
    genuine, waiting = gateway.start_checkout, [act]

    def start_checkout(self: Any, request: Any) -> Any:
        answer = genuine(self, request)
        if waiting:
            waiting.pop()()
        return answer

    with mock.patch.object(gateway, "start_checkout", start_checkout):
        yield


@contextmanager
def impatient(shop: Shop, match: str) -> Iterator[None]:
    """The gateway's next answer takes longer than we wait."""
    with options(shop, timeout=(5, 0.5)):
        shop.fail(match, "slow_after", seconds=1.5)
        yield


def assert_paid_once(shop: Shop, booking: Booking) -> None:
    """Trying again works, and what is paid is paid once."""
    payment = shop.paying(booking)
    assert payment.url
    shop.customer_pays(payment)
    assert set(shop.tell()) == {200}
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    assert not booking.order.balance
    assert shop.books() == 10_000


def set_aside(shop: Shop) -> Payment:
    payment = shop.paid(takes_at_once=False)
    assert payment.state == PaymentState.AUTHORIZED
    return payment


def saved_card(shop: Shop) -> SavedCard:
    """The card of somebody who has paid a deposit with it."""
    booking = shop.held(shop.service(price=40_000, deposit=6_000))
    limit = Money(34_000, shop.currency)
    shop.paid(booking, consent=Consent(mandate="You may charge the rest.", limit=limit))
    return SavedCard.objects.get()


def refunds_of(shop: Shop, payment: Payment) -> list[Any]:
    """What the company has given back, or is going to."""
    if not shop.has_company:
        return list(OfflineRefund.objects.all())
    company = company_of(shop)
    if shop.can_expire:
        return list(company.objects("refund"))
    return list(company.refunds(payment.reference))


@contextmanager
def killed_after(name: str) -> Iterator[None]:
    """The process ends as soon as the gateway has done what it was asked for."""
    gateway = type(get_gateway("card"))
    genuine: Callable[..., Any] = getattr(gateway, name)

    def act(*given: Any, **named: Any) -> Any:
        genuine(*given, **named)
        raise Killed

    with mock.patch.object(gateway, name, act):
        yield


def in_processes(acts: list[Act]) -> list[int | None]:
    """How the processes ended in which these were done at the same moment."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(len(acts))

    def run(act: Act) -> None:
        gate.wait()
        assert set(act()) <= {200, 302}

    processes = [context.Process(target=run, args=(act,)) for act in acts]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]
