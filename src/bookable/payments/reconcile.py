"""Holds our books against the gateways': repairs what is certain, reports the rest."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from bookable.conf import settings
from bookable.errors import (
    ActionRequired,
    BookableError,
    Declined,
    InvalidRequest,
    NotSupported,
    TryAgain,
)
from bookable.payments.charge_saved import charge_again
from bookable.payments.differences import Difference, find_differences
from bookable.payments.gateways import Capability, get_gateway
from bookable.payments.models import MessageState, Payment, PaymentEvent, PaymentState, Refund
from bookable.payments.refresh import refresh
from bookable.payments.settle import settle_due
from bookable.payments.steps.locks import database
from bookable.payments.submit import submit_due
from bookable.payments.webhooks.process import process, process_due
from bookable.payments.webhooks.receive import keep
from bookable.timeline import clock

logger = logging.getLogger(__name__)

#: What was begun less long ago is still being done by somebody else.
_FRESH = timedelta(minutes=2)
_WEEK = timedelta(days=7)
#: For so long the same key has no effect twice everywhere; after that it may.
_KEYS_LAST = timedelta(hours=23)
#: After so many silences in a row a gateway is asked nothing more this time.
_MOST_SILENCES = 3

_WAITING = (
    PaymentState.CREATED,
    PaymentState.PENDING,
    PaymentState.ACTION_REQUIRED,
    PaymentState.AUTHORIZED,
    PaymentState.REVIEW,
)


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
    newest = PaymentEvent.objects.using(alias).aggregate(found=Max("pk"))["found"] or 0
    missed = _hear_what_was_missed(report, since, alias)
    process_due(using=alias)
    _submit_refunds(report, alias)
    payments = _worth_a_look(since, alias)
    _look_at_all(payments, report, alias)
    settle_due(using=alias)
    news = Q(message__in=missed) | Q(payment__in=[payment.pk for payment in payments])
    report.repaired += _repaired(PaymentEvent.objects.using(alias).filter(news, pk__gt=newest))
    report.differences += find_differences(since, alias)
    return report


def _hear_what_was_missed(report: Report, since: datetime, using: str) -> list[str]:
    """The keys of the messages that had never reached us."""
    missed: list[str] = []
    for name in settings.GATEWAYS:
        try:
            gateway = get_gateway(name)
            if not gateway.can(Capability.EVENT_LIST):
                continue
            for told in gateway.list_events(since):
                # as others who want to know read the body
                body = json.dumps(told.payload, default=str).encode()
                event = keep(name, told, body=body, using=using)
                if event.state == MessageState.RECEIVED:
                    missed.append(event.event_id[:100])
                process(event, using=using)
        except BookableError as error:
            report.differences.append(_unreachable(name, error))
    return missed


def _submit_refunds(report: Report, using: str) -> None:
    try:
        submit_due(using=using)
    except BookableError as error:
        text = _("Refunds could not be sent: %(error)s") % {"error": error}
        report.differences.append(Difference("unreachable", text))


def _worth_a_look(since: datetime, using: str) -> list[Payment]:
    recent = Q(created__gte=since) | Q(modified__gte=since)
    waiting = Q(state__in=_WAITING) | Q(open_key__isnull=False)
    owed = Q(pk__in=Refund.objects.using(using).open().values("payment"))
    rows = Payment.objects.using(using).filter(recent | waiting | owed)
    settled = rows.filter(created__lte=clock.now() - _FRESH)
    return list(settled.select_related("order", "card").order_by("pk"))


def _look_at_all(payments: list[Payment], report: Report, using: str) -> None:
    silences: Counter[str] = Counter()
    left_out: Counter[str] = Counter()
    for payment in payments:
        name = payment.gateway
        if silences[name] >= _MOST_SILENCES:
            left_out[name] += 1
            continue
        report.looked_at += 1
        try:
            report.differences += _look_at(payment, using)
            silences[name] = 0
        except BookableError as error:
            silences[name] += 1
            report.differences.append(_unreachable(name, error, payment))
    for name, count in left_out.items():
        text = _("The gateway “%(gateway)s” was not asked about %(count)d more payments.")
        words = {"gateway": name, "count": count}
        report.differences.append(Difference("unreachable", text % words))


def _look_at(payment: Payment, using: str) -> list[Difference]:
    """Asks how it stands; a charge of which the gateway has never heard is asked for again."""
    try:
        refresh(payment, using=using)
    except InvalidRequest:
        if not _is_unsent(payment):
            return []
        if payment.created < clock.now() - _KEYS_LAST:
            text = _("Nobody knows whether payment %(payment)s was charged.")
            return [Difference("unanswered", text % {"payment": payment.uuid})]
        _charge(payment, using)
    except TryAgain:
        text = _("Payment %(payment)s is just being worked on; look again.")
        return [Difference("busy", text % {"payment": payment.uuid})]
    return []


def _is_unsent(payment: Payment) -> bool:
    is_begun = payment.state == PaymentState.CREATED and not payment.external
    return is_begun and payment.card_id is not None


def _charge(payment: Payment, using: str) -> None:
    try:
        charge_again(payment, using=using)
    except (Declined, ActionRequired, InvalidRequest, NotSupported) as error:
        # an answer as well, and it is written down
        logger.info("Payment %s was not charged: %s", payment.uuid, type(error).__name__)


def _repaired(events: QuerySet[PaymentEvent]) -> Iterator[str]:
    """One line for each payment to which something happened that no person did."""
    found = events.filter(by=None).select_related("payment").order_by("payment", "seq")
    for payment, news in groupby(found, key=lambda event: event.payment):
        kinds = ", ".join(event.kind for event in news)
        words = {"payment": payment.uuid, "state": payment.get_state_display(), "news": kinds}
        yield _("Payment %(payment)s is %(state)s now: %(news)s.") % words


def _unreachable(name: str, error: BookableError, payment: Payment | None = None) -> Difference:
    what = "" if payment is None else f" ({payment.uuid})"
    text = _("The gateway “%(gateway)s” did not answer%(payment)s: %(error)s")
    words = {"gateway": name, "payment": what, "error": type(error).__name__}
    return Difference("unreachable", text % words)
