"""How soon and how far ahead a start may lie."""

from __future__ import annotations

from typing import ClassVar

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.availability.rules.base import Rule
from bookable.catalog.models import Provider
from bookable.timeline.intervals import NEVER, Intervals, clip, subtraction
from bookable.timeline.zones import DAY, dates_during, local_date


class Notice(Rule):
    """No start in the past, nor sooner than the service's minimum notice."""

    code: ClassVar[str] = "notice"
    bars_joining: ClassVar[bool] = True

    def bars_start(self, provider: Provider | None) -> Intervals:
        if provider is not None:
            return NEVER
        earliest = self.query.now + self.query.service.min_notice * 60
        low = self.query.reach[0]
        return [(low, earliest)] if low < earliest else NEVER

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        minutes = self.query.service.min_notice
        if not minutes:
            return _("This time has passed.")
        hours, rest = divmod(minutes, 60)
        if rest:
            return ngettext(
                "It must be booked at least %(count)d minute ahead.",
                "It must be booked at least %(count)d minutes ahead.",
                minutes,
            ) % {"count": minutes}
        return ngettext(
            "It must be booked at least %(count)d hour ahead.",
            "It must be booked at least %(count)d hours ahead.",
            hours,
        ) % {"count": hours}


class Minimum(Rule):
    """No new session for fewer than its minimum once that must be reached; others may be joined."""

    code: ClassVar[str] = "minimum"

    def bars_start(self, provider: Provider | None) -> Intervals:
        service, low = self.query.service, self.query.reach[0]
        is_enough = self.query.seats >= service.minimum
        if provider is not None or is_enough or not service.minimum_deadline:
            return NEVER
        # what starts right at its deadline is decided by now, before anybody else could join
        earliest = self.query.now + service.minimum_deadline * 60 + 1
        return [(low, earliest)] if low < earliest else NEVER

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        seats, minutes = self.query.service.minimum, self.query.service.minimum_deadline
        hours, rest = divmod(minutes, 60)
        if rest:
            return ngettext(
                "Fewer than %(seats)d seats must be booked at least %(count)d minute ahead.",
                "Fewer than %(seats)d seats must be booked at least %(count)d minutes ahead.",
                minutes,
            ) % {"seats": seats, "count": minutes}
        return ngettext(
            "Fewer than %(seats)d seats must be booked at least %(count)d hour ahead.",
            "Fewer than %(seats)d seats must be booked at least %(count)d hours ahead.",
            hours,
        ) % {"seats": seats, "count": hours}


class Horizon(Rule):
    """No start further ahead than the horizon, nor outside the service's first and last day."""

    code: ClassVar[str] = "horizon"
    bars_joining: ClassVar[bool] = True

    def bars_start(self, provider: Provider | None) -> Intervals:
        if provider is not None:
            return NEVER
        service, (low, high) = self.query.service, self.query.reach
        latest = self.query.now + service.horizon_days * DAY + 1
        dates = dates_during(service.zone, service.bookable_from, service.bookable_until, low, high)
        return subtraction([(low, high)], clip(dates, low, latest))

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        service = self.query.service
        first, last = service.bookable_from, service.bookable_until
        if first is not None and local_date(service.zone, interval[1] - 1) < first:
            return _("It can be booked from %(date)s on.") % {"date": date_format(first)}
        if last is not None and local_date(service.zone, interval[0]) > last:
            return _("It can be booked until %(date)s.") % {"date": date_format(last)}
        return ngettext(
            "It can be booked at most %(count)d day ahead.",
            "It can be booked at most %(count)d days ahead.",
            service.horizon_days,
        ) % {"count": service.horizon_days}
