from __future__ import annotations

from typing import Any

from bookable.errors import NotSupported
from bookable.money import Money
from bookable.payments.gateways import Capability, get_gateway
from bookable.payments.gateways.offline import OfflineGateway
from bookable.payments.gateways.offline.books import entry_of, pay_entry
from bookable.payments.models import Payment
from bookable.payments.refresh import refresh
from bookable.payments.steps.locks import PaymentLike, database, lock_payment, payment_of
from bookable.payments.steps.record import record
from bookable.transactions import in_own_transaction


def receive_payment(
    payment: PaymentLike,
    amount: Money | None = None,
    *,
    by: Any = None,
    using: str | None = None,
) -> Payment:
    """Staff saw that an offline payment came, all that was asked for or another amount.

    Too little is left to a person, and what came too late is acted on like every late payment.
    Raises NotSupported for another gateway's payment, and InvalidRequest if it was received with
    another amount before, or was only promised: that is for `capture()`.
    """
    alias = database(using)
    mine = payment_of(payment, alias)
    if not isinstance(get_gateway(mine.gateway), OfflineGateway):
        raise NotSupported(Capability.CHECKOUT)

    def work() -> None:
        locked = lock_payment(mine)
        before = entry_of(locked.reference).state
        entry = pay_entry(locked.reference, amount)
        if entry.state != before:
            received = entry.captured or entry.authorized
            record(locked, "received", amount=received, by=by)

    in_own_transaction(work, using=alias)
    return refresh(mine, using=alias)
