"""Time that is taken already."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext as _

from bookable.availability.diary import TakenRow, intervals_of
from bookable.availability.query import Query
from bookable.availability.rules.base import Rule
from bookable.catalog.models import Provider
from bookable.schedule.reads import BUSY, CLAIM
from bookable.timeline.intervals import NEVER, Intervals, union


class BusyTimes(Rule):
    """Taken by something outside, a provider's own calendar for instance."""

    code: ClassVar[str] = "busy"

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self.rows = query.diary.taken(*query.reach).get(BUSY, {})

    def busy(self, provider: Provider) -> Intervals:
        rows = self.rows.get(provider.pk)
        return union(intervals_of(rows)) if rows else NEVER

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        if provider is None:
            return ""
        return _("%(provider)s is busy elsewhere.") % {"provider": provider.name}


class Claims(Rule):
    """Taken by a session: booked, held or opened by staff."""

    code: ClassVar[str] = "booked"
    is_soft: ClassVar[bool] = False

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self.rows = query.diary.taken(*query.reach).get(CLAIM, {})

    def busy_unit(self, provider: Provider, unit: int) -> Intervals:
        rows = self.rows.get(provider.pk)
        if not rows:
            return NEVER
        if provider.units > 1:
            rows = [row for row in rows if _takes(row, unit, provider.units)]
        return union(intervals_of(rows))

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        return (
            "" if provider is None else _("%(provider)s is booked.") % {"provider": provider.name}
        )


def _takes(row: TakenRow, unit: int, units: int) -> bool:
    # what was booked on a unit that is gone has to go somewhere, so it blocks them all
    return row[0] == unit or (row[0] is not None and row[0] >= units)
