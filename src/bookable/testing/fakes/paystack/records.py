"""What the fake remembers, apart for each secret key."""

from __future__ import annotations

import itertools
import secrets
import string
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

_LETTERS = string.ascii_lowercase + string.digits
_FIRST_TRANSACTION = 2**63  # an id is an unsigned number of 64 bits, as a signed one would notice


class Shape(StrEnum):
    """Which of Paystack's two descriptions the answers follow where these disagree."""

    SAMPLES = "samples"
    SPECIFICATION = "specification"


def token(length: int = 15) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))


@dataclass
class Customer:
    id: int
    email: str
    code: str
    created_at: datetime


@dataclass
class Card:
    """A card as one payment left it: Paystack calls it an authorization."""

    code: str
    email: str
    signature: str
    reusable: bool = True
    active: bool = True


@dataclass
class Transaction:
    id: int
    reference: str
    requested: int
    currency: str
    customer: Customer
    created_at: datetime
    metadata: Any
    entry_point: str
    amount: int = 0
    status: str = "abandoned"
    gateway_response: str = "The transaction was not completed"
    channel: str = "card"
    fees: int | None = None
    paid_at: datetime | None = None
    card: Card | None = None
    attempts: int = 0
    charged_back: int = 0


@dataclass
class Refund:
    id: int
    transaction: Transaction
    amount: int
    refunded_by: str
    customer_note: str
    merchant_note: str
    created_at: datetime
    updated_at: datetime
    status: str = "pending"


@dataclass
class Dispute:
    id: int
    transaction: Transaction
    amount: int
    category: str
    created_at: datetime
    updated_at: datetime
    due_at: datetime
    status: str = "awaiting-merchant-feedback"
    resolution: str | None = None
    resolved_at: datetime | None = None


@dataclass
class Preauthorization:
    id: int
    reference: str
    amount: int
    customer: Customer
    created_at: datetime
    metadata: Any
    expire_action: str
    lasts: timedelta
    status: str = "abandoned"
    card: Card | None = None
    fees: int = 0
    expiry_date: datetime | None = None
    captured_at: datetime | None = None
    released_at: datetime | None = None
    captured: int | None = None
    transaction: Transaction | None = None


@dataclass
class House:
    """What all accounts of one fake have in common."""

    now: Callable[[], datetime]
    tell: Callable[[Account, dict[str, Any]], None]
    shape: Shape = Shape.SAMPLES
    currency: str = "NGN"
    fees_on_customer: bool = False
    charges: deque[str] = field(default_factory=deque)


@dataclass
class Account:
    """Everything that belongs to one secret key."""

    key: str
    house: House
    integration: int
    transactions: dict[str, Transaction] = field(default_factory=dict)
    refunds: dict[int, Refund] = field(default_factory=dict)
    disputes: dict[int, Dispute] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    preauthorizations: dict[str, Preauthorization] = field(default_factory=dict)
    session_timeout: int = 0

    def __post_init__(self) -> None:
        self._numbers = itertools.count(self.integration * 1000 + 1)
        self._transaction_ids = itertools.count(_FIRST_TRANSACTION + self.integration * 1000)

    @property
    def domain(self) -> str:
        return "live" if self.key.startswith("sk_live_") else "test"

    @property
    def specified(self) -> bool:
        """Answers are to follow the specification rather than the samples."""
        return self.house.shape == Shape.SPECIFICATION

    def references(self) -> set[str | int]:
        """Payments and preauthorizations share them."""
        return {*self.transactions, *self.preauthorizations}

    def now(self) -> datetime:
        return self.house.now()

    def tell(self, event: str, data: dict[str, Any]) -> None:
        self.house.tell(self, {"event": event, "data": data})

    def number(self) -> int:
        return next(self._numbers)

    def transaction_id(self) -> int:
        return next(self._transaction_ids)

    def customer(self, email: str) -> Customer:
        """The customer with this address, a new one if there is none yet."""
        if email not in self.customers:
            code = f"CUS_{token()}"
            self.customers[email] = Customer(self.number(), email, code, self.now())
        return self.customers[email]

    def new_card(self, customer: Customer, *, reusable: bool) -> Card:
        """Every payment leaves an authorization of its own; the signature stays the card's."""
        card = Card(f"AUTH_{token(10)}", customer.email, f"SIG_{customer.code[4:]}", reusable)
        self.cards[card.code] = card
        return card
