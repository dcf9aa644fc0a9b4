"""What a gateway answers. Plain values, with money in our own units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bookable.money import Money
from bookable.payments.gateways.questions import PaymentRef
from bookable.payments.states import PaymentState, RefundState


class Expire(StrEnum):
    """What came of the wish that a checkout can't be paid any more."""

    EXPIRED = "expired"
    PAID = "paid"
    OPEN = "open"  # it can't be closed, and may still be paid


class DisputeState(StrEnum):
    OPEN = "open"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSession:
    """Where the customer pays: a page to go to, or what a widget on our page needs."""

    ref: PaymentRef
    url: str = ""
    widget: Mapping[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that can be charged again; nothing by which somebody else could use it."""

    token: str
    brand: str = ""
    last4: str = ""
    expires: str = ""  # 2031-07
    is_reusable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an attempt was refused. `code` is a word of the gateway, never shown to a customer."""

    code: str
    is_final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A customer's bank takes money back, or tries to."""

    external: str
    money: Money
    state: DisputeState
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSnapshot:
    """The truth about one payment at one moment.

    `asked` is what the customer was to pay, where the gateway knows it; `action_url` is where they
    still have to say yes; until `capture_before` money that was set aside can be taken.
    """

    ref: PaymentRef
    state: PaymentState
    authorized: Money
    captured: Money
    refunded: Money
    asked: Money | None = None
    fee: Money | None = None
    capture_before: datetime | None = None
    action_url: str = ""
    card: Card | None = None
    failure: Failure | None = None
    disputes: tuple[Dispute, ...] = ()
    is_live: bool | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSnapshot:
    """The truth about one refund. `key` is ours, empty if it was made at the gateway itself."""

    external: str
    money: Money
    state: RefundState
    key: str = ""
    failure: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEnvelope:
    """What a verified message says it is about. It only says where to look.

    `references` are our names of payments, `externals` the gateway's names of anything.
    """

    event_id: str
    type: str
    references: tuple[str, ...] = ()
    externals: tuple[str, ...] = ()
    occurred_at: datetime | None = None
    is_live: bool | None = None
    payload: Mapping[str, Any] = field(default_factory=dict, repr=False)
