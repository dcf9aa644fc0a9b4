"""What a gateway says about a payment, written onto the locked row: one event for what is new."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bookable import signals
from bookable.payments.gateways.answers import DisputeState, PaymentSnapshot
from bookable.payments.models import Payment, PaymentState, Purpose
from bookable.payments.states import OPEN_PAYMENTS, later_payment
from bookable.payments.steps.record import record


def write_facts(
    payment: Payment, told: PaymentSnapshot, *, message: str, is_latest: bool
) -> Iterator[str]:
    """What is new about it, each as the kind of its event."""
    payment.external = payment.external or told.ref.external
    payment.checkout = payment.checkout or told.ref.checkout
    wrong = _mismatch(payment, told)
    if told.captured.currency == payment.currency:
        yield from _write_money(payment, told, message)
    if wrong and _was_accepted(payment):
        wrong = {}
    if wrong and payment.state != PaymentState.REVIEW:
        yield _put_aside(payment, wrong, message)
    elif wrong and _went_back(payment, told):
        yield _end_review(payment, told, message)
    elif not wrong:
        yield from _write_state(payment, told, message)
    if is_latest:
        yield from _write_disputes(payment, told, message)


def _write_money(payment: Payment, told: PaymentSnapshot, message: str) -> Iterator[str]:
    before = (payment.authorized, payment.captured)
    payment.authorized = max(payment.authorized, told.authorized.amount)
    payment.captured = max(payment.captured, told.captured.amount)
    if told.fee is not None and told.fee.currency == payment.currency:
        payment.fee = told.fee.amount
    payment.surcharge = _passed_on(payment)
    payment.capture_before = told.capture_before or payment.capture_before
    if (payment.authorized, payment.captured) != before and payment.state == told.state:
        record(payment, "captured", amount=payment.captured - before[1], message=message)
        yield "captured"


def _passed_on(payment: Payment) -> int:
    """The gateway's fee, where the customer paid it on top of what was asked for."""
    more = payment.captured - payment.amount
    return more if 0 < more <= (payment.fee or 0) else 0


def _write_state(payment: Payment, told: PaymentSnapshot, message: str) -> Iterator[str]:
    before, after = payment.state, later_payment(payment.state, told.state)
    payment.state = after
    if told.failure is not None:
        payment.failure = told.failure.code[:100]
    elif after in (PaymentState.AUTHORIZED, PaymentState.CAPTURED):
        payment.failure = ""  # an earlier attempt's, of which the history tells
    # on a page of the gateway's the customer is led there and back by itself
    if after == PaymentState.ACTION_REQUIRED and told.action_url and not payment.checkout:
        payment.url = told.action_url
    is_dead = after == PaymentState.FAILED and told.failure is not None and told.failure.is_final
    if after not in OPEN_PAYMENTS or is_dead:
        payment.open_key = None
    if after != before:
        amount = payment.captured or payment.authorized or None
        data = {"failure": payment.failure} if after == PaymentState.FAILED else {}
        signal = None if payment.purpose == Purpose.CARD else _SIGNALS.get(after)
        record(payment, after, amount=amount, message=message, data=data, signal=signal)
        yield after


_SIGNALS = {
    PaymentState.CAPTURED: signals.payment_captured,
    PaymentState.FAILED: signals.payment_failed,
}


def _mismatch(payment: Payment, told: PaymentSnapshot) -> dict[str, Any]:
    """What of the money is not what was asked for; empty if it is right, or none has moved."""
    if not (told.captured or told.authorized):
        return {}
    if told.captured.currency != payment.currency:
        return {"why": "currency", "currency": told.captured.currency, "was": told.captured.amount}
    if told.asked is not None and told.asked != payment.money:
        return {"why": "asked", "currency": told.asked.currency, "was": told.asked.amount}
    # of what was set aside, or promised, less may be taken than was asked for
    was_set_aside = payment.authorized >= payment.amount
    is_taken = told.state == PaymentState.CAPTURED and payment.takes_at_once
    if is_taken and not was_set_aside and told.captured < payment.money:
        return {"why": "underpaid", "was": told.captured.amount}
    return {}


def _was_accepted(payment: Payment) -> bool:
    """Whether a person has looked at it already."""
    return payment.events.using(payment._state.db).filter(kind="accepted").exists()


def _put_aside(payment: Payment, wrong: dict[str, Any], message: str) -> str:
    """Nothing is done for this money until a person has looked at it."""
    payment.state, payment.open_key = PaymentState.REVIEW, None
    data = {**wrong, "wanted": payment.amount}
    record(payment, PaymentState.REVIEW, amount=payment.captured, message=message, data=data)
    return PaymentState.REVIEW


def _went_back(payment: Payment, told: PaymentSnapshot) -> bool:
    """Whether all of what came in another currency was given back where it came from."""
    is_foreign = told.captured.currency != payment.currency
    return is_foreign and bool(told.captured) and told.refunded == told.captured


def _end_review(payment: Payment, told: PaymentSnapshot, message: str) -> str:
    payment.state = PaymentState.CANCELLED
    data = {"currency": told.captured.currency, "was": told.captured.amount}
    record(payment, "returned", message=message, data=data)
    return "returned"


def _write_disputes(payment: Payment, told: PaymentSnapshot, message: str) -> Iterator[str]:
    standing = [one for one in told.disputes if one.state != DisputeState.WON]
    disputed = min(sum(one.money.amount for one in standing), payment.captured)
    states = {one.external: one.state.value for one in told.disputes}
    if disputed != payment.disputed or (states and states != _known_disputes(payment)):
        payment.disputed = disputed
        data = {"disputes": states}
        record(payment, "disputed", amount=disputed, message=message, data=data)
        yield "disputed"


def _known_disputes(payment: Payment) -> Any:
    """What was told of them last: one that is lost is worth a line as well."""
    events = payment.events.using(payment._state.db).filter(kind="disputed").order_by("-seq")
    return events.values_list("data__disputes", flat=True).first()
