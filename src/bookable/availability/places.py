"""The places at which a session can be held, so that staff and room never sit in two of them."""

from __future__ import annotations

from collections.abc import Iterable

from bookable.availability.query import Query
from bookable.catalog.models import Channel, Location, Provider


def places_to_try(query: Query) -> list[Location | None]:
    """None where the place doesn't matter; each place in question where people must meet."""
    if query.place is not None or query.channel in (Channel.VIDEO, Channel.PHONE):
        return [query.place]
    places = [_places_of(query, provider) for provider in query.providers]
    for_all = set(_locations_on_dates(query, None))
    found = for_all.union(*places)
    moves = any(len(mine | for_all) > 1 for mine in places)
    if len(found) < 2 or (_takes_one(query) and not moves):
        return [None]
    return [Location(pk=key) for key in sorted(found)]


def _takes_one(query: Query) -> bool:
    """Whether one provider is all that is needed, who can't be in two places."""
    return len(query.needs) == 1 and query.wanted(query.needs[0]) == 1


def _places_of(query: Query, provider: Provider) -> set[int]:
    if provider.location_id is not None:
        return {provider.location_id}
    weekly = query.diary.hours.weekly.get(provider.pk, ())
    found = {row.location for row in weekly if row.location is not None}
    return found.union(_locations_on_dates(query, provider.pk))


def _locations_on_dates(query: Query, provider: int | None) -> Iterable[int]:
    for rows in query.diary.hours.dates.get(provider, {}).values():
        yield from (row.location for row in rows if row.location is not None)
