"""Who gets it when any provider will do."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from bookable.availability.query import Query
from bookable.catalog.models import Provider
from bookable.conf import settings
from bookable.prepared import Prepared
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
        keys, window = _keys(providers), (start - self.margin, start + self.margin)
        rows = _claims_within(query.using, keys, *window, now=to_datetime(query.now))
        counts: dict[int, int] = {row[0]: row[1] for row in rows}
        return sorted(providers, key=lambda one: (counts.get(one.pk, 0), random.random()))


class WeightedRoundRobin(Assignment):
    """In turn, in proportion to the weight of each one's offering; whoever waited longest first."""

    def __init__(self, days: int = 30) -> None:
        self.margin = timedelta(days=days)

    def rank(self, query: Query, start: datetime, providers: Sequence[Provider]) -> list[Provider]:
        since = to_datetime(query.now) - self.margin
        rows = _claims_since(
            query.using, _keys(providers), query.service.pk, since, now=to_datetime(query.now)
        )
        given = {key: (many, last.timestamp()) for key, many, last in rows}
        return sorted(providers, key=lambda one: _turn(query, given, one))


def rank(query: Query, start: datetime, providers: Sequence[Provider]) -> list[Provider]:
    """The order that the site's assignment gives to providers who are free at this start."""
    if len(providers) < 2:
        return list(providers)
    return _assignment().rank(query, start, providers)


def _keys(providers: Sequence[Provider]) -> list[int]:
    return [provider.pk for provider in providers]


@Prepared
def _claims_within(
    using: str, providers: Collection[int], low: datetime, high: datetime, *, now: datetime
) -> QuerySet[Any, Any]:
    """(provider, how many claims) that touch a window."""
    rows = _live(using, providers, now).filter(start__lt=high, end__gt=low)
    return rows.values_list("provider").annotate(many=Count("pk"))


@Prepared
def _claims_since(
    using: str, providers: Collection[int], service: int, since: datetime, *, now: datetime
) -> QuerySet[Any, Any]:
    """(provider, how many claims, the last one) for sessions of a service that were made since."""
    rows = _live(using, providers, now).filter(
        session__service=service, session__created__gte=since
    )
    return rows.values_list("provider").annotate(many=Count("pk"), last=Max("session__created"))


def _live(using: str, providers: Collection[int], now: datetime) -> QuerySet[Claim]:
    lasting = Q(expires_at=None) | Q(expires_at__gt=now)
    rows = Claim.objects.using(using).filter(lasting, released_at=None, provider__in=providers)
    return rows.order_by()


def _turn(
    query: Query, given: Mapping[int, tuple[int, float]], provider: Provider
) -> tuple[float, float, float]:
    candidate = query.candidates.get(provider.pk)
    many, last = given.get(provider.pk, (0, 0.0))
    return many / (candidate.weight if candidate else 1), last, random.random()


def _assignment() -> Assignment:
    return shared(settings.ASSIGNMENT, Assignment, setting="BOOKABLE['ASSIGNMENT']")
