"""The socket that says how much of a price is to be paid before a booking is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bookable.catalog.models import Service
from bookable.catalog.models.choices import PaymentMode
from bookable.conf import settings
from bookable.errors import Misconfigured, NaiveDatetime
from bookable.money import Money
from bookable.sockets import shared
from bookable.timeline import clock


@dataclass(frozen=True)
class DepositRequest:
    """What is booked, and what it costs in all."""

    service: Service
    start: datetime
    total: Money
    seats: int = 1

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None:
            raise NaiveDatetime(self.start)


@dataclass(frozen=True)
class Rest:
    """When what a deposit leaves is to be paid, and whether it is cancelled if it is not."""

    due_at: datetime
    cancels: bool = False


class Deposit:
    """The socket `BOOKABLE["DEPOSIT"]`. One instance serves all requests: keep no state in it."""

    def rest(self, request: DepositRequest) -> Rest | None:
        """When the rest is due; None if it is paid on the spot."""
        return None

    def due_now(self, request: DepositRequest) -> Money:
        """From nothing to all that it costs, without asking the database."""
        raise NotImplementedError


class ServiceDeposit(Deposit):
    """What the service says: nothing, all, a share, or an amount for each seat."""

    def due_now(self, request: DepositRequest) -> Money:
        mode = request.service.payment
        if mode == PaymentMode.FULL:
            return _within(request.total, request.total)
        if mode == PaymentMode.DEPOSIT:
            return _within(self.deposit(request), request.total)
        return Money.zero(request.total.currency)

    def rest(self, request: DepositRequest) -> Rest | None:
        service = request.service
        if service.payment != PaymentMode.DEPOSIT or service.balance_days is None:
            return None
        return Rest(request.start - timedelta(days=service.balance_days), service.cancel_unpaid)

    def deposit(self, request: DepositRequest) -> Money:
        """The deposit as it stands in the service, which may be more than everything costs."""
        service = request.service
        if service.deposit_percent is not None:
            return request.total.percent(service.deposit_percent)
        return Money(service.deposit or 0, service.currency) * request.seats


def due_now(request: DepositRequest) -> Money:
    """What is to be paid first, as the site says; Misconfigured if that is no part of the price."""
    price, due = request.total, _asked(request)
    rest = rest_of(request)
    if rest is not None and rest.due_at <= clock.now():
        return price  # the time for the rest has come already
    if not isinstance(due, Money) or due.currency != price.currency or due != _within(due, price):
        raise Misconfigured(
            f"BOOKABLE['DEPOSIT'] asks for {due} of a price of {price}; "
            "it must ask for something between nothing and all of it."
        )
    return due


def rest_of(request: DepositRequest) -> Rest | None:
    """When the rest is due, as the site says."""
    return _deposit().rest(request)


def _asked(request: DepositRequest) -> object:
    return _deposit().due_now(request)


def _within(amount: Money, price: Money) -> Money:
    return max(Money.zero(price.currency), min(amount, price))


def _deposit() -> Deposit:
    return shared(settings.DEPOSIT, Deposit, setting="BOOKABLE['DEPOSIT']")
