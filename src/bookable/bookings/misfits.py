"""Sessions ahead whose calendars are not open for them, as the rules see it now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from django.db.models import Q
from django.utils.translation import gettext as _

from bookable.availability.answers import Reason
from bookable.availability.asking import ask
from bookable.availability.diary import Diary, inside
from bookable.availability.explain import tell, whose_gap
from bookable.availability.lanes import Lanes
from bookable.availability.query import Query
from bookable.availability.rules import Rule
from bookable.availability.rulesets import load_rule_set
from bookable.availability.standing import refusal
from bookable.catalog.candidates import Candidate, NeedOf, needs_of
from bookable.catalog.models import Location, Provider, Service
from bookable.schedule.models import Claim
from bookable.timeline import clock
from bookable.timeline.intervals import Intervals, clip, touching
from bookable.timeline.zones import DAY

#: What keeps which provider from serving: the code of a reason, or that nothing opens the time.
Cause: TypeAlias = tuple[int, str]
#: By the key of each session that doesn't fit.
Misfits: TypeAlias = dict[int, list[tuple[Cause, Reason]]]

_NOT_OPENED = "hours"
#: Hours come back after a week, so with this much more around they are told whole.
_AROUND = 8 * DAY


def misfits(*, using: str) -> Misfits:
    """Why the lanes of live sessions ahead are not open for them, whatever else takes the lanes.

    A fixed number of queries for all of them.
    """
    services = Service.objects.using(using).in_bulk()
    rows = list(_standing(services, using))
    found: Misfits = {}
    if rows:
        calendars = _Calendars(services, rows, using)
        for row in rows:
            if reasons := list(calendars.reasons(row)):
                found.setdefault(row.session, []).extend(reasons)
    return found


class _Row(NamedTuple):
    """A claim of a session ahead."""

    session: int
    service: int
    place: int | None
    provider: int
    unit: int
    start: int
    end: int


class _Shut(NamedTuple):
    """When one provider does not work at one place."""

    gaps: Intervals
    closed: Sequence[tuple[Rule, Intervals]]


def _standing(services: Iterable[int], using: str) -> Iterator[_Row]:
    now = clock.now()
    claims = Claim.objects.using(using).filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        released_at=None,
        session__released_at=None,
        session__start__gt=now,
        # named one by one, so that an index leads past everything that is over
        session__service__in=list(services),
    )
    session = ("session", "session__service", "session__location")
    rows = claims.values_list(*session, "provider", "unit", "session__start", "session__end")
    for *fields, start, end in rows.order_by("session__start", "session", "pk"):
        yield _Row._make((*fields, *inside(start, end)))


class _Calendars:
    """The lanes of every service at every place, with each table read once for all of them."""

    def __init__(self, services: Mapping[int, Service], rows: Sequence[_Row], using: str) -> None:
        given = [services[key] for key in sorted({row.service for row in rows})]
        needs = needs_of(given, using)
        self.offered = {key: _candidates(found) for key, found in needs.items()}
        self.providers = {pk: one for known in self.offered.values() for pk, one in known.items()}
        strangers = {row.provider for row in rows} - self.providers.keys()
        if strangers:
            self.providers |= Provider.objects.using(using).in_bulk(strangers)
        others = [NeedOf(tuple(Candidate(self.providers[key]) for key in sorted(strangers)))]
        known = Diary(self.providers.values(), given, using=using, low=0, high=0, now=clock.now())
        self.queries = _queries(rows, {one: [*needs[one.pk], *others] for one in given}, known)
        self._lanes: dict[tuple[int, int | None], Lanes] = {}
        self._shut: dict[tuple[int, int | None, int], _Shut] = {}

    def reasons(self, row: _Row) -> Iterator[tuple[Cause, Reason]]:
        """Every cause for which the claim's lane is not open for its session."""
        provider, lanes = self.providers[row.provider], self._lanes_of(row)
        for reason in self._standing_reasons(row, provider, lanes):
            yield (provider.pk, reason.code), reason
        shut = self._shut_of(row, provider, lanes)
        for gap in clip(touching(shut.gaps, row.start, row.end), row.start, row.end):
            for reason in whose_gap(lanes, provider, gap):
                yield (provider.pk, _NOT_OPENED), reason
        for rule, closed in shut.closed:
            for reason in tell(rule, provider, touching(closed, row.start, row.end)):
                yield (provider.pk, reason.code), reason

    def _standing_reasons(self, row: _Row, provider: Provider, lanes: Lanes) -> Iterator[Reason]:
        service = lanes.query.service
        words = {"provider": provider.name, "service": service.name, "number": row.unit + 1}
        if provider.pk not in self.offered[row.service]:
            text = _("%(provider)s does not offer %(service)s.") % words
            yield Reason("Service", "not_offered", text, provider=provider)
        if (refused := refusal(lanes.query, provider)) is not None:
            yield refused
        if row.unit >= provider.units:
            text = _("%(provider)s has no number %(number)d any more.") % words
            yield Reason("Provider", "unit_gone", text, provider=provider)

    def _lanes_of(self, row: _Row) -> Lanes:
        key = row.service, row.place
        if key not in self._lanes:
            place = None if row.place is None else Location(pk=row.place)
            self._lanes[key] = _lanes(replace(self.queries[row.service], place=place))
        return self._lanes[key]

    def _shut_of(self, row: _Row, provider: Provider, lanes: Lanes) -> _Shut:
        key = row.service, row.place, provider.pk
        if key not in self._shut:
            closed = [(rule, rule.closes(provider)) for rule in lanes.having["closes"]]
            self._shut[key] = _Shut(lanes.shut(provider, *lanes.query.reach), closed)
        return self._shut[key]


def _candidates(needs: Iterable[NeedOf]) -> dict[int, Provider]:
    return {one.provider.pk: one.provider for need in needs for one in need.candidates}


def _queries(
    rows: Sequence[_Row], services: Mapping[Service, Sequence[NeedOf]], diary: Diary
) -> dict[int, Query]:
    low, high = min(row.start for row in rows), max(row.start for row in rows) + 1
    margin = max(_AROUND, *(row.end - row.start for row in rows))
    using = diary.using
    queries = {
        service.pk: ask(service, low, high, needs=needs, diary=diary, margin=margin, using=using)
        for service, needs in services.items()
    }
    # one read that is wide enough for all of them
    reaches = [query.reach for query in queries.values()]
    diary.low, diary.high = min(low for low, _ in reaches), max(high for _, high in reaches)
    diary.taken(diary.low, diary.high)
    return queries


def _lanes(query: Query) -> Lanes:
    """The lanes as those rules see them that say when somebody works."""
    rules = [
        socket.make()
        for socket in load_rule_set(query.service.rule_set)
        if socket.factory.opens is not Rule.opens or socket.factory.closes is not Rule.closes
    ]
    for rule in rules:
        rule.prepare(query)
    return Lanes(query, rules)
