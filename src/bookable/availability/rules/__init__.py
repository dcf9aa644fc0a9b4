"""The rules that come with the library. A site lists its own beside them."""

from __future__ import annotations

from bookable.availability.rules.base import Rule
from bookable.availability.rules.closures import Accepting, PublicHolidays, TimeOff
from bookable.availability.rules.hours import DateHours, WeeklyHours
from bookable.availability.rules.limits import DailyLimit, WeeklyLimit
from bookable.availability.rules.notice import Horizon, Minimum, Notice
from bookable.availability.rules.occupied import BusyTimes, Claims

__all__ = [
    "Accepting",
    "BusyTimes",
    "Claims",
    "DailyLimit",
    "DateHours",
    "Horizon",
    "Minimum",
    "Notice",
    "PublicHolidays",
    "Rule",
    "TimeOff",
    "WeeklyHours",
    "WeeklyLimit",
]
