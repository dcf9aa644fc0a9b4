"""Who can serve a service, read in one query however many services, needs and providers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from bookable.catalog.models import Channel, Need, Offering, Provider, Service
from bookable.prepared import Prepared

#: What of a provider is not read here; it is loaded when somebody asks for it.
_LEFT_OUT = {
    "bio",
    "created",
    "headline",
    "is_public",
    "languages",
    "modified",
    "photo",
    "tier",
    "user_id",
}
_OFFERING_FIELDS = ("price", "duration", "weight")
_NEED_FIELDS = ("id", "position", "pool_id", "quantity")
_NEED_FLAGS = ("per_seat", "in_person", "video", "phone")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A provider who can serve, with the price and duration of their own if they have any."""

    provider: Provider
    price: int | None = None
    duration: int | None = None
    weight: int = 1


@dataclass(frozen=True, slots=True)
class NeedOf:
    """One need of a service and everybody who can meet it; quantity None means all of them."""

    candidates: tuple[Candidate, ...]
    quantity: int | None = 1
    per_seat: bool = False
    channels: frozenset[str] = frozenset(Channel.values)


@dataclass(slots=True)
class _Draft:
    quantity: int | None
    per_seat: bool
    channels: frozenset[str]
    names_somebody: bool
    providers: dict[int, Provider] = field(default_factory=dict)


@cache
def provider_fields() -> tuple[str, ...]:
    """The columns that are read of a provider, in the model's own order.

    Asked for late, because a site may add columns when it starts: one of the name for each
    language, for instance.
    """
    columns = (column.attname for column in Provider._meta.concrete_fields)
    return tuple(name for name in columns if name not in _LEFT_OUT)


class _Reading:
    """Takes the rows in one after the other and keeps each provider as one object."""

    def __init__(self, services: Sequence[Service], using: str) -> None:
        self.using = using
        self.providers: dict[int, Provider] = {}
        self.offered: dict[int, dict[int, Candidate]] = {service.pk: {} for service in services}
        self.drafts: dict[int, dict[tuple[int, int], _Draft]] = {
            service.pk: {} for service in services
        }

    def take(self, row: Sequence[Any]) -> None:
        service, need_id, position, pool_id, quantity, per_seat, *channels = row[:9]
        price, duration, weight = row[9:12]
        provider = self._provider(row[12:])
        if need_id is None:
            if provider is not None:
                candidate = Candidate(provider, price, duration, weight)
                self.offered[service][provider.pk] = candidate
            return
        draft = self.drafts[service].get((position, need_id))
        if draft is None:
            allowed = frozenset(
                name for name, flag in zip(Channel.values, channels, strict=True) if flag
            )
            draft = _Draft(quantity, bool(per_seat), allowed, pool_id is not None)
            self.drafts[service][position, need_id] = draft
        if provider is not None:
            draft.providers[provider.pk] = provider

    def needs(self, service: int) -> Iterator[NeedOf]:
        offered, drafts = self.offered[service], self.drafts[service]
        if not drafts:
            yield NeedOf(_in_order(offered.values()))
        for _position, draft in sorted(drafts.items()):
            named = [offered.get(key) or Candidate(who) for key, who in draft.providers.items()]
            chosen = named if draft.providers or draft.names_somebody else offered.values()
            yield NeedOf(_in_order(chosen), draft.quantity, draft.per_seat, draft.channels)

    def _provider(self, values: Sequence[Any]) -> Provider | None:
        key = values[0]
        if key is None:
            return None
        if key not in self.providers:
            self.providers[key] = Provider.from_db(self.using, provider_fields(), values)
        return self.providers[key]


def needs_of(services: Sequence[Service], using: str) -> Mapping[int, list[NeedOf]]:
    """The needs of each service by its primary key, in their order."""
    reading = _Reading(services, using)
    for row in candidate_rows(using, [service.pk for service in services]):
        reading.take(row)
    return {service.pk: list(reading.needs(service.pk)) for service in services}


@Prepared
def candidate_rows(using: str, keys: Collection[int]) -> QuerySet[Any, Any]:
    """The one query behind `needs_of`."""
    offerings = Offering.objects.using(using).filter(service__in=keys)
    needs = Need.objects.using(using).filter(service__in=keys)
    arms = [
        _arm(needs, of_needs=True, provider="providers__"),
        _arm(needs.filter(pool__isnull=False), of_needs=True, provider="pool__providers__"),
    ]
    # the order of the model would come back with a union, and has no column in it
    return _arm(offerings, of_needs=False, provider="provider__").union(*arms, all=True).order_by()


def _arm(rows: QuerySet[Any, Any], *, of_needs: bool, provider: str) -> QuerySet[Any, Any]:
    # flags travel as numbers, because not every database can say “no answer” in a truth value;
    # and a number without a sign that meets none comes out of MariaDB as a decimal
    here, elsewhere = [*_NEED_FIELDS, *_NEED_FLAGS], list(_OFFERING_FIELDS)
    columns: dict[str, Any] = {}
    for names, present in ((here, of_needs), (elsewhere, not of_needs)):
        for name in names:
            value = name if present else Value(None)
            columns[f"column_{name}"] = Cast(value, IntegerField())
    fields = [provider + name for name in provider_fields()]
    rows = rows.order_by().annotate(**columns)
    return rows.values_list("service_id", *columns, *fields)


def _in_order(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return tuple(sorted(candidates, key=lambda candidate: candidate.provider.pk))
