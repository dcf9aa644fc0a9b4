from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from bookable.jobs import work_through
from bookable.money import Money
from bookable.payments.gateways import get_gateway
from bookable.payments.kinds import kinds
from bookable.payments.models import (
    Order,
    Payment,
    PaymentState,
    Purpose,
    Refund,
    RefundSource,
    RefundState,
)
from bookable.payments.querysets import OrderQuerySet, PaymentQuerySet
from bookable.payments.steps.locks import (
    OrderLike,
    database,
    lock_order,
    lock_payments,
    order_of,
)
from bookable.payments.steps.reserving import reserve
from bookable.payments.steps.settling import ask_to_settle
from bookable.payments.submit import submit
from bookable.payments.sums import paid, set_aside, still_due
from bookable.payments.void import void
from bookable.signals import order_settled, send_after_commit
from bookable.timeline import clock
from bookable.transactions import in_own_transaction

#: Whoever settles an order has so long for it before somebody else takes over.
_LEASE = timedelta(minutes=5)
#: So often money is given back by itself if that fails; after that it is up to a person.
_MOST_FAILED_REFUNDS = 3


def settle(order: OrderLike, *, using: str | None = None) -> Order:
    """Acts on what was paid: keeps what was promised for it, and gives back what nobody owes.

    May be called at any time and by any number at once. It begins where all locks begin, so never
    within another transaction.
    """
    alias = database(using)
    mine = order_of(order, alias)
    lease = in_own_transaction(lambda: _lease(mine), using=alias)
    keep_promises(mine)
    refunds, unneeded = in_own_transaction(lambda: _give_back(mine, lease), using=alias)
    if refunds:
        for kind in kinds():
            kind.refunded(mine)
    for refund in refunds:
        submit(refund, using=alias)
    for payment in unneeded:
        void(payment, using=alias)
    return order_of(mine, alias)


def settle_if_asked(order: int, *, using: str) -> None:
    """Settles an order that somebody asked to; if it fails, the job tries again."""
    _settle_waiting(Order.objects.using(using).filter(pk=order))


def settle_after_commit(order: Order) -> None:
    """What is owed for a locked order has changed; if anybody paid for it, somebody sees to it."""
    using = order._state.db or "default"
    if order.payments.using(using).exists():
        ask_to_settle(order)
        key = order.pk
        transaction.on_commit(lambda: settle_if_asked(key, using=using), using=using, robust=True)


def settle_due(*, limit: int = 100, using: str | None = None) -> int:
    """A job: settles what money came or went for and nobody acted on; how many orders."""
    orders = Order.objects.using(database(using))
    due = orders.filter(settle_at__lte=clock.now()).order_by("settle_at")
    keys = list(due.values_list("pk", flat=True)[:limit])
    return sum(_settle_waiting(orders.filter(pk=key)) for key in keys)


def _settle_waiting(orders: OrderQuerySet) -> int:
    """Those of them that still wait for it by now; how many."""
    waiting = orders.filter(settle_at__lte=clock.now()).values_list("uuid", flat=True)

    def work(key: UUID) -> int:
        settle(key, using=orders.db)
        return 1

    return work_through(list(waiting), work, failed="Order %s could not be settled")


def keep_promises(order: Order) -> None:
    """Has what was paid for kept, or, if nobody is about to pay any more, let go."""
    if not still_due(order) and (paid(order) or set_aside(order)):
        secure(order)
    elif not _paying(order).open().exists():
        release(order)


def secure(order: Order) -> None:
    """All that is due was paid, or nothing is: every kind keeps its promise."""
    for kind in kinds():
        kind.secured(order)


def release(order: Order) -> None:
    """Nobody is about to pay: no kind needs to keep anything for longer than was agreed."""
    closing = _paying(order).exclude(closes_at=None)
    until = closing.order_by("-closes_at").values_list("closes_at", flat=True).first()
    for kind in kinds():
        kind.released(order, until or clock.now())


def _paying(order: Order) -> PaymentQuerySet:
    """Its attempts to pay, without those that only keep a card."""
    payments = Payment.objects.using(order._state.db).filter(order=order)
    return payments.exclude(purpose=Purpose.CARD)


def _lease(order: Order) -> datetime:
    locked = lock_order(order.pk, order._state.db or "default")
    locked.settle_tries += 1
    locked.settle_at = clock.now() + _LEASE * 2 ** min(locked.settle_tries - 1, 8)
    locked.save(using=locked._state.db, update_fields=["settle_at", "settle_tries", "modified"])
    return locked.settle_at


def _give_back(order: Order, lease: datetime) -> tuple[list[Refund], list[Payment]]:
    """The refunds of what was paid and is not owed, and the payments whose money isn't needed."""
    locked = lock_order(order.pk, order._state.db or "default")
    payments = lock_payments(locked)
    total, money = locked.total, paid(locked)
    refunds = list(_refunds(payments, money - total))
    waiting = [one for one in payments if one.state == PaymentState.AUTHORIZED]
    unneeded = waiting if total <= money else []
    if locked.settle_at == lease and not unneeded:
        locked.settle_at, locked.settle_tries = None, 0
    _note_balance(locked, bool(payments) and total == paid(locked) and not unneeded)
    locked.save(
        using=locked._state.db,
        update_fields=["settle_at", "settle_tries", "settled_at", "modified"],
    )
    return refunds, unneeded


def _refunds(payments: list[Payment], surplus: Money) -> list[Refund]:
    """Takes a surplus from the newest payments first."""
    refunds: list[Refund] = []
    for payment in reversed(payments):
        if surplus.amount <= 0:
            break
        if payment.state != PaymentState.CAPTURED or _failed_too_often(payment):
            continue
        most = min(surplus, payment.refundable)
        part = get_gateway(payment.gateway).payable(most) if most else most
        if part:
            refunds.append(reserve(payment, part, source=RefundSource.SETTLEMENT))
            surplus -= part
    return refunds


def _failed_too_often(payment: Payment) -> bool:
    failed = payment.refunds.using(payment._state.db).filter(
        source=RefundSource.SETTLEMENT, state=RefundState.FAILED
    )
    return failed.count() >= _MOST_FAILED_REFUNDS


def _note_balance(order: Order, is_settled: bool) -> None:
    if is_settled and order.settled_at is None:
        order.settled_at = clock.now()
        send_after_commit(order_settled, Order, using=order._state.db or "default", order=order)
    elif not is_settled:
        order.settled_at = None
