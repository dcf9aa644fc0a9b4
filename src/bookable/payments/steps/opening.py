"""Writes a new attempt to pay, or finds the one that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bookable.conf import settings
from bookable.errors import AlreadyPaid, NoConsent
from bookable.money import Money
from bookable.payments.gateways import get_gateway
from bookable.payments.kinds import kinds
from bookable.payments.models import Order, Payment, Purpose
from bookable.payments.steps.locks import lock_order, lock_payments
from bookable.payments.steps.record import record
from bookable.timeline import clock

#: So long after a gateway has closed its page, places are given up even if it doesn't answer.
_HARD_LIMIT = timedelta(minutes=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a customer agreed to about keeping their card: the words they read, and the most that
    may be charged."""

    mandate: str
    limit: Money


def check_consent(consent: Consent, currency: str) -> None:
    """Raises NoConsent if nothing could ever be charged by it."""
    if consent.limit.currency != currency or consent.limit.amount < 1:
        raise NoConsent


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How an order is to be paid."""

    gateway: str
    money: Money
    return_url: str
    cancel_url: str
    takes_at_once: bool = True
    consent: Consent | None = None
    by: Any = None

    def fits(self, payment: Payment) -> bool:
        """Whether an attempt that was begun before is the same."""
        is_same = (payment.gateway, payment.money) == (self.gateway, self.money)
        is_fresh = payment.closes_at is None or payment.closes_at > clock.now()
        is_agreed = words_of(payment.consent) == words_of(kept(self.consent))
        is_alike = is_agreed and payment.takes_at_once == self.takes_at_once
        return is_same and is_fresh and is_alike


def open_attempt(order: Order, plan: Plan) -> tuple[Payment, bool]:
    """The order's open attempt, and whether it is new. What it is for is kept meanwhile."""
    using = order._state.db or "default"
    closes_at, expires_at = _deadlines(order, plan)
    for kind in kinds():
        kind.opened(order, expires_at + _HARD_LIMIT)
    locked = lock_order(order.pk, using)
    for payment in lock_payments(locked):
        if payment.is_open and payment.purpose != Purpose.CARD:
            return payment, False
    if plan.money > locked.balance:
        raise AlreadyPaid
    payment = Payment(
        order=locked,
        purpose=purpose_of(locked, plan.money),
        gateway=plan.gateway,
        currency=plan.money.currency,
        amount=plan.money.amount,
        takes_at_once=plan.takes_at_once,
        consent=kept(plan.consent),
        return_url=plan.return_url,
        cancel_url=plan.cancel_url,
        closes_at=closes_at,
        expires_at=expires_at,
        open_key=f"order:{locked.pk}",
        created=clock.now(),
    )
    payment.save(using=using, force_insert=True)
    record(payment, "created", amount=payment.amount, by=plan.by)
    return payment, True


def _deadlines(order: Order, plan: Plan) -> tuple[datetime, datetime]:
    """When nobody is waited for any longer, and when the gateway closes its page.

    The first attempt of an order has the time of a hold, the next ones what is left of it.
    """
    gateway, now = get_gateway(plan.gateway), clock.now()
    closing = order.payments.using(order._state.db).exclude(closes_at=None)
    closing = closing.exclude(purpose=Purpose.CARD)  # nothing is held for it
    known = closing.order_by("-closes_at").values_list("closes_at", flat=True).first()
    least = now + max(timedelta(minutes=settings.HOLD_MINUTES), gateway.patience)
    closes_at = least if known is None or known <= now or gateway.patience else known
    return closes_at, max(closes_at, now + gateway.shortest_checkout)


def purpose_of(order: Order, money: Money) -> Purpose:
    """What an amount is paid for, by what is paid already."""
    if order.paid:
        return Purpose.BALANCE
    return Purpose.FULL if money == order.total else Purpose.DEPOSIT


def kept(consent: Consent | None) -> dict[str, Any] | None:
    """What was agreed to, as a payment remembers it."""
    if consent is None:
        return None
    return {
        "mandate": consent.mandate,
        "limit": consent.limit.amount,
        "agreed_at": clock.now().isoformat(),
    }


def words_of(consent: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What was agreed to, whenever that was."""
    if consent is None:
        return None
    return {name: value for name, value in consent.items() if name != "agreed_at"}
