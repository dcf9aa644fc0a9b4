"""What a refusal says: why the time is not free, and what is free around it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bookable.availability.answers import Slot
from bookable.availability.explain import explain
from bookable.availability.query import Asked
from bookable.availability.slots import slots
from bookable.catalog.models import Service
from bookable.errors import SlotTaken
from bookable.timeline import clock

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
        look_up_reasons=lambda: explain(service, start, override=override, **asked),
        look_up_nearest=lambda: nearest(service, start, asked),
    )


def nearest(service: Service, start: datetime, asked: Asked) -> list[Slot]:
    """The free starts closest to one that can't be had, in order of time."""
    low = max(start - BEFORE, clock.now())
    found: Iterable[Slot] = slots(service, low, max(start, low) + AFTER, **asked)
    closest = sorted(found, key=lambda slot: abs(slot.start - start))[:MOST_ALTERNATIVES]
    return sorted(closest, key=lambda slot: slot.start)
