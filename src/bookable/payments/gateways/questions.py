"""What a gateway is asked. Plain values: a gateway never sees a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bookable.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRef:
    """One attempt to pay, by our name for it and, as far as they are known, the gateway's.

    `checkout` names the page on which the customer pays, `external` the payment behind it.
    """

    reference: str
    currency: str
    external: str = ""
    checkout: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRequest:
    """A customer is to pay, on a page of the gateway or within one of ours.

    `key` makes the request safe to repeat, `reference` is by what the payment is found again; both
    are kept before the gateway is called. Without `capture` the money is only set aside.
    """

    key: str
    reference: str
    money: Money
    email: str
    description: str
    return_url: str
    cancel_url: str
    expires_at: datetime
    name: str = ""
    language: str = ""
    capture: bool = True
    save_card: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """Money of a captured payment is to be given back. `key` tells equal refunds apart."""

    key: str
    payment: PaymentRef
    money: Money
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRef:
    """One refund, by our key and, if it is known, the gateway's name for it."""

    key: str
    payment: PaymentRef
    money: Money
    external: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSetupRequest:
    """A card is to be kept for later, without a payment."""

    key: str
    reference: str
    currency: str
    email: str
    description: str
    return_url: str
    cancel_url: str
    name: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeRequest:
    """A card that was kept is charged while its owner is away."""

    key: str
    reference: str
    money: Money
    token: str
    email: str
    description: str
    metadata: Mapping[str, str] = field(default_factory=dict)
