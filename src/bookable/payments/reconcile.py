"""Holds our books against the gateways': repairs what is certain, reports the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from bookable.conf import settings
from bookable.errors import BookableError, InvalidRequest
from bookable.payments.charge_saved import charge_again
from bookable.payments.gateways import Capability, get_gateway
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
from bookable.payments.refresh import refresh
from bookable.payments.settle import settle_due
from bookable.payments.states import OPEN_PAYMENTS
from bookable.payments.steps.locks import database
from bookable.payments.submit import submit_due
from bookable.payments.webhooks.process import process, process_due
from bookable.payments.webhooks.receive import keep
from bookable.timeline import clock

#: What was begun less long ago is still being done by somebody else.
_FRESH = timedelta(minutes=2)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that only a person can put right."""

    code: str
    text: str


@dataclass(slots=True)
class Report:
    """What was found and what was done about it."""

    looked_at: int = 0
    repaired: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def reconcile(*, since: datetime | None = None, using: str | None = None) -> Report:
    """Asks about everything that was begun or has changed since then, and acts on the answers.

    May be run at any time, by any number at once.
    """
    alias, since = database(using), since or clock.now() - _WEEK
    report = Report()
    _hear_what_was_missed(report, since, alias)
    process_due(using=alias)
    submit_due(using=alias)
    for payment in _worth_a_look(since, alias):
        _look_at(payment, report, alias)
    settle_due(using=alias)
    report.differences += _differences(since, alias)
    return report


def _hear_what_was_missed(report: Report, since: datetime, using: str) -> None:
    for name in settings.GATEWAYS:
        gateway = get_gateway(name)
        if not gateway.can(Capability.EVENT_LIST):
            continue
        try:
            for told in gateway.list_events(since):
                process(keep(name, told, using=using), using=using)
        except BookableError as error:
            report.differences.append(_unreachable(name, error))


def _worth_a_look(since: datetime, using: str) -> list[Payment]:
    recent = Q(created__gte=since) | Q(modified__gte=since)
    waiting = Q(state__in=[*OPEN_PAYMENTS, PaymentState.AUTHORIZED, PaymentState.REVIEW])
    owed = Q(refunds__in=Refund.objects.using(using).open())
    rows = Payment.objects.using(using).filter(recent | waiting | owed)
    settled = rows.filter(created__lte=clock.now() - _FRESH)
    return list(settled.select_related("order", "card").distinct().order_by("pk"))


def _look_at(payment: Payment, report: Report, using: str) -> None:
    report.looked_at += 1
    before = payment.last_seq
    try:
        with suppress(InvalidRequest):  # when the gateway has never heard of it
            if payment.card_id and not payment.external:
                payment = charge_again(payment, using=using)
            payment = refresh(payment, using=using)
    except BookableError as error:
        report.differences.append(_unreachable(payment.gateway, error, payment))
        return
    if payment.last_seq != before:
        words = {"payment": payment.uuid, "state": payment.get_state_display()}
        report.repaired.append(_("Payment %(payment)s is %(state)s now.") % words)


def _unreachable(name: str, error: BookableError, payment: Payment | None = None) -> Difference:
    what = "" if payment is None else f" ({payment.uuid})"
    text = _("The gateway “%(gateway)s” did not answer%(payment)s: %(error)s")
    words = {"gateway": name, "payment": what, "error": type(error).__name__}
    return Difference("unreachable", text % words)


def _differences(since: datetime, using: str) -> Iterator[Difference]:
    for payment in Payment.objects.using(using).filter(state=PaymentState.REVIEW).order_by("pk"):
        text = _("Payment %(payment)s is not what was asked for.") % {"payment": payment.uuid}
        yield Difference("review", text)
    troubled = [RefundState.NEEDS_ATTENTION, RefundState.FAILED]
    for refund in Refund.objects.using(using).filter(modified__gte=since, state__in=troubled):
        words = {"refund": refund.uuid, "state": refund.get_state_display()}
        yield Difference("refund", _("Refund %(refund)s: %(state)s.") % words)
    for event in WebhookEvent.objects.using(using).filter(state=MessageState.DEAD):
        yield Difference("message", _("A message was given up: %(event)s.") % {"event": event})
    orders = Order.objects.using(using)
    recent = Q(created__gte=since) | Q(modified__gte=since) | Q(payments__modified__gte=since)
    touched = list(orders.filter(recent).distinct().order_by("pk"))
    for kind in kinds():
        for found in kind.audit(touched):
            yield Difference(found.code, f"{found.order.uuid}: {found.text}")
