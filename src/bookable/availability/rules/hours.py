"""When providers work: every week, and on single dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import ClassVar, TypeAlias

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookable.availability.diary import DateRow, HoursRow
from bookable.availability.query import Query
from bookable.availability.rules.base import Rule
from bookable.catalog.models import Provider
from bookable.schedule.models import DateKind
from bookable.schedule.models.hours import hours_text
from bookable.timeline.openings import (
    DayNumber,
    Opening,
    WallHours,
    days_around,
    openings,
    weekday,
)
from bookable.timeline.zones import DAY, date_of, offset_at

_Pattern: TypeAlias = tuple[str, frozenset[HoursRow], frozenset[DayNumber]]
_NOTHING: Sequence[Opening] = ()


class _Dated(Rule):
    """What both rules read: who has something of their own on which date."""

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self.hours = query.diary.hours
        self.days = days_around(*query.reach)
        self.for_all = self.hours.dates.get(None, {})

    def said_about(self, provider: Provider, day: DayNumber) -> list[DateRow]:
        """What counts on a date: the provider's own word before the one for all, plus extras."""
        own = self.hours.dates.get(provider.pk, {}).get(day, [])
        common = self.for_all.get(day, [])
        decides = [row for row in own if row.kind != DateKind.EXTRA] or [
            row for row in common if row.kind != DateKind.EXTRA
        ]
        return decides + [row for row in (*own, *common) if row.kind == DateKind.EXTRA]

    def dates(self, provider: Provider) -> Iterable[DayNumber]:
        """The dates about which anything is said."""
        return self.hours.dates.get(provider.pk, {}).keys() | self.for_all.keys()

    def is_here(self, location: int | None) -> bool:
        place = self.query.place
        return place is None or location is None or location == place.pk

    def in_zone(self, provider: Provider, sentence: str) -> str:
        """The sentence, with the zone that it speaks of where that is not the service's."""
        if provider.zone == self.query.service.zone:
            return sentence
        return _("%(sentence)s (Time in %(zone)s.)") % {
            "sentence": sentence,
            "zone": provider.zone.replace("_", " "),
        }

    def day_of(self, provider: Provider, instant: int) -> DayNumber:
        return (instant + offset_at(provider.zone, instant)) // DAY


class WeeklyHours(_Dated):
    """Open during the hours that come back every week, except on dates that say otherwise."""

    code: ClassVar[str] = "outside_hours"

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self._made: dict[_Pattern, list[Opening]] = {}

    def opens(self, provider: Provider) -> Sequence[Opening]:
        rows = self.hours.weekly.get(provider.pk)
        if not rows:
            return _NOTHING
        # providers with the same hours share one list, which is worked out once
        pattern = (provider.zone, frozenset(rows), self._overridden(provider))
        if pattern not in self._made:
            self._made[pattern] = self._make(*pattern)
        return self._made[pattern]

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        if provider is None:
            return ""
        day = self.day_of(provider, interval[0])
        if day in self._overridden(provider):
            return ""
        hours = sorted(
            hours_text(row.opens, row.closes)
            for row in self.hours.weekly.get(provider.pk, ())
            if _applies(row, day) and self.is_here(row.location)
        )
        words = {"provider": provider.name, "day": date_format(date_of(day * DAY), "l")}
        if not hours:
            return self.in_zone(provider, _("%(provider)s does not work on a %(day)s.") % words)
        words["hours"] = ", ".join(hours)
        return self.in_zone(provider, _("%(provider)s works %(hours)s on a %(day)s.") % words)

    def _overridden(self, provider: Provider) -> frozenset[DayNumber]:
        return frozenset(
            day
            for day in self.dates(provider)
            if any(row.kind != DateKind.EXTRA for row in self.said_about(provider, day))
        )

    def _make(
        self, zone: str, rows: frozenset[HoursRow], overridden: frozenset[DayNumber]
    ) -> list[Opening]:
        by_weekday: dict[int | None, list[HoursRow]] = defaultdict(list)
        for row in rows:
            if self.is_here(row.location):
                by_weekday[row.weekday].append(row)
        wall = [
            (day, (row.opens, row.closes))
            for day in self.days
            if day not in overridden
            for row in by_weekday.get(weekday(day), ())
            if _is_valid(row, day)
        ]
        return openings(zone, wall)


class DateHours(_Dated):
    """Other, extra or no hours on single dates."""

    code: ClassVar[str] = "closed_on_date"

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self._made: dict[tuple[str, tuple[tuple[DayNumber, WallHours], ...]], list[Opening]] = {}

    def opens(self, provider: Provider) -> Sequence[Opening]:
        wall = tuple(
            (day, (row.opens, row.closes))
            for day in sorted(self.dates(provider))
            for row in self.said_about(provider, day)
            if row.opens is not None and row.closes is not None and self.is_here(row.location)
        )
        if not wall:
            return _NOTHING
        pattern = (provider.zone, wall)
        if pattern not in self._made:
            self._made[pattern] = openings(*pattern)
        return self._made[pattern]

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        if provider is None:
            return ""
        day = self.day_of(provider, interval[0])
        said = [row for row in self.said_about(provider, day) if row.kind != DateKind.EXTRA]
        if not said:
            return ""
        words = {"provider": provider.name, "date": date_format(date_of(day * DAY))}
        hours = [
            hours_text(row.opens, row.closes)
            for row in said
            if row.opens is not None and row.closes is not None
        ]
        if hours:
            words["hours"] = ", ".join(sorted(hours))
            return self.in_zone(provider, _("%(provider)s works %(hours)s on %(date)s.") % words)
        note = next((row.note for row in said if row.note), "")
        if note:
            return _("%(provider)s is closed on %(date)s: %(note)s.") % {**words, "note": note}
        return _("%(provider)s is closed on %(date)s.") % words


def _is_valid(row: HoursRow, day: DayNumber) -> bool:
    return (row.first is None or row.first <= day) and (row.last is None or day <= row.last)


def _applies(row: HoursRow, day: DayNumber) -> bool:
    return row.weekday == weekday(day) and _is_valid(row, day)
