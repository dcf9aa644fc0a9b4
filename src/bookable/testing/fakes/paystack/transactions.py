"""Payments: begun by the site, made by the customer, never cancelled by anyone."""

from __future__ import annotations

from typing import Any

from bookable.testing.fakes.paystack import bodies, events
from bookable.testing.fakes.paystack.errors import Refusal, invalid, not_found
from bookable.testing.fakes.paystack.listing import page_of
from bookable.testing.fakes.paystack.records import Account, Card, Transaction, token

CHECKOUT = "https://checkout.paystack.com"
MINIMUM = {"NGN": 5000, "USD": 200, "GHS": 10, "ZAR": 100, "KES": 300}
OUTCOMES = {
    "abandoned": "The transaction was not completed",
    "failed": "Declined",
    "ongoing": "Waiting for the customer",
    "pending": "In progress",
    "processing": "In progress",
    "queued": "To be processed later",
    "success": "Successful",
}
CHARGE_OUTCOMES = frozenset({*OUTCOMES, "paused", "send_otp"}) - {"abandoned"}
_FEE_PER_MILLE = 15


def initialize(account: Account, values: dict[str, Any]) -> Any:
    transaction = _begun(account, values, entry_point="transaction_initialize")
    code = token()
    return {
        "status": True,
        "message": "Authorization URL created",
        "data": {
            "authorization_url": f"{CHECKOUT}/{code}",
            "access_code": code,
            "reference": transaction.reference,
        },
    }


def verify(account: Account, _values: dict[str, Any], reference: str) -> Any:
    data = bodies.verified(account, by_reference(account, reference))
    return {"status": True, "message": "Verification successful", "data": data}


def fetch(account: Account, _values: dict[str, Any], transaction_id: str) -> Any:
    data = bodies.fetched(account, _by_id(account, transaction_id))
    return {"status": True, "message": "Transaction retrieved", "data": data}


def listing(account: Account, values: dict[str, Any]) -> Any:
    wanted = [row for row in account.transactions.values() if _is_asked_for(row, values)]
    page = page_of(wanted, values)
    if account.specified:
        meta = {**page.meta, "total_volume": sum(row.amount for row in wanted)}
    else:
        following = None if page.is_last else token(24)
        meta = {"next": following, "previous": None, "perPage": page.size}
    data = [bodies.listed(account, row) for row in page.rows]
    return {"status": True, "message": "Transactions retrieved", "data": data, "meta": meta}


def charge_authorization(account: Account, values: dict[str, Any]) -> Any:
    card = usable_card(account, values["authorization_code"], values["email"])
    transaction = _begun(account, values, entry_point="charge")
    transaction.card = card
    outcome = account.house.charges.popleft() if account.house.charges else "success"
    if outcome == "paused":
        return _paused(transaction)
    if outcome == "send_otp":
        return _asked_for_a_password(transaction)
    attempt(account, transaction, outcome)
    data = bodies.charged(account, transaction)
    return {"status": True, "message": "Charge attempted", "data": data}


def attempt(
    account: Account,
    transaction: Transaction,
    outcome: str,
    *,
    amount: int | None = None,
    fees: int | None = None,
    reusable: bool = True,
) -> None:
    """One try to pay. Only a success is told to the site, and only a success is final."""
    if transaction.paid_at is not None:
        raise ValueError(f"{transaction.reference} is paid.")
    transaction.attempts += outcome != "abandoned"
    transaction.status = outcome
    transaction.gateway_response = OUTCOMES[outcome]
    if outcome == "success":
        _pay(account, transaction, amount, fees)
        if transaction.card is None:
            transaction.card = account.new_card(transaction.customer, reusable=reusable)
        account.tell("charge.success", events.charge_success(account, transaction))


def _pay(account: Account, transaction: Transaction, amount: int | None, fees: int | None) -> None:
    own = transaction.requested * _FEE_PER_MILLE // 1000
    transaction.fees = own if fees is None else fees
    usual = transaction.requested + account.house.fees_on_customer * transaction.fees
    transaction.amount = usual if amount is None else amount
    transaction.paid_at = account.now()


def by_reference(account: Account, reference: str) -> Transaction:
    if reference not in account.transactions:
        # 404 by the specification, 400 by the one sample of a reference that isn't found
        status = 404 if account.specified else 400
        raise not_found("No such reference", status=status, code="transaction_not_found")
    return account.transactions[reference]


def by_reference_or_id(account: Account, name: str) -> Transaction:
    for transaction in account.transactions.values():
        if name in {transaction.reference, str(transaction.id)}:
            return transaction
    raise not_found("No such transaction", code="transaction_not_found")


def usable_card(account: Account, code: str, email: str) -> Card:
    card = account.cards.get(code)
    if card is None:
        raise invalid("No such authorization code")
    if not card.active:
        raise invalid("The authorization is not active")
    if not card.reusable:
        raise invalid("The authorization can't be used again")
    if card.email != email:
        raise invalid("The authorization is another customer's")
    return card


def new_reference(account: Account, values: dict[str, Any]) -> str:
    """The one that is asked for, if nobody had it before."""
    reference = str(values.get("reference") or token())
    if reference in account.references():
        raise Refusal("The reference was used before", code="duplicate_reference")
    return reference


def fitting_amount(value: int | str, currency: str) -> int:
    """In hundredths of every currency, those without hundredths included."""
    amount = int(value)
    if currency == "XOF":
        amount -= amount % 100
    if amount < MINIMUM.get(currency, 1):
        raise invalid(f"The amount is too small for {currency}")
    return amount


def _begun(account: Account, values: dict[str, Any], *, entry_point: str) -> Transaction:
    currency = values.get("currency", account.house.currency)
    amount = fitting_amount(values["amount"], currency)
    reference = new_reference(account, values)
    transaction = Transaction(
        id=account.transaction_id(),
        reference=reference,
        requested=amount,
        amount=amount,
        currency=currency,
        customer=account.customer(values["email"]),
        created_at=account.now(),
        metadata=values.get("metadata", ""),
        entry_point=entry_point,
    )
    account.transactions[reference] = transaction
    return transaction


def _paused(transaction: Transaction) -> Any:
    transaction.status, transaction.gateway_response = "ongoing", OUTCOMES["ongoing"]
    code = token()
    return {
        "status": True,
        "message": "The customer has to be sent to the authorization url",
        "data": {
            "authorization_url": f"{CHECKOUT}/resume/{code}",
            "reference": transaction.reference,
            "access_code": code,
            "paused": True,
        },
    }


def _asked_for_a_password(transaction: Transaction) -> Any:
    transaction.status, transaction.gateway_response = "ongoing", OUTCOMES["ongoing"]
    return {
        "status": True,
        "message": "Charge attempted",
        "data": {
            "reference": transaction.reference,
            "status": "send_otp",
            "display_text": "Ask the customer for the password that was sent",
        },
    }


def _by_id(account: Account, transaction_id: str) -> Transaction:
    for transaction in account.transactions.values():
        if str(transaction.id) == transaction_id:
            return transaction
    raise not_found("No such transaction", code="transaction_not_found")


def _is_asked_for(transaction: Transaction, values: dict[str, Any]) -> bool:
    found = {
        "status": transaction.status,
        "customer": str(transaction.customer.id),
        "customer_code": transaction.customer.code,
        "amount": str(transaction.amount),
    }
    return all(values[name] == value for name, value in found.items() if name in values)
