"""The books of the offline gateway: each entry is changed under its lock, and only here."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import router

from bookable.errors import InvalidRequest
from bookable.money import Money
from bookable.payments.gateways.answers import Expire
from bookable.payments.gateways.questions import CheckoutRequest, RefundRequest
from bookable.payments.models import OfflineEntry, OfflineRefund, PaymentState
from bookable.timeline import clock
from bookable.transactions import for_update, in_transaction

T = TypeVar("T")

_WAITING = (PaymentState.PENDING, PaymentState.FAILED)
_OVER = (PaymentState.EXPIRED, PaymentState.CANCELLED)


def entry_of(reference: str) -> OfflineEntry:
    """The entry as it is now; InvalidRequest if the books have none."""
    found = OfflineEntry.objects.using(_alias()).filter(reference=reference).first()
    if found is None:
        raise InvalidRequest(f"The books have no entry “{reference}”.")
    return found


def open_entry(request: CheckoutRequest, *, is_promised: bool) -> OfflineEntry:
    """A new entry, or the one that this reference has."""
    state = PaymentState.AUTHORIZED if is_promised else PaymentState.PENDING
    fresh = {
        "currency": request.money.currency,
        "amount": request.money.amount,
        "takes_at_once": request.capture,
        "state": state,
        "authorized": request.money.amount if is_promised else 0,
        "created": clock.now(),
        "expires": request.expires_at,
    }
    rows = OfflineEntry.objects.using(_alias())
    entry, _is_new = in_transaction(
        lambda: rows.get_or_create(reference=request.reference, defaults=fresh), using=_alias()
    )
    if entry.money != request.money:
        raise InvalidRequest(f"“{request.reference}” was asked for as {entry.money} before.")
    return entry


def pay_entry(reference: str, money: Money | None = None) -> OfflineEntry:
    """The money has come, all that was asked for or another amount; late is fine too."""

    def work(entry: OfflineEntry) -> None:
        came = entry.money if money is None else _fitting(entry, money)
        if entry.state == PaymentState.CAPTURED and entry.captured == came.amount:
            return
        if entry.state not in (*_WAITING, PaymentState.EXPIRED):
            raise _not_possible(entry, "paid")
        entry.authorized = came.amount
        entry.state = PaymentState.AUTHORIZED
        if entry.takes_at_once:
            entry.state, entry.captured = PaymentState.CAPTURED, came.amount

    return _change(reference, work)


def decline_entry(reference: str) -> OfflineEntry:
    """An attempt to pay it was refused; it may be tried again."""

    def work(entry: OfflineEntry) -> None:
        if entry.state not in _WAITING:
            raise _not_possible(entry, "declined")
        entry.state = PaymentState.FAILED

    return _change(reference, work)


def expire_entry(reference: str) -> Expire:
    """Nobody is to pay it any more, unless it was paid or promised."""

    def work(entry: OfflineEntry) -> None:
        if entry.state in _WAITING:
            entry.state = PaymentState.EXPIRED

    return Expire.EXPIRED if _change(reference, work).state in _OVER else Expire.PAID


def capture_entry(reference: str, money: Money) -> OfflineEntry:
    """Takes what was set aside or promised, or a part; the rest of it is let go."""

    def work(entry: OfflineEntry) -> None:
        taken = _fitting(entry, money).amount
        if entry.state == PaymentState.CAPTURED and entry.captured == taken:
            return
        if entry.state != PaymentState.AUTHORIZED or taken > entry.authorized:
            raise _not_possible(entry, f"captured with {money}")
        entry.state, entry.captured = PaymentState.CAPTURED, taken

    return _change(reference, work)


def void_entry(reference: str) -> OfflineEntry:
    """Lets go of what was set aside or promised."""

    def work(entry: OfflineEntry) -> None:
        if entry.state not in (PaymentState.AUTHORIZED, PaymentState.CANCELLED):
            raise _not_possible(entry, "voided")
        entry.state = PaymentState.CANCELLED

    return _change(reference, work)


def refund_entry(request: RefundRequest) -> OfflineRefund:
    """Money that is handed back. The same key is the same refund."""
    refunds = OfflineRefund.objects.using(_alias()).select_related("entry")

    def work(entry: OfflineEntry) -> OfflineRefund:
        known = refunds.filter(key=request.key).first()
        if known is not None:
            return known
        back = _fitting(entry, request.money).amount
        if back > entry.captured - entry.refunded:
            raise InvalidRequest(f"{request.money} is more than is left of {entry.money}.")
        return refunds.create(entry=entry, key=request.key, amount=back, created=clock.now())

    return _locked(request.payment.reference, work)


def _change(reference: str, work: Callable[[OfflineEntry], None]) -> OfflineEntry:
    def change(entry: OfflineEntry) -> OfflineEntry:
        work(entry)
        entry.save(using=_alias(), update_fields=["state", "authorized", "captured"])
        return entry

    return _locked(reference, change)


def _locked(reference: str, work: Callable[[OfflineEntry], T]) -> T:
    rows = OfflineEntry.objects.using(_alias()).filter(reference=reference)

    def lock_and_work() -> T:
        entry = for_update(rows).first()
        if entry is None:
            raise InvalidRequest(f"The books have no entry “{reference}”.")
        return work(entry)

    return in_transaction(lock_and_work, using=_alias())


def _alias() -> str:
    return router.db_for_write(OfflineEntry)


def _fitting(entry: OfflineEntry, money: Money) -> Money:
    if money.currency != entry.currency or money.amount <= 0:
        raise InvalidRequest(f"{money} doesn't fit to {entry.money}.")
    return money


def _not_possible(entry: OfflineEntry, what: str) -> InvalidRequest:
    return InvalidRequest(f"{entry.money} that is “{entry.state}” can't be {what}.")
