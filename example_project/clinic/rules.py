"""A rule of the site's own: one more reason why time can be closed."""

from __future__ import annotations

from datetime import time

from bookable.availability.query import Query
from bookable.availability.rules import Rule
from bookable.models import Provider
from bookable.timeline.intervals import Interval, Intervals, union
from bookable.timeline.openings import days_around, weekday
from bookable.timeline.zones import DAY, open_during
from clinic.models import Therapist


class SchoolRun(Rule):
    """Therapists who fetch a child from school are away for a while on weekdays."""

    code = "school_run"

    def __init__(self, minutes: int = 45) -> None:
        self.seconds = minutes * 60

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        parents = query.rows(Therapist).filter(
            provider__in=query.providers, school_run__isnull=False
        )
        self.leaves = dict(parents.values_list("provider_id", "school_run"))
        self.weekdays = [day for day in days_around(*query.reach) if weekday(day) < 5]

    def closes(self, provider: Provider) -> Intervals:
        leaves = self.leaves.get(provider.pk)
        if leaves is None:
            return ()
        return union(*(self.away(provider.zone, day, leaves) for day in self.weekdays))

    def reason(self, provider: Provider | None, interval: Interval) -> str:
        return f"{provider} is on the school run." if provider else ""

    def away(self, zone: str, day: int, leaves: time) -> list[Interval]:
        left = day * DAY + leaves.hour * 3600 + leaves.minute * 60
        return open_during(zone, left, left + self.seconds)
