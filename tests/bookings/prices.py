"""Amounts of money as people say them."""

from __future__ import annotations

from bookable.money import Money


def euros(amount: int) -> Money:
    return Money(amount * 100, "EUR")
