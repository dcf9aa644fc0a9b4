from __future__ import annotations

import json
import logging
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from bookable.jobs import work_through
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.answers import WebhookEnvelope
from bookable.payments.models import MessageState, Payment, WebhookEvent
from bookable.payments.refresh import refresh
from bookable.payments.steps.locks import database
from bookable.payments.webhooks.handlers import handler_for
from bookable.timeline import clock
from bookable.transactions import for_update, in_own_transaction

logger = logging.getLogger(__name__)

_OPEN = (MessageState.RECEIVED, MessageState.FAILED, MessageState.UNMATCHED)
#: After so many attempts over more than two days a person has to look.
_MOST_ATTEMPTS = 12
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=2), timedelta(days=1)
#: Whoever works on a message has so long for it before somebody else takes it.
_LEASE = timedelta(minutes=5)


def process(event: WebhookEvent, *, again: bool = False, using: str | None = None) -> WebhookEvent:
    """Acts on a message: asks the gateway about the payment that it names, and writes that down.

    What a message says itself is never believed. If it fails it is tried again later, and given up
    after a while; `again` takes up one that is done or was given up.
    """
    alias = database(using)
    mine = in_own_transaction(lambda: _claim(event.pk, alias, again=again), using=alias)
    if mine is None:
        return WebhookEvent.objects.using(alias).get(pk=event.pk)
    try:
        outcome, why = _act_on(mine, alias)
    except Exception as error:
        logger.exception("Message %s of %s could not be processed.", mine.event_id, mine.gateway)
        outcome, why = MessageState.FAILED, type(error).__name__
    in_own_transaction(lambda: _note(mine, outcome, why), using=alias)
    return mine


def process_due(*, limit: int = 200, again: bool = False, using: str | None = None) -> int:
    """A job: messages that nobody has acted on, or that are to be tried again; how many.

    `again` takes up those that were given up, too.
    """
    rows = WebhookEvent.objects.using(database(using))
    wanted = Q(Q(next_at=None) | Q(next_at__lte=clock.now()), state__in=_OPEN)
    if again:
        wanted |= Q(state=MessageState.DEAD)
    due = rows.filter(wanted).order_by("received_at", "pk").defer("body", "headers")
    found = {f"{event.event_id} of {event.gateway}": event for event in due[:limit]}

    def work(key: str) -> int:
        event = found[key]
        process(event, again=event.state == MessageState.DEAD, using=rows.db)
        return 1

    return work_through(found, work, failed="Message %s could not be processed")


def _claim(key: int, using: str, *, again: bool) -> WebhookEvent | None:
    event = for_update(WebhookEvent.objects.using(using).filter(pk=key)).get()
    now = clock.now()
    is_due = event.state in _OPEN and (event.next_at is None or event.next_at <= now)
    if not (is_due or again):
        return None
    event.attempts, event.next_at = (1 if again else event.attempts + 1), now + _LEASE
    event.save(using=using, update_fields=["attempts", "next_at"])
    return event


def _act_on(event: WebhookEvent, using: str) -> tuple[MessageState, str]:
    told = _envelope(event)
    payments = _payments(event, using)
    for payment in payments:
        named = get_gateway(payment.gateway).name_in(told, payment.ref)
        is_named = bool(payment.external or payment.checkout)
        refresh(payment, named=None if is_named else named, message=event.event_id, using=using)
    handler = handler_for(event.type)
    if handler is not None:
        handler(event, told)
    if payments or handler:
        return MessageState.PROCESSED, ""
    # other programs may use the same account; their names don't look like ours
    is_ours = any(map(_as_key, event.references))
    return (MessageState.UNMATCHED if is_ours else MessageState.IGNORED), ""


def _envelope(event: WebhookEvent) -> WebhookEnvelope:
    try:
        payload = json.loads(event.body)
    except ValueError:
        payload = {}
    return WebhookEnvelope(
        event_id=event.event_id,
        type=event.type,
        references=tuple(event.references),
        externals=tuple(event.externals),
        payload=payload if isinstance(payload, dict) else {},
    )


def _payments(event: WebhookEvent, using: str) -> list[Payment]:
    """Those that the message names, by our key or by the gateway's."""
    keys = [key for key in map(_as_key, event.references) if key is not None]
    names = [name for name in event.externals if name]
    rows = Payment.objects.using(using).filter(gateway=event.gateway)
    named = Q(external__in=names) | Q(checkout__in=names)
    return list(rows.filter(Q(uuid__in=keys) | named).order_by("pk"))


def _as_key(reference: str) -> UUID | None:
    try:
        return UUID(reference)
    except ValueError:
        return None


def _note(event: WebhookEvent, outcome: MessageState, why: str) -> None:
    is_done = outcome in (MessageState.PROCESSED, MessageState.IGNORED)
    is_over = not is_done and event.attempts >= _MOST_ATTEMPTS
    event.state = MessageState.DEAD if is_over else outcome
    event.error = why[:200]
    event.processed_at = clock.now() if is_done else None
    event.next_at = None if is_done or is_over else clock.now() + _pause(event.attempts)
    event.save(
        using=event._state.db,
        update_fields=["state", "error", "processed_at", "next_at"],
    )


def _pause(attempts: int) -> timedelta:
    pause: timedelta = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 12), _LONGEST_PAUSE)
    return pause
