"""Asking twice under one key books once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from django.db.models import Model

from bookable.bookings.actors import Actor
from bookable.bookings.customers import Customer
from bookable.bookings.models import IdempotencyKey
from bookable.errors import IdempotencyMismatch
from bookable.payments.models import Order
from bookable.timeline import clock

#: What the column takes; of a longer key its hash is kept.
_LONGEST_KEY = 100


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked under which key, and by whom."""

    key: str
    verb: str
    scope: str
    fingerprint: str
    using: str

    def earlier(self) -> Order | None:
        """The order that came of asking the same before; IdempotencyMismatch for anything else."""
        rows = IdempotencyKey.objects.using(self.using).select_related("order")
        found = rows.filter(scope=self.scope, key=self.key).first()
        if found is None:
            return None
        if (found.verb, found.fingerprint) != (self.verb, self.fingerprint):
            raise IdempotencyMismatch
        return found.order

    def note(self, order: Order) -> None:
        """Keeps what came of it. The database refuses a second one with this key."""
        IdempotencyKey.objects.using(self.using).create(
            scope=self.scope,
            key=self.key,
            verb=self.verb,
            fingerprint=self.fingerprint,
            order=order,
            created=clock.now(),
        )


def request_for(
    verb: str, key: str | None, actor: Actor, *asked: Any, using: str
) -> Request | None:
    """The request under this key; None without one. The customer is asked for first."""
    if not key:
        return None
    customer = asked[0]
    return Request(
        key=key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest(),
        verb=verb,
        scope=_scope(actor, customer),
        fingerprint=fingerprint(*asked),
        using=using,
    )


def _scope(actor: Actor, customer: Customer) -> str:
    """Keys are told apart by who uses them: a user, or a guest by their address."""
    user = actor.user or customer.user
    return f"user:{user.pk}" if user is not None else f"guest:{customer.identity}"


def fingerprint(*asked: Any) -> str:
    """The same for the same request."""
    return hashlib.sha256(json.dumps(_plain(asked)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """As lists of texts, in an order that does not depend on how it was given."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain({one.name: getattr(value, one.name) for one in fields(value)})
    if isinstance(value, Model):
        return f"{value._meta.label} {value.pk}"
    if isinstance(value, Mapping):
        return sorted([str(_plain(key)), _plain(one)] for key, one in value.items())
    if isinstance(value, (set, frozenset)):
        return sorted(map(str, map(_plain, value)))
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value)
