"""What Stripe tells us by itself: verified, and read for what it is about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import stripe

from bookable.errors import SignatureError
from bookable.payments.gateways.answers import WebhookEnvelope
from bookable.timeline import clock

#: A message may be so many seconds old, or its clock so far ahead of ours.
TOLERANCE = 300
#: Under this name our reference is kept in the metadata of whatever is made there.
REFERENCE = "bookable_reference"


def verified(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> WebhookEnvelope:
    """The message, if one of the secrets signed it just now; else SignatureError."""
    given = {name.lower(): value for name, value in headers.items()}
    header, text = given.get("stripe-signature", ""), _text(body)
    if not any(_is_signed(text, header, secret) for secret in secrets):
        raise SignatureError
    if _signed_at(header) > clock.now().timestamp() + TOLERANCE:
        raise SignatureError  # the client accepts what comes out of the future
    return envelope_of(_parsed(text))


def envelope_of(event: Mapping[str, Any]) -> WebhookEnvelope:
    """What an event is about; SignatureError if it is none."""
    try:
        thing = event["data"]["object"]
        return WebhookEnvelope(
            event_id=str(event["id"]),
            type=str(event["type"]),
            references=tuple(_references(thing)),
            externals=tuple(_externals(thing)),
            occurred_at=datetime.fromtimestamp(int(event["created"]), UTC),
            is_live=bool(event["livemode"]),
            payload=event,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        raise SignatureError("This is not an event.") from error


def _text(body: bytes) -> str:
    # decoded before anything else, so that what is verified is what is read
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise SignatureError from error


def _is_signed(text: str, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(text, header, secret, TOLERANCE)
    except stripe.SignatureVerificationError:
        return False
    return True


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        event = json.loads(text)
    except ValueError as error:
        raise SignatureError("This is not an event.") from error
    if not isinstance(event, dict):
        raise SignatureError("This is not an event.")
    return event


def _signed_at(header: str) -> int:
    for part in header.split(","):
        name, _sign, value = part.partition("=")
        if name.strip() == "t" and value.strip().isdigit():
            return int(value)
    return 0


def _references(thing: Mapping[str, Any]) -> Iterator[str]:
    metadata = thing.get("metadata")
    if isinstance(metadata, Mapping) and metadata.get(REFERENCE):
        yield str(metadata[REFERENCE])
    elif thing.get("client_reference_id"):
        yield str(thing["client_reference_id"])


def _externals(thing: Mapping[str, Any]) -> Iterator[str]:
    for name in ("id", "payment_intent", "setup_intent", "charge"):
        value = thing.get(name)
        if isinstance(value, Mapping):
            value = value.get("id")
        if value:
            yield str(value)
