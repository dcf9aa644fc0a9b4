"""Who understands the lines of an order: each kind is registered by the app that owns it.

Payments knows what is owed and what was paid. What that means, for a place in a class or a book in
a parcel, is decided by whoever put the line there, at the moments that a kind is told of. Register
one in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bookable.payments.models.order import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """An order where what was paid and what was promised do not agree."""

    code: str
    order: Order
    text: str


class OrderKind:
    """What is done for lines of one owner. Each method locks what it needs, and may be called again
    for what it has done already.
    """

    #: The `owner` of its lines.
    owner = ""

    def reserve(self, order: Order, lines: Sequence[OrderLine]) -> None:
        """Lines of this owner were just added, in a transaction that is still open."""

    def needed_until(self, order: Order) -> datetime | None:
        """When what was promised will have been kept; money that is set aside must last so long."""
        return None

    def opened(self, order: Order, until: datetime) -> None:
        """Somebody is about to pay; what they pay for must last until then.

        Called within a transaction, before anything else of the order is locked. Raises what the
        customer is told if it can't be kept, HoldExpired for instance.
        """

    def secured(self, order: Order) -> None:
        """What is due was paid: keeps the promise. What can't be kept any more, it takes off the
        order, and the money for that is given back."""

    def released(self, order: Order, until: datetime) -> None:
        """Nobody is about to pay any more; it need not be kept for longer than this."""

    def refunded(self, order: Order) -> None:
        """Money of the order is given back, as nothing is owed for it."""

    def audit(self, orders: Sequence[Order]) -> Iterable[Discrepancy]:
        """Where what was paid for these and what was promised do not agree."""
        return ()


_kinds: dict[str, OrderKind] = {}


def register_kind(kind: OrderKind) -> OrderKind:
    """Adds a kind, or puts it in the place of the one with the same owner."""
    _kinds[kind.owner] = kind
    return kind


def forget_kind(owner: str) -> None:
    """Takes a kind out again."""
    _kinds.pop(owner, None)


def kinds() -> list[OrderKind]:
    """All kinds in the order of their registration."""
    return list(_kinds.values())
