"""Sessions that exist already and have room, whatever the grid and today's hours say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bookable.availability.demands import Demands
from bookable.availability.diary import SessionRow
from bookable.availability.lanes import Lanes
from bookable.availability.query import Query
from bookable.catalog.hall import satisfied
from bookable.timeline.intervals import covers


def joinable(query: Query, lanes: Lanes) -> Iterator[SessionRow]:
    """The sessions that this query can join, in order of their start."""
    for row in query.diary.sessions[query.service.pk]:
        if (
            query.low <= row.start < query.high
            and row.session.seats_left >= query.seats
            and is_asked_for(query, row)
            and not covers(lanes.joining_barred, row.start)
            and _has_what_each_seat_needs(query, lanes, row)
        ):
            yield row


def is_asked_for(query: Query, row: SessionRow) -> bool:
    """Whether the session is of the kind that the query asks for."""
    session = row.session
    if query.extra_minutes:
        return False
    return (
        (query.provider is None or query.provider.pk in row.providers)
        and (query.duration is None or row.end - row.start == query.duration * 60)
        and (query.channel is None or session.channel == query.channel)
        and (query.place is None or session.location_id in (None, query.place.pk))
    )


def _has_what_each_seat_needs(query: Query, lanes: Lanes, row: SessionRow) -> bool:
    session = row.session
    needs = [need for need in query.needs if need.per_seat and session.channel in need.channels]
    if not needs:
        return True
    if session.location_id is not None and query.place is None:
        lanes = lanes.at(session.location_id)
    demands = Demands(replace(query, needs=needs, provider=None), needs[0].candidates)
    free = 0
    for number, (candidate, unit) in enumerate(demands.lanes):
        if covers(lanes.takeable(candidate.provider, unit, row.end - row.start), row.start):
            free |= 1 << number
    return satisfied(demands.compiled, free)
