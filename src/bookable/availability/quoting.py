"""What a slot costs, for the seats and extras that were asked for."""

from __future__ import annotations

from datetime import datetime

from bookable.availability.answers import Quote, Slot
from bookable.availability.query import Query
from bookable.catalog.candidates import Candidate
from bookable.catalog.pricing import PricedLine, PriceRequest, price_lines
from bookable.money import total


def quote_for(query: Query) -> Quote:
    """A function that prices any slot of this query, with the cheapest of its providers."""

    def quote(slot: Slot) -> list[PricedLine]:
        candidates: list[Candidate | None] = [
            query.candidates[provider.pk]
            for provider in slot.providers
            if provider.pk in query.candidates
        ]
        # most providers ask the same, so only what differs is priced
        asking = {(one.price, one.duration) if one else None: one for one in candidates or [None]}
        priced = [lines_with(query, one, slot.start) for one in asking.values()]
        currency = query.service.currency
        return min(priced, key=lambda lines: total((line.total for line in lines), currency).amount)

    return quote


def lines_with(query: Query, candidate: Candidate | None, start: datetime) -> list[PricedLine]:
    """What it costs with one who serves, or at the service's own price."""
    request = PriceRequest(
        service=query.service,
        provider=candidate.provider if candidate else None,
        own_price=candidate.price if candidate else None,
        own_duration=candidate.duration if candidate else None,
        duration=query.duration,
        duration_price=query.duration_price,
        seats=query.seats,
        extras=query.extras,
        start=start,
    )
    return price_lines(request)
