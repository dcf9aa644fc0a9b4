"""Rules of this practice's own."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext as _

from bookable.availability.query import Query
from bookable.availability.rules import Rule
from bookable.catalog.models import Provider, Tag
from bookable.timeline.intervals import NEVER, Intervals
from bookable.timeline.openings import Opening, days_around, open_time, openings, weekday
from bookable.timeline.walltime import parse_walltime
from bookable.timeline.zones import DAY, instant, local_date, reading_of


class LunchBreak(Rule):
    """Closed over lunch, every day, on everybody's own clock."""

    code: ClassVar[str] = "lunch_break"

    def __init__(self, start: str = "12:00", end: str = "13:00") -> None:
        self.start, self.end = start, end
        self.minutes = parse_walltime(start), parse_walltime(end)

    def closes(self, provider: Provider) -> Intervals:
        days = days_around(*self.query.reach)
        return open_time(openings(provider.zone, [(day, self.minutes) for day in days]))

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        return _("Lunch is from %(start)s to %(end)s.") % {"start": self.start, "end": self.end}


class ClosedForNewBookings(Rule):
    """Nothing may start tomorrow once the desk has closed for the day."""

    code: ClassVar[str] = "desk_closed"

    def __init__(self, at: str = "18:00") -> None:
        self.at = at
        self.minute = parse_walltime(at)

    def bars_start(self, provider: Provider | None) -> Intervals:
        if provider is not None:
            return NEVER
        zone, now = self.query.service.zone, self.query.now
        today = reading_of(local_date(zone, now))
        desk_closes = instant(zone, today + self.minute * 60)
        if now < desk_closes:
            return NEVER
        return [(now, instant(zone, today + 2 * DAY))]

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        return _("Tomorrow can be booked until %(time)s today.") % {"time": self.at}


class SaturdayDuty(Rule):
    """Open on Saturday mornings, for everybody who carries a tag."""

    code: ClassVar[str] = "saturday_duty"

    def __init__(self, tag: str, opens: str = "08:00", closes: str = "12:00") -> None:
        self.tag = tag
        self.minutes = parse_walltime(opens), parse_walltime(closes)

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        tagged = query.rows(Tag.providers.through).filter(tag__slug=self.tag)
        self.on_duty = set(tagged.values_list("provider", flat=True))

    def opens(self, provider: Provider) -> list[Opening]:
        if provider.pk not in self.on_duty:
            return []
        saturdays = [day for day in days_around(*self.query.reach) if weekday(day) == 5]
        return openings(provider.zone, [(day, self.minutes) for day in saturdays])
