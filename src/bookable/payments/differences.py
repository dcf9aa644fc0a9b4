"""What our own rows say that only a person can put right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from bookable.payments.kinds import kinds
from bookable.payments.models import (
    MessageState,
    Order,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    WebhookEvent,
)
from bookable.payments.states import LOST_REFUNDS
from bookable.timeline import clock

#: A gateway that has not answered for so long won't by itself.
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that only a person can put right."""

    code: str
    text: str


def find_differences(since: datetime, using: str) -> Iterator[Difference]:
    """Payments, refunds and messages that wait for a person, and orders that don't add up."""
    for payment in Payment.objects.using(using).filter(state=PaymentState.REVIEW).order_by("pk"):
        text = _("Payment %(payment)s is not what was asked for.") % {"payment": payment.uuid}
        yield Difference("review", text)
    for refund in _troubled(since, using):
        words = {"refund": refund.uuid, "state": refund.get_state_display()}
        yield Difference("refund", _("Refund %(refund)s: %(state)s.") % words)
    dead = WebhookEvent.objects.using(using).filter(state=MessageState.DEAD)
    for event in dead.filter(received_at__gte=since).order_by("pk"):
        words = {"event": event, "key": event.event_id}
        yield Difference("message", _("A message was given up: %(event)s, %(key)s.") % words)
    yield from _audited(since, using)


def _troubled(since: datetime, using: str) -> Iterator[Refund]:
    """Money that is not on its way back though somebody meant it to be."""
    rows = Refund.objects.using(using)
    later = rows.filter(payment=OuterRef("payment"), pk__gt=OuterRef("pk"))
    is_tried_again = Exists(later.exclude(state__in=LOST_REFUNDS))
    lost = Q(~is_tried_again, modified__gte=since, state__in=LOST_REFUNDS)
    waits = Q(state=RefundState.NEEDS_ATTENTION)
    unsent = (RefundState.CREATED, RefundState.SUBMITTING)
    unanswered = Q(state__in=unsent, created__lte=clock.now() - _DAY)
    return rows.filter(lost | waits | unanswered).order_by("pk").iterator()


def _audited(since: datetime, using: str) -> Iterator[Difference]:
    recent = Q(created__gte=since) | Q(modified__gte=since)
    payments = Payment.objects.using(using).filter(modified__gte=since)
    orders = Order.objects.using(using).filter(recent | Q(pk__in=payments.values("order")))
    touched = list(orders.order_by("pk"))
    for kind in kinds():
        for found in kind.audit(touched):
            yield Difference(found.code, f"{found.order.uuid}: {found.text}")
