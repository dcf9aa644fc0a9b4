"""What Stripe keeps of one account in one mode."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from bookable.testing.fakes.server import Answer
from bookable.testing.fakes.stripe.cards import Card
from bookable.testing.fakes.stripe.errors import Body, not_found

API_VERSION = "2026-10-28.endive"


@dataclass
class Habits:
    """What tests may set of how Stripe goes about things.

    `refund_status` is what a new refund begins as. `release_refunds` says whether the part of an
    authorization that was not captured is listed as a refund of its own.
    """

    refund_status: str = "succeeded"
    release_refunds: bool = False


@dataclass(frozen=True)
class Kept:
    """An answer that an idempotency key brings back."""

    request: tuple[str, str, str]
    answer: Answer
    since: int


@dataclass
class World:
    """The objects of an account, by their id; `connected` if it belongs to a platform.

    `spent` are cards that cannot be used again, `plans` what a checkout will ask of its intent,
    `released` the refunds of what was never captured.
    """

    account: str
    livemode: bool
    connected: bool
    clock: Callable[[], datetime]
    tell: Callable[[Body], None]
    habits: Habits
    objects: dict[str, Body] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)
    plans: dict[str, Body] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    sessions_of: dict[str, str] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    asking: Body = field(default_factory=lambda: {"id": None, "idempotency_key": None})

    def now(self) -> int:
        return int(self.clock().timestamp())

    def add(self, body: Body) -> Body:
        self.objects[body["id"]] = body
        return body

    def get(self, kind: str, name: str, param: str) -> Body:
        """The object of this id, if it is of this kind."""
        found = self.objects.get(name)
        if found is None or found["object"] != kind:
            raise not_found(kind, name, param)
        return found

    def all(self, kind: str, **fields: Any) -> list[Body]:
        """All of a kind that have these values, the oldest first."""
        return [
            body
            for body in self.objects.values()
            if body["object"] == kind and all(body[key] == fields[key] for key in fields)
        ]

    def happened(self, event: str, body: Body) -> None:
        """Puts an event into the outbox, with the object as it is now."""
        told: Body = {
            "api_version": API_VERSION,
            "created": self.now(),
            "data": {"object": copy.deepcopy(body)},
            "id": fresh("evt"),
            "livemode": self.livemode,
            "object": "event",
            "pending_webhooks": 1,
            "request": dict(self.asking),
            "type": event,
        }
        if self.connected:
            told["account"] = self.account
        self.add(told)
        self.tell(told)


def fresh(prefix: str) -> str:
    """An id that nothing has yet."""
    return f"{prefix}_{uuid4().hex[:24]}"
