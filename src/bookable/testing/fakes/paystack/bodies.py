"""Transactions, customers and cards as Paystack writes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bookable.testing.fakes.paystack.records import Account, Card, Customer, Transaction

Body = dict[str, Any]
_ADDRESS = "192.0.2.41"


def stamp(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def without(body: Body, *names: str) -> Body:
    return {name: value for name, value in body.items() if name not in names}


def customer_body(customer: Customer) -> Body:
    return {
        "id": customer.id,
        "first_name": None,
        "last_name": None,
        "email": customer.email,
        "customer_code": customer.code,
        "phone": None,
        "metadata": None,
        "risk_action": "default",
        "international_format_phone": None,
    }


def named_customer_body(customer: Customer, *, metadata: Any) -> Body:
    """With texts where the specification, unlike the samples, allows no null."""
    texts = dict.fromkeys(("first_name", "last_name", "phone"), "")
    return {
        **customer_body(customer),
        **texts,
        "international_format_phone": "",
        "metadata": metadata,
    }


def card_body(card: Card | None) -> Body:
    if card is None:
        return {}
    return {
        "authorization_code": card.code,
        "bin": "408408",
        "last4": "4081",
        "exp_month": "12",
        "exp_year": "2030",
        "channel": "card",
        "card_type": "visa ",
        "bank": "TEST BANK",
        "country_code": "NG",
        "brand": "visa",
        "reusable": card.reusable,
        "signature": card.signature,
        "account_name": None,
    }


def log_body(transaction: Transaction) -> Body | None:
    """What the customer did; null as long as nothing was tried."""
    if not transaction.attempts:
        return None
    paid = transaction.paid_at is not None
    return {
        "start_time": int(transaction.created_at.timestamp()),
        "time_spent": 4,
        "attempts": transaction.attempts,
        "errors": transaction.attempts - paid,
        "success": paid,
        "mobile": False,
        "input": [],
        "history": [{"type": "action", "message": "Tried to pay with a card", "time": 3}],
    }


def _core(account: Account, transaction: Transaction) -> Body:
    return {
        "id": transaction.id,
        "domain": account.domain,
        "status": transaction.status,
        "reference": transaction.reference,
        "amount": transaction.amount,
        "message": None,
        "gateway_response": transaction.gateway_response,
        "paid_at": stamp(transaction.paid_at),
        "created_at": stamp(transaction.created_at),
        "channel": transaction.channel,
        "currency": transaction.currency,
        "ip_address": _ADDRESS,
        "metadata": transaction.metadata,
        "log": log_body(transaction),
        "fees": transaction.fees,
        "fees_split": None,
        "authorization": card_body(transaction.card),
        "customer": customer_body(transaction.customer),
        "plan": {},
        "subaccount": {},
        "split": {},
        "order_id": None,
        "paidAt": stamp(transaction.paid_at),
        "createdAt": stamp(transaction.created_at),
        "requested_amount": transaction.requested,
        "pos_transaction_data": None,
        "connect": None,
    }


def verified(account: Account, transaction: Transaction) -> Body:
    return {
        **_core(account, transaction),
        "receipt_number": None,
        "plan": None,
        "source": None,
        "fees_breakdown": None,
        "transaction_date": stamp(transaction.created_at),
        "plan_object": {},
    }


def fetched(account: Account, transaction: Transaction) -> Body:
    body = {
        **_core(account, transaction),
        "receipt_number": None,
        "helpdesk_link": None,
        "source": {"type": "api", "source": "merchant_api", "identifier": None},
        "fees_breakdown": None,
    }
    return specified(body, transaction) if account.specified else body


def specified(body: Body, transaction: Transaction) -> Body:
    """As the specification has a whole transaction, against the samples."""
    own = transaction.metadata if isinstance(transaction.metadata, dict) else {}
    receiver = {"receiver_bank_account_number": None, "receiver_bank": None}
    return {
        **body,
        "metadata": {"custom_fields": [], **own},
        "authorization": {**body["authorization"], **receiver},
        "customer": named_customer_body(transaction.customer, metadata={}),
    }


def listed(account: Account, transaction: Transaction) -> Body:
    own = transaction.metadata if isinstance(transaction.metadata, dict) else None
    return {
        **_core(account, transaction),
        "metadata": own,
        "customer": without(customer_body(transaction.customer), "international_format_phone"),
        "source": {
            "source": "merchant_api",
            "type": "api",
            "identifier": None,
            "entry_point": transaction.entry_point,
        },
    }


def charged(account: Account, transaction: Transaction) -> Body:
    """What comes back at once from a charge, not the same as what can be fetched later."""
    return {
        "amount": transaction.amount,
        "currency": transaction.currency,
        "transaction_date": stamp(transaction.created_at),
        "status": transaction.status,
        "reference": transaction.reference,
        "domain": account.domain,
        "metadata": transaction.metadata,
        "gateway_response": transaction.gateway_response,
        "message": None,
        "channel": transaction.channel,
        "ip_address": None,
        "log": None,
        "fees": transaction.fees,
        "authorization": card_body(transaction.card),
        "customer": customer_body(transaction.customer),
        "plan": None,
        "id": transaction.id,
    }
