"""Events on their way to a webhook endpoint."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any


def encode(event: Any) -> bytes:
    """The body of an event, indented and with its letters as they are."""
    return json.dumps(event, indent=2, ensure_ascii=False).encode()


def sign(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """The header by which a receiver knows that Stripe has sent this body."""
    moment = int(at.timestamp())
    signed = f"{moment}.".encode() + body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={digest}"}
