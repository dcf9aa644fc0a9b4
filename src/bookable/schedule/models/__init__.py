from __future__ import annotations

from bookable.schedule.models.absence import BusyTime, TimeOff
from bookable.schedule.models.hours import DateHours, DateKind, Weekday, WeeklyHours
from bookable.schedule.models.session import Claim, Session

__all__ = [
    "BusyTime",
    "Claim",
    "DateHours",
    "DateKind",
    "Session",
    "TimeOff",
    "Weekday",
    "WeeklyHours",
]
