"""What a gateway says about refunds, written onto the rows of a locked payment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Sum

from bookable import signals
from bookable.payments.gateways.answers import RefundSnapshot
from bookable.payments.models import Payment, Refund, RefundSource, RefundState
from bookable.payments.states import later_refund
from bookable.payments.steps.record import record


def write_refunds(
    payment: Payment, told: Sequence[RefundSnapshot], *, message: str = ""
) -> Iterator[str]:
    """What is new about the refunds, those that were made at the gateway itself among them.

    Refunds in another currency are those of a payment that doesn't count in ours.
    """
    told = [one for one in told if one.money.currency == payment.currency]
    if not told:
        return
    rows = list(Refund.objects.using(payment._state.db).filter(payment=payment))
    for one in told:
        refund = _row_of(rows, one) or _found_there(payment, one, rows)
        refund.payment = payment
        yield from _write(refund, one, message)
    count_refunded(payment)


def count_refunded(payment: Payment) -> None:
    """What was given back is what its refunds that succeeded say."""
    done = Refund.objects.using(payment._state.db).filter(
        payment=payment, state=RefundState.SUCCEEDED
    )
    found = done.order_by().aggregate(found=Sum("amount"))["found"]
    payment.refunded = min(int(found or 0), payment.captured)


def _row_of(rows: list[Refund], told: RefundSnapshot) -> Refund | None:
    for row in rows:
        is_same = bool(told.external) and row.external == told.external
        if is_same or (told.key and str(row.uuid) == told.key):
            return row
    return None


def _found_there(payment: Payment, told: RefundSnapshot, rows: list[Refund]) -> Refund:
    refund = Refund(
        payment=payment,
        amount=told.money.amount,
        state=RefundState.SUBMITTING,
        source=RefundSource.EXTERNAL,
        external=told.external,
    )
    refund.save(using=payment._state.db, force_insert=True)
    record(payment, "refund_found", amount=refund.amount, refund=refund)
    rows.append(refund)
    return refund


def _write(refund: Refund, told: RefundSnapshot, message: str) -> Iterator[str]:
    before, after = refund.state, later_refund(refund.state, told.state)
    if after == before and refund.external:
        return
    refund.external = told.external or refund.external
    refund.state, refund.next_at = after, None
    refund.failure = told.failure[:100]
    refund.save(
        using=refund._state.db,
        update_fields=["external", "state", "next_at", "failure", "modified"],
    )
    if after != before:
        kind = f"refund_{after}"
        data = {"failure": refund.failure} if refund.failure else {}
        record(
            refund.payment,
            kind,
            amount=refund.amount,
            refund=refund,
            message=message,
            data=data,
            signal=_SIGNALS.get(after),
        )
        yield kind


_SIGNALS = {
    RefundState.SUCCEEDED: signals.refund_succeeded,
    RefundState.FAILED: signals.refund_failed,
    RefundState.CANCELLED: signals.refund_failed,
    RefundState.NEEDS_ATTENTION: signals.refund_failed,
}
