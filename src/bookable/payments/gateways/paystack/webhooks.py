"""What Paystack tells us by itself: verified by its raw bytes, and read for what it is about."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from bookable.errors import SignatureError
from bookable.payments.gateways.answers import WebhookEnvelope


def verified(headers: Mapping[str, str], body: bytes, key: str) -> WebhookEnvelope:
    """The message, if it was signed with the account's key; else SignatureError.

    It has neither a name nor a time of its own, so the same bytes are the same message.
    """
    given = {name.lower(): value for name, value in headers.items()}
    expected = hmac.new(key.encode(), body, hashlib.sha512).hexdigest()
    claimed = given.get("x-paystack-signature", "")
    if not hmac.compare_digest(expected.encode(), claimed.lower().encode()):
        raise SignatureError
    try:
        event = json.loads(body.decode())
        # some are about many things at once, and none of these is a payment
        data = {} if isinstance(event["data"], list) else event["data"]
        return WebhookEnvelope(
            event_id=hashlib.sha256(body).hexdigest(),
            type=str(event["event"]),
            references=tuple(_references(data)),
            externals=tuple(_externals(data)),
            is_live=_is_live(data),
            payload=event,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SignatureError("This is not an event.") from error


def _is_live(data: Mapping[str, Any]) -> bool | None:
    domain = data.get("domain")
    return None if domain is None else domain == "live"


def _references(data: Mapping[str, Any]) -> Iterator[str]:
    transaction = data.get("transaction")
    inner = transaction.get("reference") if isinstance(transaction, Mapping) else None
    for value in (data.get("transaction_reference"), inner, data.get("reference")):
        if value:
            yield str(value)


def _externals(data: Mapping[str, Any]) -> Iterator[str]:
    if data.get("id"):
        yield str(data["id"])
