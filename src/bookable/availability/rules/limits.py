"""How many sessions of a service there may be in a day or a week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import ClassVar

from django.utils.translation import gettext as _

from bookable.availability.diary import SessionRow
from bookable.availability.query import Query
from bookable.availability.rules.base import Rule
from bookable.catalog.models import Provider
from bookable.timeline.intervals import NEVER, Intervals, union
from bookable.timeline.zones import DAY, local_date, open_during, reading_of


class Limits(Rule):
    """No further start on a day, or in a week from Monday on, that has had its fill.

    A limit of the service counts in the service's zone, one of each provider in the provider's.
    """

    code: ClassVar[str] = "limit"

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        service = query.service
        self.of_service = (service.max_per_day, service.max_per_week)
        self.of_provider = (service.max_per_provider_day, service.max_per_provider_week)
        # a room is not worn out by its sessions: the limit is for those who give the service
        first_need = query.needs[0].candidates if query.needs else ()
        self.givers = {candidate.provider.pk for candidate in first_need}
        self.sessions: list[SessionRow] = []
        if any(self.of_service) or any(self.of_provider):
            self.sessions = list(query.diary.sessions[service.pk])

    def bars_start(self, provider: Provider | None) -> Intervals:
        if provider is None:
            return self._full(self.of_service, self.query.service.zone, self.sessions)
        if not any(self.of_provider) or provider.pk not in self.givers:
            return NEVER
        own = (row for row in self.sessions if provider.pk in row.providers)
        return self._full(self.of_provider, provider.zone, own)

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        of_week = interval[1] - interval[0] > 2 * DAY
        daily, weekly = self.of_service if provider is None else self.of_provider
        words = {
            "limit": weekly if of_week else daily,
            "service": self.query.service.name,
            "provider": provider.name if provider else "",
        }
        if provider is None and of_week:
            return _("There are at most %(limit)s of %(service)s a week.") % words
        if provider is None:
            return _("There are at most %(limit)s of %(service)s a day.") % words
        if of_week:
            return _("%(provider)s gives %(service)s at most %(limit)s times a week.") % words
        return _("%(provider)s gives %(service)s at most %(limit)s times a day.") % words

    def _full(
        self, limits: tuple[int | None, int | None], zone: str, sessions: Iterable[SessionRow]
    ) -> Intervals:
        daily, weekly = limits
        if daily is None and weekly is None:
            return NEVER
        dates = [local_date(zone, row.start) for row in sessions]
        return union(
            _spans(zone, dates, daily, lambda day: day, 1),
            _spans(zone, dates, weekly, _monday, 7),
        )


def _spans(
    zone: str, dates: Iterable[date], limit: int | None, first_of: Callable[[date], date], days: int
) -> Intervals:
    """The days or weeks in which the limit is reached."""
    if limit is None:
        return NEVER
    counts = Counter(map(first_of, dates))
    full = (reading_of(first) for first, count in counts.items() if count >= limit)
    return union(*(open_during(zone, begins, begins + days * DAY) for begins in full))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
