"""What a refusal says: why the time is not free, and what is free around it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from bookable.availability.answers import Slot
from bookable.availability.explain import explain
from bookable.availability.query import Asked
from bookable.availability.slots import slots
from bookable.catalog.models import Service
from bookable.errors import InvalidQuery, SlotTaken
from bookable.timeline import clock

T = TypeVar("T")

#: How many alternatives are named, and how far around the wanted start they are looked for.
MOST_ALTERNATIVES = 5
BEFORE, AFTER = timedelta(days=3), timedelta(days=14)


def slot_taken(
    service: Service, start: datetime, asked: Asked, *, override: Collection[str] = ()
) -> SlotTaken:
    """The error, which looks for reasons and alternatives only if somebody wants to know."""
    return SlotTaken(
        service=service,
        start=start,
        look_up_reasons=lambda: _known(lambda: explain(service, start, override=override, **asked)),
        look_up_nearest=lambda: _known(lambda: nearest(service, start, asked)),
    )


def _known(look_up: Callable[[], list[T]]) -> list[T]:
    """Nothing for what is moved as it is, though nobody can ask for it any more."""
    try:
        return look_up()
    except InvalidQuery:
        return []


def nearest(service: Service, start: datetime, asked: Asked) -> list[Slot]:
    """The free starts closest to one that can't be had, in order of time."""
    low = max(start - BEFORE, clock.now())
    found: Iterable[Slot] = slots(service, low, max(start, low) + AFTER, **asked)
    closest = sorted(found, key=lambda slot: abs(slot.start - start))[:MOST_ALTERNATIVES]
    return sorted(closest, key=lambda slot: slot.start)
