"""Prices of this practice's own."""

from __future__ import annotations

from bookable.catalog.pricing import PricedLine, PriceRequest, StandardPricing


class GroupDiscount(StandardPricing):
    """Less for each seat when many are taken at once."""

    def __init__(self, seats: int = 4, percent: int = 10) -> None:
        self.seats, self.percent = seats, percent

    def lines(self, request: PriceRequest) -> list[PricedLine]:
        service, *extras = super().lines(request)
        if request.seats < self.seats:
            return [service, *extras]
        less = -service.unit.percent(self.percent)
        return [service, PricedLine("discount", "Group discount", request.seats, less), *extras]
