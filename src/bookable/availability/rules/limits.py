"""How many sessions of a service there may be in a day or a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import ClassVar

from django.utils.translation import gettext as _

from bookable.availability.diary import SessionRow
from bookable.availability.query import Planned, Query
from bookable.availability.rules.base import Rule
from bookable.catalog.models import Provider
from bookable.timeline.intervals import NEVER, Intervals
from bookable.timeline.zones import DAY, local_date, open_during, reading_of


class _Limit(Rule):
    """No further start in a period that has had its fill.

    A limit of the service counts in the service's zone; one of each provider counts in theirs,
    for those who give the service: a room is not worn out by its sessions.
    """

    days: ClassVar[int]
    of_service: int | None
    of_provider: int | None

    @classmethod
    def guards(cls, query: Query) -> Collection[str]:
        of_service, _of_provider = cls.limits(query)
        return () if of_service is None else [f"service:{query.service.pk}"]

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        first_need = query.needs[0].candidates if query.needs else ()
        self.givers = {candidate.provider.pk for candidate in first_need}
        self.of_service, self.of_provider = self.limits(query)
        is_set = self.of_service is not None or self.of_provider is not None
        self.sessions = query.diary.sessions[query.service.pk] if is_set else ()

    @classmethod
    def limits(cls, query: Query) -> tuple[int | None, int | None]:
        """The limit of the service, and that of each provider."""
        raise NotImplementedError

    def begins(self, day: date) -> date:
        """The first day of the period that a day belongs to."""
        raise NotImplementedError

    def bars_start(self, provider: Provider | None) -> Intervals:
        if provider is None:
            return self._full(self.of_service, self.query.service.zone, self._counted)
        if self.of_provider is None or provider.pk not in self.givers:
            return NEVER
        own = [row for row in self._counted if provider.pk in row.providers]
        return self._full(self.of_provider, provider.zone, own)

    @property
    def _counted(self) -> Iterator[SessionRow | Planned]:
        """The sessions that stand, and those that are planned for on top of them."""
        yield from self.sessions
        for one in self.query.planned:
            if one.service == self.query.service.pk and one.session is None:
                yield one

    def words(self, provider: Provider | None) -> dict[str, object]:
        return {
            "limit": self.of_service if provider is None else self.of_provider,
            "service": self.query.service.name,
            "provider": provider.name if provider else "",
        }

    def _full(
        self, limit: int | None, zone: str, sessions: Iterable[SessionRow | Planned]
    ) -> Intervals:
        """Each full period by itself, so that each is told by itself."""
        if limit is None:
            return NEVER
        counts = Counter(self.begins(local_date(zone, row.start)) for row in sessions)
        full = (reading_of(first) for first, count in counts.items() if count >= limit)
        spans = (open_during(zone, first, first + self.days * DAY) for first in full)
        return sorted(piece for span in spans for piece in span)


class DailyLimit(_Limit):
    """No further start on a day that has had its fill."""

    code: ClassVar[str] = "daily_limit"
    days: ClassVar[int] = 1

    @classmethod
    def limits(cls, query: Query) -> tuple[int | None, int | None]:
        return query.service.max_per_day, query.service.max_per_provider_day

    def begins(self, day: date) -> date:
        return day

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        if provider is None:
            return _("There are at most %(limit)s of %(service)s a day.") % self.words(provider)
        sentence = _("%(provider)s gives %(service)s at most %(limit)s times a day.")
        return sentence % self.words(provider)


class WeeklyLimit(_Limit):
    """No further start in a week, from Monday on, that has had its fill."""

    code: ClassVar[str] = "weekly_limit"
    days: ClassVar[int] = 7

    @classmethod
    def limits(cls, query: Query) -> tuple[int | None, int | None]:
        return query.service.max_per_week, query.service.max_per_provider_week

    def begins(self, day: date) -> date:
        return day - timedelta(days=day.weekday())

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        if provider is None:
            return _("There are at most %(limit)s of %(service)s a week.") % self.words(provider)
        sentence = _("%(provider)s gives %(service)s at most %(limit)s times a week.")
        return sentence % self.words(provider)
