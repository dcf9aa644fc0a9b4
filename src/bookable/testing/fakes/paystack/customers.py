"""Customers, the cards they left, and the one setting of an integration."""

from __future__ import annotations

from typing import Any

from bookable.testing.fakes.paystack.bodies import (
    Body,
    card_body,
    customer_body,
    named_customer_body,
    stamp,
    without,
)
from bookable.testing.fakes.paystack.errors import invalid, not_found
from bookable.testing.fakes.paystack.records import Account, Customer


def fetch(account: Account, _values: dict[str, Any], email_or_code: str) -> Any:
    for customer in account.customers.values():
        if email_or_code in {customer.email, customer.code}:
            data = _fetched(account, customer)
            return {"status": True, "message": "Customer retrieved", "data": data}
    raise not_found("No such customer")


def deactivate_authorization(account: Account, values: dict[str, Any]) -> Any:
    card = account.cards.get(values["authorization_code"])
    if card is None or not card.active:
        raise not_found("No such authorization code", code="")
    card.active = False
    return {"status": True, "message": "Authorization has been deactivated"}


def set_session_timeout(account: Account, values: dict[str, Any]) -> Any:
    """Kept and answered; customers of a fake pay whenever a test says so."""
    if values["timeout"] < 0:
        raise invalid("timeout is too small")
    account.session_timeout = values["timeout"]
    data = {"payment_session_timeout": account.session_timeout}
    return {"status": True, "message": "Payment session timeout updated", "data": data}


def _fetched(account: Account, customer: Customer) -> Body:
    paid = [row for row in account.transactions.values() if row.customer is customer]
    created = stamp(customer.created_at)
    cards = [card for card in account.cards.values() if card.email == customer.email]
    body = {
        **without(customer_body(customer), "international_format_phone"),
        "transactions": [],
        "subscriptions": [],
        "authorizations": [card_body(card) for card in cards if card.active],
        "domain": account.domain,
        "integration": account.integration,
        "createdAt": created,
        "updatedAt": created,
        "created_at": created,
        "updated_at": created,
        "total_transactions": len(paid),
        "total_transaction_value": [],
        "dedicated_account": None,
        "identified": False,
        "identifications": None,
    }
    if not account.specified:
        return body
    named = without(named_customer_body(customer, metadata={}), "international_format_phone")
    return {**body, **named, "dedicated_accounts": []}
