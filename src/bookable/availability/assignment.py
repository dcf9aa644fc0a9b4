"""Who gets it when any provider will do."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from bookable.availability.query import Query
from bookable.catalog.models import Provider
from bookable.conf import settings
from bookable.schedule.models import Claim
from bookable.sockets import shared
from bookable.timeline.zones import to_datetime


class Assignment:
    """The socket: puts providers in the order in which they should be taken.

    It runs before anything is locked, with at most one query through `query.rows(Model)`.
    """

    def rank(self, query: Query, start: datetime, providers: Sequence[Provider]) -> list[Provider]:
        raise NotImplementedError


class LeastBusy(Assignment):
    """Whoever has the fewest sessions in the days around; at random among equals."""

    def __init__(self, days: int = 7) -> None:
        self.margin = timedelta(days=days) / 2

    def rank(self, query: Query, start: datetime, providers: Sequence[Provider]) -> list[Provider]:
        window = Q(start__lt=start + self.margin, end__gt=start - self.margin)
        rows = _live(query, providers).filter(window)
        counts = dict(rows.values_list("provider").annotate(many=Count("pk")))
        return sorted(providers, key=lambda one: (counts.get(one.pk, 0), random.random()))


class WeightedRoundRobin(Assignment):
    """In turn, in proportion to the weight of each one's offering; whoever waited longest first."""

    def __init__(self, days: int = 30) -> None:
        self.margin = timedelta(days=days)

    def rank(self, query: Query, start: datetime, providers: Sequence[Provider]) -> list[Provider]:
        since = to_datetime(query.now) - self.margin
        rows = _live(query, providers).filter(
            session__service=query.service, session__created__gte=since
        )
        given = {
            key: (many, last.timestamp())
            for key, many, last in rows.values_list("provider").annotate(
                many=Count("pk"), last=Max("session__created")
            )
        }
        return sorted(providers, key=lambda one: _turn(query, given, one))


def rank(query: Query, start: datetime, providers: Sequence[Provider]) -> list[Provider]:
    """The order that the site's assignment gives to providers who are free at this start."""
    if len(providers) < 2:
        return list(providers)
    return _assignment().rank(query, start, providers)


def _live(query: Query, providers: Sequence[Provider]) -> Any:
    return (
        query.rows(Claim)
        .filter(Q(expires_at=None) | Q(expires_at__gt=to_datetime(query.now)), released_at=None)
        .filter(provider__in=[provider.pk for provider in providers])
        .order_by()
    )


def _turn(
    query: Query, given: Mapping[int, tuple[int, float]], provider: Provider
) -> tuple[float, float, float]:
    candidate = query.candidates.get(provider.pk)
    many, last = given.get(provider.pk, (0, 0.0))
    return many / (candidate.weight if candidate else 1), last, random.random()


def _assignment() -> Assignment:
    return shared(settings.ASSIGNMENT, Assignment, setting="BOOKABLE['ASSIGNMENT']")
