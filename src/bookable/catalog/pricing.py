from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bookable.money import Money


@dataclass(frozen=True)
class PricedLine:
    kind: str
    label: str
    quantity: int
    unit: Money

    @property
    def total(self) -> Money:
        return self.unit * self.quantity


@dataclass(frozen=True)
class PriceRequest:
    service: Any
    provider: Any
    own_price: Any
    own_duration: Any
    duration: Any
    duration_price: Any
    seats: Any
    extras: Any
    start: Any


def price_lines(r: PriceRequest) -> list[PricedLine]:
    return [
        PricedLine(
            "service",
            r.service.name,
            r.seats,
            Money(r.own_price or r.service.price, r.service.currency),
        )
    ]
