from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Unpack

from bookable.availability.answers import Slot
from bookable.availability.asking import ask, window
from bookable.availability.engine import Engine, Offer
from bookable.availability.query import Asked, Query
from bookable.availability.quoting import quote_for
from bookable.catalog.models import Service


def slots(
    service: Service, start: date | datetime, end: date | datetime, **asked: Unpack[Asked]
) -> list[Slot]:
    """Every free start from `start` until before `end`, in order."""
    low, high = window(service, start, end)
    query = ask(service, low, high, **asked)
    return as_slots(query, Engine(query).offers())


def as_slots(query: Query, offers: Iterable[Offer]) -> list[Slot]:
    """Offers as value objects with aware datetimes."""
    quote, capacity, moment = quote_for(query), query.service.capacity, datetime.fromtimestamp
    return [
        Slot._make(
            (
                moment(start, UTC),
                moment(end, UTC),
                providers,
                session,
                capacity if session is None else session.seats_left,
                quote,
            )
        )
        for start, end, providers, session in offers
    ]
