"""Amounts held on a card for some days, in South Africa only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bookable.testing.fakes.paystack.bodies import (
    Body,
    card_body,
    charged,
    customer_body,
    stamp,
    without,
)
from bookable.testing.fakes.paystack.errors import Refusal, invalid, not_found
from bookable.testing.fakes.paystack.records import (
    Account,
    Card,
    Preauthorization,
    Transaction,
    token,
)
from bookable.testing.fakes.paystack.transactions import (
    CHECKOUT,
    OUTCOMES,
    fitting_amount,
    new_reference,
    usable_card,
)

CURRENCY = "ZAR"
_MERCHANT = "A shop"
_USUAL_DAYS = 5
_OPEN = frozenset(OUTCOMES) - {"success"}


def initialize(account: Account, values: dict[str, Any]) -> Any:
    hold = _begun(account, values)
    code = token(40)
    return {
        "status": True,
        "message": "Authorization URL created",
        "data": {
            "authorization_url": f"{CHECKOUT}/preauthorization/{code}",
            "access_code": code,
            "reference": hold.reference,
        },
    }


def reserve(account: Account, values: dict[str, Any]) -> Any:
    card = usable_card(account, values["authorization_code"], values["email"])
    hold = _begun(account, values)
    _authorize(account, hold, card)
    body = without(_verified(account, hold), "captured_at")
    data = {**body, "gateway_response": {"authorizeResponse": "Approved", "rrn": token(9)}}
    return {"status": True, "message": "Preauthorization successful", "data": data}


def capture(account: Account, values: dict[str, Any]) -> Any:
    hold = _held(account, values["reference"])
    amount = int(values["amount"])
    if not 0 < amount <= hold.amount:
        raise Refusal("More can't be captured than is authorized")
    data = charged(account, _capture(account, hold, amount))
    return {"status": True, "message": "Capture attempted", "data": data}


def release(account: Account, values: dict[str, Any]) -> Any:
    hold = _held(account, values["reference"])
    _release(account, hold)
    data = {"status": hold.status, "reference": hold.reference}
    return {"status": True, "message": "Successfully released", "data": data}


def verify(account: Account, _values: dict[str, Any], reference: str) -> Any:
    hold = account.preauthorizations.get(reference)
    if hold is None:
        raise not_found("No such preauthorization", status=400)
    _expire(account, hold)
    data = _verified(account, hold)
    return {"status": True, "message": "Preauthorization retrieved", "data": data}


def attempt(account: Account, hold: Preauthorization, outcome: str, *, reusable: bool) -> None:
    """One try to have the amount held, as often as it takes."""
    if hold.status not in _OPEN:
        raise ValueError(f"{hold.reference} is {hold.status}.")
    if outcome == "success":
        _authorize(account, hold, account.new_card(hold.customer, reusable=reusable))
    else:
        hold.status = outcome


def _authorize(account: Account, hold: Preauthorization, card: Card) -> None:
    hold.status, hold.card = "authorized", card
    hold.expiry_date = account.now() + hold.lasts
    account.tell("preauthorization.reserve.success", _reserved_event(account, hold))


def _begun(account: Account, values: dict[str, Any]) -> Preauthorization:
    days = values.get("expire_after_days", _USUAL_DAYS)
    if not 1 <= days <= 30:
        raise invalid("expire_after_days is at least 1 and at most 30")
    amount = fitting_amount(values["amount"], CURRENCY)
    hold = Preauthorization(
        id=account.number(),
        reference=new_reference(account, values),
        amount=amount,
        customer=account.customer(values["email"]),
        created_at=account.now(),
        metadata=values.get("metadata"),
        expire_action=values.get("expire_action", "release"),
        lasts=timedelta(days=days),
    )
    account.preauthorizations[hold.reference] = hold
    return hold


def _held(account: Account, reference: str) -> Preauthorization:
    hold = account.preauthorizations.get(reference)
    if hold is not None:
        _expire(account, hold)
    if hold is None or hold.status != "authorized":
        raise Refusal("Nothing is preauthorized with this reference")
    return hold


def _expire(account: Account, hold: Preauthorization) -> None:
    """Does what was agreed on for its last day, once that has come."""
    if hold.status != "authorized" or hold.expiry_date is None:
        return
    if account.now() < hold.expiry_date:
        return
    if hold.expire_action == "capture":
        _capture(account, hold, hold.amount)
    else:
        _release(account, hold)


def _capture(account: Account, hold: Preauthorization, amount: int) -> Transaction:
    now = account.now()
    transaction = Transaction(
        id=account.transaction_id(),
        reference=hold.reference,
        requested=amount,
        amount=amount,
        currency=CURRENCY,
        customer=hold.customer,
        created_at=now,
        paid_at=now,
        metadata=hold.metadata if hold.metadata is not None else "",
        entry_point="preauthorization",
        status="success",
        gateway_response="Approved",
        channel="preauth",
        fees=amount * 15 // 1000,
        card=hold.card,
        attempts=1,
    )
    account.transactions[hold.reference] = transaction
    hold.status, hold.captured, hold.captured_at = "captured", amount, now
    hold.transaction, hold.fees = transaction, transaction.fees or 0
    account.tell("preauthorization.capture.success", _captured_event(account, hold, transaction))
    return transaction


def _release(account: Account, hold: Preauthorization) -> None:
    hold.status, hold.released_at = "released", account.now()
    account.tell("preauthorization.release.success", _released_event(account, hold))


def _common(account: Account, hold: Preauthorization) -> Body:
    return {
        "id": hold.id,
        "domain": account.domain,
        "status": hold.status,
        "reference": hold.reference,
        "amount": hold.amount,
        "expiry_date": stamp(hold.expiry_date),
        "currency": CURRENCY,
        "metadata": hold.metadata,
        "fees": hold.fees,
        "authorization": card_body(hold.card),
        "customer": customer_body(hold.customer),
        "merchant_id": account.integration,
        "merchant_name": _MERCHANT,
        "expire_action": hold.expire_action,
    }


def _verified(account: Account, hold: Preauthorization) -> Body:
    return {
        **_common(account, hold),
        "created_at": stamp(hold.created_at),
        "released_at": stamp(hold.released_at),
        "captured_at": stamp(hold.captured_at),
        "split_code": None,
        "split": None,
    }


def _event(account: Account, hold: Preauthorization, message: str) -> Body:
    paid = hold.transaction
    return {
        **_common(account, hold),
        "message": message,
        "transaction_id": str(paid.id) if paid else None,
        "captured_at": stamp(hold.captured_at),
        "captured_amount": None if hold.captured is None else str(hold.captured),
    }


def _reserved_event(account: Account, hold: Preauthorization) -> Body:
    return {**_event(account, hold, "Approved"), "split_code": None, "split": None}


def _released_event(account: Account, hold: Preauthorization) -> Body:
    return {**_event(account, hold, "Release success"), "expired_at": stamp(hold.released_at)}


def _captured_event(account: Account, hold: Preauthorization, paid: Transaction) -> Body:
    transaction: Body = {
        "currency": CURRENCY,
        "transaction_date": stamp(paid.created_at),
        "status": paid.status,
        "reference": paid.reference,
        "domain": account.domain,
        "metadata": paid.metadata or None,
        "gateway_response": paid.gateway_response,
        "message": None,
        "channel": paid.channel,
        "fees": paid.fees,
        "id": str(paid.id),
        "split": {},
    }
    return {
        **_event(account, hold, "Approved"),
        "transaction": transaction,
        "split_code": None,
        "split": None,
    }
