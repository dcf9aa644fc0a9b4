"""What the row of a provider says, as our own answers."""

from __future__ import annotations

from decimal import Decimal

from bookable.money import Money
from bookable.payments.gateways.answers import Failure, PaymentSnapshot, RefundSnapshot
from bookable.payments.gateways.questions import PaymentRef
from bookable.payments.models.provider_payment import ProviderPayment
from bookable.payments.states import PaymentState, RefundState

#: The name of what was given back by somebody else, of which only the sum is known.
OUTSIDE = "outside"

_STATES = {
    "waiting": PaymentState.PENDING,
    "input": PaymentState.PENDING,
    "preauth": PaymentState.AUTHORIZED,
    "confirmed": PaymentState.CAPTURED,
    "rejected": PaymentState.FAILED,
    "error": PaymentState.FAILED,
    "cancelled": PaymentState.EXPIRED,
    "refunded": PaymentState.CANCELLED,  # without money that was taken, it was let go
}


def note_captured(row: ProviderPayment) -> None:
    """Keeps what was taken, which some providers leave out and some lower again."""
    if row.status == "confirmed" and not row.captured_amount:
        row.captured_amount = row.most_captured or row.total
    row.most_captured = max(row.most_captured, row.captured_amount)
    row.save()


def payment_of(row: ProviderPayment) -> PaymentSnapshot:
    state = _STATES.get(row.status, PaymentState.PENDING)
    taken = money_of(row.most_captured, row)
    if taken:
        state = PaymentState.CAPTURED
    total = money_of(row.total, row)
    is_set_aside = state in (PaymentState.AUTHORIZED, PaymentState.CAPTURED)
    is_failed = state == PaymentState.FAILED
    return PaymentSnapshot(
        ref=ref_of(row),
        state=state,
        authorized=total if is_set_aside else Money.zero(row.currency),
        captured=taken,
        refunded=given_back(row),
        asked=total,
        failure=Failure(code=row.status) if is_failed else None,
    )


def ref_of(row: ProviderPayment) -> PaymentRef:
    return PaymentRef(
        reference=row.reference,
        currency=row.currency,
        external=row.transaction_id or row.token,
        checkout=row.token,
    )


def refunds_of(row: ProviderPayment) -> list[RefundSnapshot]:
    found = [refund_of(one, row) for one in row.refunds]
    ours = sum((one.money for one in found if _counts(one)), Money.zero(row.currency))
    more = _lowered(row) - ours
    if more.amount > 0:
        done = RefundState.SUCCEEDED
        found.append(RefundSnapshot(external=f"{row.token}-{OUTSIDE}", money=more, state=done))
    return found


def refund_of(kept: dict[str, str | int], row: ProviderPayment) -> RefundSnapshot:
    key = str(kept["key"])
    return RefundSnapshot(
        external=key,
        money=Money(int(kept["amount"]), row.currency),
        state=RefundState(str(kept["state"])),
        key=key,
    )


def given_back(row: ProviderPayment) -> Money:
    rows = [one.money for one in refunds_of(row) if _counts(one)]
    return sum(rows, Money.zero(row.currency))


def money_of(amount: Decimal, row: ProviderPayment) -> Money:
    return Money.of(amount, row.currency)


def _lowered(row: ProviderPayment) -> Money:
    """What a provider has taken off again from what it had taken."""
    return money_of(row.most_captured - row.captured_amount, row)


def _counts(refund: RefundSnapshot) -> bool:
    return refund.state != RefundState.FAILED
