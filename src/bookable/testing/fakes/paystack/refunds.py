"""Refunds: queued, slow, and posted twice if they are asked for twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bookable.testing.fakes.paystack import events, fields
from bookable.testing.fakes.paystack.bodies import Body, named_customer_body, stamp, without
from bookable.testing.fakes.paystack.errors import Refusal, invalid, not_found
from bookable.testing.fakes.paystack.listing import page_of
from bookable.testing.fakes.paystack.records import Account, Refund, Transaction
from bookable.testing.fakes.paystack.transactions import by_reference_or_id

STATUSES = frozenset({"pending", "processing", "processed", "failed", "needs-attention"})
_TAKES = timedelta(days=9)


def create(account: Account, values: dict[str, Any]) -> Any:
    transaction = by_reference_or_id(account, str(values["transaction"]))
    if values.get("currency", transaction.currency) != transaction.currency:
        raise invalid("The payment has another currency")
    amount = values.get("amount", transaction.amount)
    refund = begin(account, transaction, amount, values, refunded_by="site@example.com")
    message = "Refund has been queued for processing"
    return {"status": True, "message": message, "data": _created(account, refund)}


def fetch(account: Account, _values: dict[str, Any], refund_id: str) -> Any:
    data = _fetched(account, _by_id(account, refund_id))
    return {"status": True, "message": "Refund retrieved", "data": data}


def listing(account: Account, values: dict[str, Any]) -> Any:
    page = page_of([row for row in account.refunds.values() if _is_asked_for(row, values)], values)
    answer = {
        "status": True,
        "message": "Refunds retrieved",
        "data": [_listed(account, row) for row in page.rows],
    }
    if not account.specified:
        return answer
    failed = sum(row.status == "failed" for row in account.refunds.values())
    meta = {**page.meta, "perPage": str(page.size), "failedRefundCount": failed}
    return {**answer, "meta": meta}


def retry(account: Account, values: dict[str, Any], refund_id: str) -> Any:
    fields.check(values["refund_account_details"], fields.REFUND_ACCOUNT)
    refund = _by_id(account, refund_id)
    if refund.status != "needs-attention":
        raise invalid("Only a refund that needs attention can be tried again", status=422)
    move(account, refund, "processing")
    message = "Refund retried and has been queued for processing"
    return {"status": True, "message": message, "data": _retried(account, refund)}


def begin(
    account: Account,
    transaction: Transaction,
    amount: int,
    notes: dict[str, Any],
    *,
    refunded_by: str,
) -> Refund:
    """A new refund, never of more than what is left of the payment."""
    if transaction.paid_at is None:
        raise Refusal("The transaction is not paid", code="transaction_not_paid")
    if not 0 < amount <= left_of(account, transaction):
        raise invalid("The amount is more than what can be refunded")
    note = f"Refund for transaction {transaction.reference}"
    now = account.now()
    refund = Refund(
        id=account.number(),
        transaction=transaction,
        amount=amount,
        refunded_by=refunded_by,
        customer_note=notes.get("customer_note", note),
        merchant_note=notes.get("merchant_note", f"{note} by {refunded_by}"),
        created_at=now,
        updated_at=now,
    )
    account.refunds[refund.id] = refund
    account.tell("refund.pending", events.refund(account, refund))
    return refund


def move(account: Account, refund: Refund, status: str) -> None:
    """The next thing that happens to a refund. A failed one is over."""
    if status not in STATUSES:
        raise ValueError(f"A refund is never {status}.")
    if refund.status == "failed":
        raise ValueError(f"Refund {refund.id} has failed.")
    refund.status, refund.updated_at = status, account.now()
    _show_reversal(account, refund.transaction)
    account.tell(f"refund.{status}", events.refund(account, refund))


def left_of(account: Account, transaction: Transaction) -> int:
    """What of a payment is neither refunded, about to be nor charged back."""
    given = sum(row.amount for row in _of(account, transaction) if row.status != "failed")
    return transaction.amount - given - transaction.charged_back


def _show_reversal(account: Account, transaction: Transaction) -> None:
    done = sum(row.amount for row in _of(account, transaction) if row.status == "processed")
    gone = done >= transaction.amount or transaction.charged_back
    transaction.status = "reversed" if gone else "success"


def _of(account: Account, transaction: Transaction) -> list[Refund]:
    return [row for row in account.refunds.values() if row.transaction is transaction]


def _by_id(account: Account, refund_id: str) -> Refund:
    if not refund_id.isdecimal() or int(refund_id) not in account.refunds:
        raise not_found("No such refund")
    return account.refunds[int(refund_id)]


def _is_asked_for(refund: Refund, values: dict[str, Any]) -> bool:
    found = {
        "transaction": str(refund.transaction.id),
        "currency": refund.transaction.currency,
    }
    return all(values[name] == value for name, value in found.items() if name in values)


def _created(account: Account, refund: Refund) -> Body:
    paid = stamp(refund.transaction.paid_at)
    transaction = {
        "id": refund.transaction.id,
        "domain": account.domain,
        "reference": refund.transaction.reference,
        "amount": refund.transaction.amount,
        "paid_at": paid,
        "channel": refund.transaction.channel,
        "currency": refund.transaction.currency,
        "authorization": {"exp_month": None, "exp_year": None, "account_name": None},
        "customer": {"international_format_phone": None},
        "plan": {},
        "subaccount": {"currency": None},
        "split": {},
        "order_id": None,
        "paidAt": paid,
        "pos_transaction_data": None,
        "source": None,
        "fees_breakdown": None,
    }
    body = without(_common(account, refund), "dispute", "settlement", "refunded_at")
    return {
        **body,
        "transaction": transaction,
        "channel": None,
        "createdAt": stamp(refund.created_at),
        "updatedAt": stamp(refund.updated_at),
    }


def _common(account: Account, refund: Refund) -> Body:
    processed = refund.status == "processed"
    return {
        "id": refund.id,
        "integration": account.integration,
        "domain": account.domain,
        "transaction": refund.transaction.id,
        "dispute": None,
        "settlement": None,
        "amount": refund.amount,
        "deducted_amount": refund.amount if processed else 0,
        "fully_deducted": processed,
        "currency": refund.transaction.currency,
        "channel": "migs",
        "status": refund.status,
        "refunded_by": refund.refunded_by,
        "refunded_at": stamp(refund.updated_at) if processed else None,
        "expected_at": stamp(refund.created_at + _TAKES),
        "customer_note": refund.customer_note,
        "merchant_note": refund.merchant_note,
    }


def _fetched(account: Account, refund: Refund) -> Body:
    body = {
        **_common(account, refund),
        "createdAt": stamp(refund.created_at),
        "updatedAt": stamp(refund.updated_at),
    }
    return _specified(body, refund) if account.specified else body


def _listed(account: Account, refund: Refund) -> Body:
    """The samples name the times of a refund one way in a list and another way alone."""
    if account.specified:
        return _fetched(account, refund)
    body = _common(account, refund)
    return {
        **body,
        "fully_deducted": int(body["fully_deducted"]),
        "created_at": stamp(refund.created_at),
        "updated_at": stamp(refund.updated_at),
    }


def _specified(body: Body, refund: Refund) -> Body:
    transaction = refund.transaction
    full = refund.amount == transaction.amount
    return {
        **body,
        "fully_deducted": int(body["fully_deducted"]),
        "bank_reference": None,
        "transaction_reference": transaction.reference,
        "reason": refund.status.upper(),
        "customer": named_customer_body(transaction.customer, metadata=""),
        "refund_type": "full" if full else "partial",
        "transaction_amount": transaction.amount,
        "initiated_by": refund.refunded_by,
        "refund_channel": "migs",
        "session_id": None,
        "collect_account_number": False,
    }


def _retried(account: Account, refund: Refund) -> Body:
    body = {
        **_common(account, refund),
        "bank_reference": None,
        "reason": "PROCESSING",
        "customer": None,
        "initiated_by": refund.refunded_by,
        "reversed_at": None,
        "session_id": None,
    }
    if not account.specified:
        return body
    return {**body, "dispute": {}, "settlement": {}, "customer": {}}
