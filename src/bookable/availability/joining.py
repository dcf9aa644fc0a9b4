"""Sessions that exist already and have room, whatever the grid and today's hours say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from bookable.availability.demands import Demands
from bookable.availability.diary import SessionRow
from bookable.availability.lanes import Lanes
from bookable.availability.query import Query
from bookable.catalog.candidates import NeedOf
from bookable.catalog.hall import satisfied
from bookable.catalog.models import Provider
from bookable.timeline.intervals import covers


class Seating(NamedTuple):
    """What further seats of a session take, and those of its lanes that are free then."""

    demands: Demands
    free: int

    def without(self, providers: Iterable[int]) -> Seating:
        """The same where all lanes of these are taken."""
        return self._replace(free=self.free & ~self.demands.lanes_of(providers))

    @property
    def suffice(self) -> bool:
        return satisfied(self.demands.compiled, self.free)


def joinable(query: Query, lanes: Lanes) -> Iterator[SessionRow]:
    """The sessions that this query can join, in order of their start."""
    for row in query.diary.sessions[query.service.pk]:
        if (
            query.low <= row.start < query.high
            and row.session.seats_left - query.promised(row.session.pk) >= query.seats
            and is_asked_for(query, row)
            and not covers(lanes.joining_barred, row.start)
            and _has_what_each_seat_needs(query, lanes, row)
        ):
            yield row


def is_asked_for(query: Query, row: SessionRow) -> bool:
    """Whether the session is of the kind that the query asks for."""
    session = row.session
    if query.within is not None:
        return session.pk == query.within
    if query.extra_minutes:
        return False
    return (
        (query.provider is None or query.provider.pk in row.providers)
        and (query.duration is None or row.end - row.start == query.duration * 60)
        and (query.channel is None or session.channel == query.channel)
        and (query.place is None or session.location_id in (None, query.place.pk))
    )


def serving(query: Query, row: SessionRow) -> tuple[Provider, ...]:
    """Those of the first need who serve in the session."""
    first = _needs_of(query, row)[:1]
    return tuple(
        candidate.provider
        for need in first
        for candidate in need.candidates
        if candidate.provider.pk in row.providers
    )


def seating(query: Query, lanes: Lanes, row: SessionRow) -> Seating | None:
    """The lanes for the seats that were asked for; None if seats take none."""
    needs = [need for need in _needs_of(query, row) if need.per_seat]
    if not needs:
        return None
    place = row.session.location_id
    if place is not None and query.place is None:
        lanes = lanes.at(place)
    demands = Demands(replace(query, needs=needs, provider=None), needs[0].candidates)
    free = 0
    for number, (candidate, unit) in enumerate(demands.lanes):
        if covers(lanes.takeable(candidate.provider, unit, row.end - row.start), row.start):
            free |= 1 << number
    return Seating(demands, free)


def _has_what_each_seat_needs(query: Query, lanes: Lanes, row: SessionRow) -> bool:
    seats = seating(query, lanes, row)
    return seats is None or seats.suffice


def _needs_of(query: Query, row: SessionRow) -> list[NeedOf]:
    """The needs of the way in which the session meets."""
    return [need for need in query.needs if row.session.channel in need.channels]
