"""Disputes: opened and decided by banks, only looked at by a site."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bookable.testing.fakes.paystack.bodies import (
    Body,
    customer_body,
    fetched,
    named_customer_body,
    specified,
    stamp,
    without,
)
from bookable.testing.fakes.paystack.errors import not_found
from bookable.testing.fakes.paystack.listing import page_of
from bookable.testing.fakes.paystack.records import Account, Dispute, Transaction

RESOLUTIONS = frozenset({"merchant-accepted", "declined", "auto-accepted"})
_BANK = "bank@example.com"
_TIME_TO_ANSWER = timedelta(days=1)


def fetch(account: Account, _values: dict[str, Any], dispute_id: str) -> Any:
    data = _fetched(account, by_id(account, dispute_id))
    return {"status": True, "message": "Dispute retrieved", "data": data}


def listing(account: Account, values: dict[str, Any]) -> Any:
    wanted = [row for row in account.disputes.values() if _is_asked_for(row, values)]
    page = page_of(wanted, values)
    return {
        "status": True,
        "message": "Disputes retrieved",
        "data": [_listed(account, row) for row in page.rows],
        "meta": page.meta,
    }


def open_one(
    account: Account,
    transaction: Transaction,
    amount: int | None,
    category: str,
    due_at: datetime | None,
) -> Dispute:
    if transaction.paid_at is None:
        raise ValueError(f"{transaction.reference} is not paid.")
    now = account.now()
    dispute = Dispute(
        id=account.number(),
        transaction=transaction,
        amount=transaction.amount if amount is None else amount,
        category=category,
        created_at=now,
        updated_at=now,
        due_at=due_at or now + _TIME_TO_ANSWER,
    )
    account.disputes[dispute.id] = dispute
    tell(account, dispute, "create")
    return dispute


def resolve(account: Account, dispute: Dispute, resolution: str, amount: int | None) -> None:
    """Whoever accepts a dispute pays it back; the payment is shown as reversed then."""
    if resolution not in RESOLUTIONS:
        raise ValueError(f"A dispute is never {resolution}.")
    if dispute.resolved_at is not None:
        raise ValueError(f"Dispute {dispute.id} is resolved.")
    now = account.now()
    dispute.status, dispute.resolution = "resolved", resolution
    dispute.resolved_at = dispute.updated_at = now
    dispute.amount = dispute.amount if amount is None else amount
    if resolution != "declined":
        dispute.transaction.charged_back += dispute.amount
        dispute.transaction.status = "reversed"
    tell(account, dispute, "resolve")


def tell(account: Account, dispute: Dispute, what: str) -> None:
    body = _common(account, dispute)
    transaction = without(_transaction(account, dispute.transaction), "createdAt")
    times = {"created_at": body["createdAt"], "updated_at": body["updatedAt"]}
    data = {
        **without(body, "createdAt", "updatedAt"),
        "transaction": transaction,
        "customer": {**body["customer"], "metadata": {}},
        **times,
    }
    account.tell(f"charge.dispute.{what}", data)


def by_id(account: Account, dispute_id: str) -> Dispute:
    if not dispute_id.isdecimal() or int(dispute_id) not in account.disputes:
        raise not_found("No such dispute")
    return account.disputes[int(dispute_id)]


def _is_asked_for(dispute: Dispute, values: dict[str, Any]) -> bool:
    if values.get("status", dispute.status) != dispute.status:
        return False
    transaction = str(dispute.transaction.id)
    return bool(values.get("transaction", transaction) == transaction)


def _common(account: Account, dispute: Dispute) -> Body:
    created = stamp(dispute.created_at)
    return {
        "id": dispute.id,
        "refund_amount": dispute.amount,
        "currency": dispute.transaction.currency,
        "status": dispute.status,
        "resolution": dispute.resolution,
        "domain": account.domain,
        "transaction": _transaction(account, dispute.transaction),
        "transaction_reference": None,
        "category": dispute.category,
        "customer": customer_body(dispute.transaction.customer),
        "bin": "408408",
        "last4": "4081",
        "dueAt": stamp(dispute.due_at),
        "resolvedAt": stamp(dispute.resolved_at),
        "evidence": None,
        "attachments": None,
        "note": None,
        "history": [{"status": "pending", "by": _BANK, "createdAt": created}],
        "messages": [{"sender": _BANK, "body": "Nothing was delivered", "createdAt": created}],
        "createdAt": created,
        "updatedAt": stamp(dispute.updated_at),
    }


def _transaction(account: Account, transaction: Transaction) -> Body:
    """A payment within a dispute: without its card, and with hardly a customer."""
    unknown = ("receipt_number", "helpdesk_link", "source", "fees_breakdown", "connect")
    return {
        **without(fetched(account, transaction), *unknown),
        "metadata": transaction.metadata or "",
        "log": None,
        "authorization": {},
        "customer": {"international_format_phone": None},
    }


def _fetched(account: Account, dispute: Dispute) -> Body:
    body = {**_common(account, dispute), "attachments": "[]"}
    if account.specified:
        return _specified(account, dispute, body)
    return {**body, "transaction": without(body["transaction"], "pos_transaction_data")}


def _listed(account: Account, dispute: Dispute) -> Body:
    body = {**_common(account, dispute), "attachments": "[]"}
    if account.specified:
        whole = _specified(account, dispute, body)
        return {**whole, "customer": {**whole["customer"], "metadata": ""}}
    transaction = {**without(body["transaction"], "requested_amount"), "customer": None}
    return {**body, "transaction": transaction}


def _specified(account: Account, dispute: Dispute, body: Body) -> Body:
    own = dispute.transaction
    whole = {**fetched(account, own), **body["transaction"]}
    transaction = {**specified(whole, own), "customer": body["transaction"]["customer"]}
    return {
        **body,
        "transaction": transaction,
        "customer": named_customer_body(own.customer, metadata={}),
    }
