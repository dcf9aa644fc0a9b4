"""What Paystack tells a site, and how it signs it."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from bookable.testing.fakes.paystack.bodies import (
    Body,
    customer_body,
    fetched,
    log_body,
    without,
)
from bookable.testing.fakes.paystack.records import Account, Refund, Transaction

SIGNATURE_HEADER = "x-paystack-signature"
_AMOUNT_IS_A_NUMBER = frozenset({"failed", "needs-attention"})


def encode(event: Any) -> bytes:
    """As JavaScript writes it: no spaces, and no letter escaped."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def sign(body: bytes, secret: str, _moment: datetime) -> dict[str, str]:
    """No moment is signed, so a body stays valid for ever."""
    return {SIGNATURE_HEADER: hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()}


def charge_success(account: Account, transaction: Transaction) -> Body:
    if account.specified:
        return _whole(account, transaction)
    return _short(account, transaction)


def _whole(account: Account, transaction: Transaction) -> Body:
    body = fetched(account, transaction)
    source = {**body["source"], "entry_point": transaction.entry_point}
    breakdown = {"amount": str(transaction.fees), "formula": None, "type": "paystack"}
    unknown = ("receipt_number", "helpdesk_link", "createdAt", "connect")
    return {
        **without(body, *unknown),
        "metadata": transaction.metadata or 0,
        "log": None,
        "fees_breakdown": breakdown,
        "source": source,
    }


def _short(account: Account, transaction: Transaction) -> Body:
    """The older sample: neither what was asked for nor whether the card can be used again."""
    body = fetched(account, transaction)
    names = "id domain status reference amount message gateway_response paid_at created_at"
    short = {name: body[name] for name in names.split()}
    customer = without(customer_body(transaction.customer), "international_format_phone")
    card = without(body["authorization"], "channel", "reusable", "signature")
    return {
        **short,
        "channel": transaction.channel,
        "currency": transaction.currency,
        "ip_address": body["ip_address"],
        "metadata": transaction.metadata or 0,
        "log": _short_log(transaction),
        "fees": None,
        "customer": customer,
        "authorization": card,
        "plan": {},
    }


def _short_log(transaction: Transaction) -> Body | None:
    log = log_body(transaction)
    if log is None:
        return None
    return {**without(log, "start_time"), "authentication": "pin", "channel": None}


def refund(account: Account, refund: Refund) -> Body:
    """A refund has no id in its events, but for the one that asks for help."""
    data: Body = {
        "status": refund.status,
        "transaction_reference": refund.transaction.reference,
        "refund_reference": _refund_reference(refund),
        "amount": refund.amount if refund.status in _AMOUNT_IS_A_NUMBER else str(refund.amount),
        "currency": refund.transaction.currency,
        "processor": "instant-transfer",
        "customer": {
            "first_name": None,
            "last_name": None,
            "email": refund.transaction.customer.email,
        },
        "integration": account.integration,
        "domain": account.domain,
    }
    if refund.status != "needs-attention":
        return data
    return {
        **without(data, "processor"),
        "id": str(refund.id),
        "customer_note": refund.customer_note,
        "merchant_note": refund.merchant_note,
    }


def _refund_reference(refund: Refund) -> str | None:
    return None if refund.status in {"pending", "processing"} else f"TRF_{refund.id}"
