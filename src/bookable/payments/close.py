from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from bookable.errors import InvalidRequest
from bookable.jobs import work_through
from bookable.payments.gateways import Capability, get_gateway
from bookable.payments.gateways.answers import Expire
from bookable.payments.models import Order, Payment, PaymentState
from bookable.payments.refresh import refresh
from bookable.payments.settle import settle_if_asked
from bookable.payments.steps.locks import PaymentLike, database, lock_payment, payment_of
from bookable.payments.steps.record import record
from bookable.payments.steps.settling import ask_to_settle
from bookable.timeline import clock
from bookable.transactions import in_own_transaction

#: What is on its way to be paid is looked at again after this.
_PAUSE = timedelta(minutes=10)


def close(payment: PaymentLike, *, using: str | None = None) -> Payment:
    """Sees to it that an attempt can't be paid any more, and what it is for is free again.

    If it was paid in the meantime, that stands. Where a gateway can't close its page, a payment
    may still come; it is late then. Raises what the gateway raises: then nothing has changed. One
    whose page nobody has seen is closed without asking.
    """
    alias = database(using)
    mine = payment_of(payment, alias)
    if not mine.is_open:
        return mine
    outcome = None
    if mine.state != PaymentState.CREATED:
        with suppress(InvalidRequest):  # when the gateway knows of no such payment
            outcome = get_gateway(mine.gateway).expire(mine.ref)
            mine = refresh(mine, using=alias)
    in_own_transaction(lambda: _give_up(mine, outcome), using=alias)
    settle_if_asked(mine.order_id, using=alias)
    return payment_of(mine, alias)


def close_due(*, limit: int = 100, using: str | None = None) -> int:
    """A job: closes attempts whose time is over, and asks about each whether it was paid.

    Those of orders for which nothing is left to pay are closed before their time.
    """
    alias = database(using)
    rows = Payment.objects.using(alias).open()
    due = rows.filter(closes_at__lte=clock.now())
    owing = Order.objects.using(alias).filter(pk=OuterRef("order")).owing()
    unneeded = rows.filter(~Exists(owing), order__settled_at__isnull=False, amount__gt=0)
    keys = [
        key
        for some in (due, unneeded)
        for key in some.order_by("closes_at").values_list("uuid", flat=True)[:limit]
    ]

    def work(key: UUID) -> int:
        close(key, using=alias)
        return 1

    # without an answer nobody knows; the places are given up at their hard limit
    return work_through(dict.fromkeys(keys), work, failed="Payment %s could not be closed")


def _give_up(payment: Payment, outcome: Expire | None) -> None:
    mine = lock_payment(payment)
    was_unseen = payment.state == PaymentState.CREATED
    if not mine.is_open or (was_unseen and mine.state != PaymentState.CREATED):
        return  # over already, or its page is there by now and has to be asked about
    if outcome == Expire.OPEN and _is_on_its_way(mine):
        mine.closes_at = clock.now() + _PAUSE
        mine.save(using=mine._state.db, update_fields=["closes_at", "modified"])
        return
    is_expired = outcome == Expire.EXPIRED
    mine.state = PaymentState.EXPIRED if is_expired else PaymentState.CANCELLED
    mine.open_key = None
    record(mine, mine.state, fields=["state", "open_key"])
    ask_to_settle(mine.order)


def _is_on_its_way(payment: Payment) -> bool:
    """The page is closed, but what the customer did there takes a while."""
    can_expire = get_gateway(payment.gateway).can(Capability.EXPIRE)
    return can_expire and payment.state == PaymentState.PENDING and bool(payment.external)
