"""Hours as they are handed to the verbs: plain values that are right once they exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from bookable.catalog.models import Location
from bookable.errors import InvalidSchedule
from bookable.schedule.models import DateHours, Weekday, WeeklyHours
from bookable.schedule.models.hours import hours_text
from bookable.timeline.walltime import LATEST, MINUTES_A_DAY, format_walltime, parse_walltime

#: “09:00” or minutes after midnight.
WallTime = int | str


@dataclass(frozen=True)
class HoursRange:
    """Hours that come back every week: `HoursRange(0, "09:00", "17:00")` on Mondays.

    `valid_until` is included. Raises InvalidSchedule if they can't be kept.
    """

    weekday: int
    opens: WallTime
    closes: WallTime
    valid_from: date | None = None
    valid_until: date | None = None
    location: Location | None = None

    def __post_init__(self) -> None:
        checked_weekday(self.weekday)
        _settle(self, self.opens, self.closes)
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise InvalidSchedule(
                _("%(hours)s: the last day must not come before the first.") % {"hours": self}
            )

    def __str__(self) -> str:
        text = f"{Weekday(self.weekday).label} {hours_text(*self.minutes)}"
        since = _("from %(day)s") % {"day": self.valid_from} if self.valid_from else ""
        until = _("until %(day)s") % {"day": self.valid_until} if self.valid_until else ""
        validity = " ".join(filter(None, (since, until)))
        return f"{text} ({validity})" if validity else text

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end in minutes after midnight."""
        return int(self.opens), int(self.closes)

    @classmethod
    def of(cls, row: WeeklyHours) -> HoursRange:
        """What a row says."""
        return cls(
            row.weekday, row.opens, row.closes, row.valid_from, row.valid_until, row.location
        )


@dataclass(frozen=True)
class DateRange:
    """Hours on one date. Raises InvalidSchedule if they can't be kept."""

    opens: WallTime
    closes: WallTime
    location: Location | None = None

    def __post_init__(self) -> None:
        _settle(self, self.opens, self.closes)

    def __str__(self) -> str:
        return hours_text(*self.minutes)

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end in minutes after midnight."""
        return int(self.opens), int(self.closes)

    @classmethod
    def of(cls, row: DateHours) -> DateRange:
        """What a row says that has hours."""
        return cls(row.opens, row.closes, row.location)


class BusyPeriod(NamedTuple):
    """Time that something outside occupies, with the name that it has there."""

    start: datetime
    end: datetime
    external_id: str | None = None


def checked_weekday(weekday: int) -> int:
    """The number itself; InvalidSchedule if no weekday has it."""
    if isinstance(weekday, bool) or weekday not in Weekday.values:
        raise InvalidSchedule(
            _("“%(weekday)s” is not a weekday; 0 is Monday and 6 is Sunday.") % {"weekday": weekday}
        )
    return weekday


def checked_walltime(written: object) -> int:
    """Minutes after midnight; InvalidSchedule if it can't be read as a time."""
    if isinstance(written, int) and not isinstance(written, bool) and 0 <= written <= LATEST:
        return written
    try:
        return parse_walltime(str(written))
    except ValueError as error:
        raise InvalidSchedule(
            _("“%(text)s” is not a time such as 09:00, or 06:00 +1 for the next morning.")
            % {"text": written}
        ) from error


def _settle(hours: HoursRange | DateRange, opens: WallTime, closes: WallTime) -> None:
    start, end = checked_walltime(opens), checked_walltime(closes)
    if start >= MINUTES_A_DAY:
        raise InvalidSchedule(_("Hours must begin before 24:00 of their day."))
    if end <= start:
        raise InvalidSchedule(_no_length(start, end))
    object.__setattr__(hours, "opens", start)
    object.__setattr__(hours, "closes", end)


def _no_length(start: int, end: int) -> str:
    if start == end:
        return _("%(hours)s: the end must come after the start.") % {
            "hours": hours_text(start, end)
        }
    return _("%(hours)s ends before it starts; write %(next)s for the next morning.") % {
        "hours": hours_text(start, end),
        "next": f"{format_walltime(end)} +1",
    }
