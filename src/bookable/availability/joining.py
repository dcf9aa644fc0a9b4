"""Sessions that exist already and have room, whatever the grid and today's hours say."""

from __future__ import annotations

from collections.abc import Iterator

from bookable.availability.diary import SessionRow
from bookable.availability.lanes import Lanes
from bookable.availability.query import Query
from bookable.catalog.candidates import NeedOf
from bookable.catalog.hall import Demand, compile_demands, satisfied
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
    needs = [need for need in query.needs if need.per_seat]
    return not needs or _are_free(query, lanes, row, needs)


def _are_free(query: Query, lanes: Lanes, row: SessionRow, needs: list[NeedOf]) -> bool:
    bits: dict[tuple[int, int], int] = {}
    free = 0
    demands = []
    for need in needs:
        pool = 0
        for candidate in need.candidates:
            provider = candidate.provider
            for unit in range(provider.units):
                bit = bits.setdefault((provider.pk, unit), 1 << len(bits))
                pool |= bit
                if covers(lanes.takeable(provider, unit, row.end - row.start), row.start):
                    free |= bit
        demands.append(Demand(pool, query.wanted(need) or len(need.candidates)))
    return satisfied(compile_demands(demands), free)
