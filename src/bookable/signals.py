"""What the site is told, after the transaction has been committed.

Every signal is sent with the model class as its sender and keyword arguments only. A receiver
that fails is logged and never breaks what it was told about; a signal is no veto (write a rule
for that).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

# provides: providers (list of Provider), change (str, the name of the verb)
# sender: Provider
schedule_changed = Signal()

# Of these the sender is Booking, and they provide: booking, event (the BookingEvent)
booking_held = Signal()
booking_requested = Signal()
booking_confirmed = Signal()
booking_rescheduled = Signal()
booking_cancelled = Signal()
booking_declined = Signal()
booking_expired = Signal()
booking_completed = Signal()
booking_no_show = Signal()
booking_changed = Signal()

# provides: entry (WaitingEntry), booking (the hold that is offered)
# sender: WaitingEntry
time_offered = Signal()

# sender: Payment; they provide: payment, event (the PaymentEvent)
payment_captured = Signal()
payment_failed = Signal()

# sender: Refund; they provide: refund, event (the PaymentEvent)
refund_succeeded = Signal()
refund_failed = Signal()

# provides: order, of which nothing is left to pay or to give back
# sender: Order
order_settled = Signal()

# provides: order, of which the rest is due soon
# sender: Order
balance_due = Signal()


def send_after_commit(signal: Signal, sender: type, *, using: str, **payload: Any) -> None:
    """Sends the signal once the outermost transaction on this database has been committed."""
    transaction.on_commit(partial(signal.send_robust, sender, **payload), using=using, robust=True)
