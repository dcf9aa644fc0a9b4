"""The first free start of one service, or across many services and providers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeVar, Unpack

from django.utils.translation import gettext as _

from bookable.availability.answers import Slot
from bookable.availability.asking import (
    LONGEST_WINDOW_DAYS,
    ask,
    database_of,
    moment,
    resolve,
)
from bookable.availability.diary import Diary
from bookable.availability.engine import Engine
from bookable.availability.excluding import excluded_by
from bookable.availability.query import Asked, Query
from bookable.availability.slots import as_slots
from bookable.catalog.candidates import NeedOf, needs_of
from bookable.catalog.models import Provider, Service
from bookable.timeline import clock
from bookable.timeline.intervals import Interval
from bookable.timeline.zones import DAY

M = TypeVar("M", Service, Provider)

#: Most services have room within days, so the rest of the horizon is read only if they don't.
_FIRST_LOOK = 14 * DAY


class NextFree(NamedTuple):
    """The earliest slot that was found, of which service; of which provider if that was asked."""

    service: Service
    slot: Slot
    provider: Provider | None = None


def next_slot(
    service: Service, after: datetime | None = None, **asked: Unpack[Asked]
) -> Slot | None:
    """The first free start at or after a moment, within the service's horizon."""
    using = database_of(service, asked)
    needs = needs_of([service], using)
    found = _earliest(_Search([service], needs, after, using, asked))
    return found.slot if found else None


def next_free(
    services: Iterable[Service | str | int],
    providers: Iterable[Provider | str | int] | None = None,
    after: datetime | None = None,
    *,
    using: str,
) -> NextFree | None:
    """The earliest free start across many services, with any of the providers if some are given."""
    chosen = _resolved(Service, services, using, _("service"))
    needs = needs_of(chosen, using) if chosen else {}
    if providers is not None:
        keys = {one.pk for one in _resolved(Provider, providers, using, _("provider"))}
        needs = {key: only for key, found in needs.items() if (only := _only_with(found, keys))}
    chosen = [service for service in chosen if service.pk in needs]
    return _earliest(_Search(chosen, needs, after, using, {})) if chosen else None


def next_free_each_service(
    services: Iterable[Service], after: datetime | None = None, *, using: str
) -> list[NextFree]:
    """The first free start of each service, the soonest first; none for those without."""
    pending = {service.pk: service for service in services}
    if not pending:
        return []
    chosen = list(pending.values())
    search = _Search(chosen, needs_of(chosen, using), after, using, {})
    found: list[NextFree] = []
    for window in search.windows():
        for engine in search.engines(window):
            service = engine.query.service
            if service.pk in pending and (first := engine.first()) is not None:
                found.append(_offer_at(first, engine.query))
                del pending[service.pk]
    return sorted(found, key=lambda one: one.slot.start)


def next_free_each_provider(
    providers: Iterable[Provider],
    services: Iterable[Service | str | int] | None = None,
    after: datetime | None = None,
    *,
    using: str,
) -> list[NextFree]:
    """The first start that each provider has free, the soonest first; none for those without."""
    if services is None:
        chosen = list(Service.objects.using(using).public())
    else:
        chosen = _resolved(Service, services, using, _("service"))
    if not chosen:
        return []
    search = _Search(chosen, needs_of(chosen, using), after, using, {})
    pending = {provider.pk: provider for provider in providers}
    found: list[NextFree] = []
    for window in search.windows():
        engines = list(search.engines(window))
        for provider in list(pending.values()):
            best = _best_of(provider, engines)
            if best is not None:
                found.append(best)
                del pending[provider.pk]
    return sorted(found, key=lambda one: one.slot.start)


class _Search:
    """Looks at the near future first, and reads every table at most twice for all services."""

    def __init__(
        self,
        services: Sequence[Service],
        needs: Mapping[int, Sequence[NeedOf]],
        after: datetime | None,
        using: str,
        asked: Asked,
    ) -> None:
        self.services, self.needs, self.asked = services, needs, asked
        now = clock.now()
        earliest = moment("UTC", now)
        self.low = earliest if after is None else max(earliest, moment("UTC", after))
        horizon = max(service.horizon_days for service in services)
        furthest = min(horizon, LONGEST_WINDOW_DAYS)
        self.high = earliest + furthest * DAY + 1
        self.diary = Diary(
            [one.provider for key in needs for need in needs[key] for one in need.candidates],
            services,
            using=using,
            low=self.low,
            high=self.high,
            now=now,
            exclude=excluded_by(asked.get("exclude"), using=using, now=now),
        )

    def windows(self) -> Iterator[Interval]:
        middle = min(self.low + _FIRST_LOOK, self.high)
        for low, high in ((self.low, middle), (middle, self.high)):
            if low < high:
                yield low, high

    def engines(self, window: Interval) -> Iterator[Engine]:
        queries = [self._query(service, *window) for service in self.services]
        reaches = [query.reach for query in queries]
        # each read is wide enough for all of them, and for what a last start may occupy
        low, high = min(low for low, _ in reaches), max(high for _, high in reaches)
        self.diary.low = min(self.diary.low, low)
        self.diary.high = max(self.diary.high, self.high + high - window[1])
        self.diary.taken(low, high)
        for query in queries:
            yield Engine(query)

    def _query(self, service: Service, low: int, high: int) -> Query:
        asked: Asked = {**self.asked, "using": self.diary.using}
        return ask(service, low, high, needs=self.needs[service.pk], diary=self.diary, **asked)


def _earliest(search: _Search) -> NextFree | None:
    for window in search.windows():
        best: tuple[int, Query] | None = None
        for engine in search.engines(window):
            first = engine.first()
            if first is not None and (best is None or first < best[0]):
                best = first, engine.query
        if best is not None:
            return _offer_at(*best)
    return None


def _best_of(provider: Provider, engines: Iterable[Engine]) -> NextFree | None:
    best: tuple[int, Query] | None = None
    for engine in engines:
        if provider.pk in engine.query.candidates:
            mine = Engine(replace(engine.query, provider=provider), lanes=engine.lanes)
            first = mine.first()
            if first is not None and (best is None or first < best[0]):
                best = first, mine.query
    return None if best is None else _offer_at(*best)


def _offer_at(start: int, query: Query) -> NextFree:
    query = replace(query, low=start, high=start + 1)
    slot = as_slots(query, Engine(query).offers())[0]
    return NextFree(query.service, slot, query.provider)


def _only_with(needs: Sequence[NeedOf], providers: set[int]) -> list[NeedOf] | None:
    """The needs, the first that any of the providers can meet narrowed down to them."""
    for index, need in enumerate(needs):
        members = tuple(one for one in need.candidates if one.provider.pk in providers)
        if members:
            return [*needs[:index], replace(need, candidates=members), *needs[index + 1 :]]
    return None


def _resolved(model: type[M], keys: Iterable[M | str | int], using: str, kind: str) -> list[M]:
    return [found for key in keys if (found := resolve(model, key, using, kind)) is not None]
