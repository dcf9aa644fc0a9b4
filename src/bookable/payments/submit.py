from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from bookable.errors import Declined, GatewayError, InvalidRequest, NotSupported, UnknownGateway
from bookable.jobs import work_through
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.answers import RefundSnapshot
from bookable.payments.gateways.questions import RefundRequest
from bookable.payments.models import Refund, RefundState
from bookable.payments.steps.locks import RefundLike, database, lock_payment, refund_of
from bookable.payments.steps.refunds import write_refunds
from bookable.payments.steps.settling import ask_to_settle
from bookable.timeline import clock
from bookable.transactions import in_own_transaction

logger = logging.getLogger(__name__)

_UNSENT = (RefundState.CREATED, RefundState.SUBMITTING)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=6)


def submit(refund: RefundLike, *, using: str | None = None) -> Refund:
    """Asks the gateway to give money back that was reserved for it; once, whoever asks again.

    If nobody answers, it is asked for again by a job, which first looks whether it was made.
    """
    alias = database(using)
    mine = in_own_transaction(lambda: _claim(refund_of(refund, alias)), using=alias)
    if mine is None:
        return refund_of(refund, alias)
    try:
        told = _ask(mine)
    except (Declined, InvalidRequest, NotSupported) as error:
        told = _refused(mine, error)
    except (GatewayError, UnknownGateway) as error:
        logger.warning("Refund %s was not answered: %s", mine.uuid, type(error).__name__)
        return refund_of(mine, alias)
    in_own_transaction(lambda: _write(mine, told), using=alias)
    return refund_of(mine, alias)


def submit_due(*, limit: int = 100, using: str | None = None) -> int:
    """A job: asks again for refunds that nobody has answered; how many."""
    alias = database(using)
    due = Refund.objects.using(alias).filter(state__in=_UNSENT, next_at__lte=clock.now())
    keys = list(due.order_by("next_at").values_list("uuid", flat=True)[:limit])

    def work(key: UUID) -> int:
        submit(key, using=alias)
        return 1

    return work_through(keys, work, failed="Refund %s could not be asked for")


def _claim(refund: Refund) -> Refund | None:
    """The refund, if it is this process that asks for it now."""
    payment = lock_payment(refund.payment)
    mine = refund_of(refund, refund._state.db or "default")
    now = clock.now()
    if mine.state not in _UNSENT or (mine.next_at is not None and mine.next_at > now):
        return None
    mine.payment = payment
    mine.state, mine.attempts = RefundState.SUBMITTING, mine.attempts + 1
    mine.next_at = _next(now, mine.attempts)
    mine.save(using=mine._state.db, update_fields=["state", "attempts", "next_at", "modified"])
    return mine


def _next(now: datetime, attempts: int) -> datetime:
    pause: timedelta = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 10), _LONGEST_PAUSE)
    return now + pause


def _ask(refund: Refund) -> RefundSnapshot:
    gateway = get_gateway(refund.payment.gateway)
    known = gateway.fetch_refund(refund.ref) if refund.attempts > 1 else None
    if known is not None:
        return known
    return gateway.refund(
        RefundRequest(
            key=str(refund.uuid),
            payment=refund.payment.ref,
            money=refund.money,
            reason=refund.reason,
        )
    )


def _refused(refund: Refund, error: GatewayError) -> RefundSnapshot:
    """The gateway won't; the money is free for another attempt."""
    return RefundSnapshot(
        external="",
        money=refund.money,
        state=RefundState.FAILED,
        key=str(refund.uuid),
        failure=error.why,
    )


def _write(refund: Refund, told: RefundSnapshot) -> None:
    payment = lock_payment(refund.payment)
    if list(write_refunds(payment, [_keyed(refund, told)])):
        payment.save(using=payment._state.db, update_fields=["refunded", "modified"])
        ask_to_settle(payment.order)


def _keyed(refund: Refund, told: RefundSnapshot) -> RefundSnapshot:
    """What was answered to our own question is about our own refund, whether it says so or not."""
    return RefundSnapshot(
        external=told.external,
        money=told.money,
        state=told.state,
        key=str(refund.uuid),
        failure=told.failure,
    )
