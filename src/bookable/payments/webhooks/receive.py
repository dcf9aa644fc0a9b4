from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bookable.errors import SignatureError
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.answers import WebhookEnvelope
from bookable.payments.models import WebhookEvent
from bookable.payments.steps.locks import database
from bookable.timeline import clock
from bookable.transactions import in_transaction

#: What of the headers may be of use later; none of them holds a secret.
_KEPT = ("content-type", "stripe-signature", "x-paystack-signature", "user-agent")


def receive(
    alias: str, headers: Mapping[str, str], body: bytes, *, using: str | None = None
) -> WebhookEvent:
    """Keeps a gateway's message, once however often it comes; nothing is done about it yet.

    Raises SignatureError, for a message of the other mode too: a test never confirms what is live.
    """
    gateway = get_gateway(alias)
    told = gateway.verify_webhook(headers, body)
    if None not in (told.is_live, gateway.is_live) and told.is_live != gateway.is_live:
        raise SignatureError("It is of the other mode: one of both is live, one is not.")
    return keep(alias, told, headers=headers, body=body, using=using)


def keep(
    alias: str,
    told: WebhookEnvelope,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    using: str | None = None,
) -> WebhookEvent:
    """The row of a message that was verified, a new one or the one that is there."""
    kept = {name.lower(): value for name, value in (headers or {}).items()}
    row = WebhookEvent(
        gateway=alias,
        event_id=_storable(told.event_id)[:191],
        type=_storable(told.type)[:100],
        body=body.decode(errors="replace"),
        headers={name: kept[name] for name in _KEPT if name in kept},
        digest=hashlib.sha256(body).hexdigest(),
        references=[_storable(one) for one in told.references],
        externals=[_storable(one) for one in told.externals],
        received_at=clock.now(),
    )
    rows = WebhookEvent.objects.using(database(using))
    in_transaction(lambda: rows.bulk_create([row], ignore_conflicts=True), using=rows.db)
    return rows.get(gateway=alias, event_id=row.event_id)


def _storable(text: str) -> str:
    """Without what JSON can write and a database can't keep."""
    return text.encode(errors="replace").decode().replace("\x00", "")
