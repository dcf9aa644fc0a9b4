"""The places at which a session can be held, so that staff and room never sit in two of them."""

from __future__ import annotations

from collections.abc import Iterable

from bookable.availability.query import Query
from bookable.catalog.models import Channel, Location


def places_to_try(query: Query) -> list[Location | None]:
    """None where the place doesn't matter; each place in question where people must meet."""
    if query.place is not None or query.channel in (Channel.VIDEO, Channel.PHONE):
        return [query.place]
    if len(query.needs) == 1 and query.needs[0].quantity == 1 and query.wanted(query.needs[0]) == 1:
        return [None]
    found = set(_places(query))
    if len(found) < 2:
        return [None]
    return [Location(pk=key) for key in sorted(found)]


def _places(query: Query) -> Iterable[int]:
    hours = query.diary.hours
    for provider in query.providers:
        if provider.location_id is not None:
            yield provider.location_id
        for row in hours.weekly.get(provider.pk, ()):
            if row.location is not None:
                yield row.location
    for dates in hours.dates.values():
        for rows in dates.values():
            yield from (row.location for row in rows if row.location is not None)
