"""The fields of each operation that is played: which there are, which must be, what fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bookable.testing.fakes.paystack.errors import invalid, missing

CURRENCIES = frozenset({"GHS", "KES", "NGN", "ZAR", "USD", "XOF"})
CHANNELS = frozenset({"card", "bank", "ussd", "qr", "eft", "mobile_money", "bank_transfer"})
_REFERENCE = re.compile(r"[A-Za-z0-9.=-]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, kw_only=True)
class Field:
    """What a field takes. `kind` is the name of one of the rules below."""

    kind: str = "text"
    required: bool = False
    among: frozenset[str] = frozenset()


Fields = Mapping[str, Field]


def moment(text: str) -> datetime:
    """A time or a day as a filter has it."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and value.isdecimal()


def _is_moment(value: Any) -> bool:
    try:
        moment(value)
    except (TypeError, ValueError):
        return False
    return True


_FITS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "whole": _is_whole,
    "digits": _is_digits,
    "whole or digits": lambda value: _is_whole(value) or _is_digits(value),
    "text or whole": lambda value: isinstance(value, str) or _is_whole(value),
    "text or object": lambda value: isinstance(value, (str, dict)),
    "flag": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "texts": lambda value: isinstance(value, list) and all(isinstance(i, str) for i in value),
    "moment": _is_moment,
    "reference": lambda value: isinstance(value, str) and bool(_REFERENCE.fullmatch(value)),
    "email": lambda value: isinstance(value, str) and bool(_EMAIL.fullmatch(value)),
}

_PAGES = {
    "perPage": Field(kind="digits"),
    "page": Field(kind="digits"),
    "from": Field(kind="moment"),
    "to": Field(kind="moment"),
}
_SPLIT = {
    "split_code": Field(),
    "subaccount": Field(),
    "transaction_charge": Field(kind="text or whole"),
    "bearer": Field(among=frozenset({"account", "subaccount"})),
}
_CHARGE = {
    "email": Field(kind="email", required=True),
    "amount": Field(kind="whole", required=True),
    "currency": Field(among=CURRENCIES),
    "reference": Field(kind="reference"),
    "split": Field(kind="object"),
    **_SPLIT,
}
_RAND = Field(required=True, among=frozenset({"ZAR"}))
_RESERVATION = {
    "email": Field(kind="email", required=True),
    "amount": Field(kind="whole or digits", required=True),
    "currency": _RAND,
    "reference": Field(kind="reference"),
    "callback_url": Field(),
    "metadata": Field(kind="text or object"),
    "expire_action": Field(among=frozenset({"capture", "release"})),
    "expire_after_days": Field(kind="whole"),
    **_SPLIT,
}

INITIALIZE: Fields = {
    **_CHARGE,
    "channels": Field(kind="texts", among=CHANNELS),
    "callback_url": Field(),
    "plan": Field(),
    "invoice_limit": Field(kind="whole"),
    "label": Field(),
    "metadata": Field(kind="text or object"),
}
CHARGE_AUTHORIZATION: Fields = {
    **_CHARGE,
    "authorization_code": Field(required=True),
    "metadata": Field(),
    "queue": Field(kind="flag"),
}
TRANSACTIONS: Fields = {
    **_PAGES,
    "per_page": Field(kind="digits"),
    "status": Field(among=frozenset({"success", "failed", "abandoned", "reversed"})),
    "customer": Field(kind="digits"),
    "customer_code": Field(),
    "amount": Field(kind="digits"),
}
REFUND: Fields = {
    "transaction": Field(kind="text or whole", required=True),
    "amount": Field(kind="whole"),
    "currency": Field(among=CURRENCIES),
    "customer_note": Field(),
    "merchant_note": Field(),
}
REFUNDS: Fields = {
    **_PAGES,
    "transaction": Field(kind="digits"),
    "currency": Field(among=CURRENCIES),
}
REFUND_RETRY: Fields = {"refund_account_details": Field(kind="object", required=True)}
REFUND_ACCOUNT: Fields = {
    "currency": Field(required=True),
    "account_number": Field(required=True),
    "bank_id": Field(required=True),
}
DISPUTES: Fields = {
    **_PAGES,
    "transaction": Field(),
    "status": Field(
        among=frozenset(
            {"awaiting-merchant-feedback", "awaiting-bank-feedback", "pending", "resolved"}
        )
    ),
}
DEACTIVATE: Fields = {"authorization_code": Field(required=True)}
SESSION_TIMEOUT: Fields = {"timeout": Field(kind="whole", required=True)}
PREAUTHORIZE: Fields = _RESERVATION
RESERVE: Fields = {**_RESERVATION, "authorization_code": Field(required=True)}
CAPTURE: Fields = {
    "reference": Field(kind="reference", required=True),
    "currency": _RAND,
    "amount": Field(kind="whole or digits", required=True),
}
RELEASE: Fields = {"reference": Field(kind="reference", required=True)}


def check(values: Mapping[str, Any], fields: Fields) -> None:
    """Refuses a field that is unknown, missing or wrong."""
    for name in values:
        if name not in fields:
            raise invalid(f"{name} is not allowed")
    for name, rule in fields.items():
        if name in values:
            _check_one(name, values[name], rule)
        elif rule.required:
            raise missing(name)


def _check_one(name: str, value: Any, rule: Field) -> None:
    if not _FITS[rule.kind](value):
        raise invalid(f"{name} is no {rule.kind}")
    chosen = value if isinstance(value, list) else [value]
    if rule.among and not rule.among.issuperset(chosen):
        raise invalid(f"{name} is none of {', '.join(sorted(rule.among))}")
