"""Time in which providers take no bookings."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookable.availability.diary import intervals_of
from bookable.availability.query import Query
from bookable.availability.rules.base import Rule
from bookable.catalog.models import Provider
from bookable.errors import Misconfigured
from bookable.schedule.models import DateKind
from bookable.schedule.reads import OFF
from bookable.timeline.intervals import NEVER, Intervals, subtraction, union
from bookable.timeline.zones import DAY, date_of, dates_during, day_bounds, local_date, reading_of

if TYPE_CHECKING:
    from holidays import HolidayBase


class Accepting(Rule):
    """Closed to bookings before the first and after the last day that a provider accepts."""

    code: ClassVar[str] = "not_accepting"

    def closes(self, provider: Provider) -> Intervals:
        low, high = self.query.reach
        first, last = provider.accepts_from, provider.accepts_until
        if first is None and last is None:
            return NEVER
        return subtraction([(low, high)], dates_during(provider.zone, first, last, low, high))

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        if provider is None:
            return ""
        words = {"provider": provider.name}
        first, last = provider.accepts_from, provider.accepts_until
        if first is not None and local_date(provider.zone, interval[1] - 1) < first:
            return _("%(provider)s accepts bookings from %(date)s on.") % {
                **words,
                "date": date_format(first),
            }
        return _("%(provider)s accepts bookings until %(date)s.") % {
            **words,
            "date": date_format(last) if last else "",
        }


class TimeOff(Rule):
    """Closed while a provider, or everybody, is away."""

    code: ClassVar[str] = "time_off"

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self.rows = query.diary.taken(*query.reach).get(OFF, {})
        self.for_all = intervals_of(self.rows.get(None, ()))

    def closes(self, provider: Provider) -> Intervals:
        own = self.rows.get(provider.pk)
        if not own:
            return union(self.for_all) if self.for_all else ()
        return union(self.for_all, intervals_of(own))

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        return "" if provider is None else _("%(provider)s is away.") % {"provider": provider.name}


class PublicHolidays(Rule):
    """Closed on public holidays, save on dates for which hours have been given.

    Needs the package `holidays` (`pip install django-bookable[holidays]`).
    """

    code: ClassVar[str] = "public_holiday"

    def __init__(self, country: str, subdivision: str | None = None, language: str | None = None):
        try:
            from holidays import country_holidays
        except ImportError as error:
            raise Misconfigured(
                _("PublicHolidays needs the package “holidays”; install django-bookable[holidays].")
            ) from error
        try:
            self._calendar: HolidayBase = country_holidays(
                country, subdiv=subdivision, language=language
            )
        except NotImplementedError as error:
            raise Misconfigured(
                _("PublicHolidays does not know “%(place)s”.")
                % {"place": f"{country} {subdivision or ''}".strip()}
            ) from error

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self.dates = query.diary.hours.dates

    @cached_property
    def days(self) -> list[date]:
        low, high = self.query.reach
        span = range(low // DAY - 1, high // DAY + 2)
        return [
            day for day in map(date_of, (number * DAY for number in span)) if day in self._calendar
        ]

    def closes(self, provider: Provider) -> Intervals:
        # each day by itself, so that each is told by its own name
        return sorted(
            piece
            for day in self.days
            if not self._has_hours(provider, day)
            for piece in day_bounds(provider.zone, day)
        )

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        if provider is None:
            return ""
        day = local_date(provider.zone, interval[0])
        return _("%(date)s is a public holiday: %(name)s.") % {
            "date": date_format(day),
            "name": self._calendar.get(day) or "",
        }

    def _has_hours(self, provider: Provider, day: date) -> bool:
        number = reading_of(day) // DAY
        return any(
            row.kind in (DateKind.INSTEAD, DateKind.EXTRA)
            for whose in (provider.pk, None)
            for row in self.dates.get(whose, {}).get(number, ())
        )
