"""What lies ahead in the demo: busy times, days off, days with other hours."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from bookable.catalog.models import Provider
from bookable.management.demo.days import FRIDAY, MONDAY, SATURDAY, WEDNESDAY, at, days_ahead
from bookable.management.demo.people import Cast
from bookable.schedule.add_busy_time import add_busy_time
from bookable.schedule.add_time_off import add_time_off
from bookable.schedule.models import DateHours, DateKind, TimeOff
from bookable.schedule.ranges import DateRange
from bookable.schedule.set_date_hours import set_date_hours
from bookable.timeline import clock
from bookable.timeline.zones import local_date


def load_calendar(cast: Cast) -> None:
    _keep_busy(cast["ann"])
    _send_away(cast["bob"])
    _close_one_day()
    _open_one_saturday(cast["ann"])


def _keep_busy(provider: Provider) -> None:
    for day in days_ahead(14, provider.zone):
        if day.weekday() == WEDNESDAY:
            start, end = (at(provider.zone, day, hour) for hour in (10, 12))
            add_busy_time(provider, start, end, source="demo", external_id=f"demo-{day}")


def _send_away(provider: Provider) -> None:
    note = "Walking holiday (demo)"
    known = TimeOff.objects.filter(provider=provider, note=note, end__gt=clock.now())
    if not known.exists():
        monday = next(day for day in days_ahead(14, provider.zone) if day.weekday() == MONDAY)
        start, end = (at(provider.zone, monday + timedelta(weeks=week), 0) for week in (1, 2))
        add_time_off(provider, start, end, note=note)


def _close_one_day() -> None:
    days = [day for day in days_ahead(21, settings.TIME_ZONE) if day.weekday() == FRIDAY]
    note = "team day"
    if not _is_said(None, note):
        set_date_hours(None, days[1], kind=DateKind.CLOSED, note=note)


def _open_one_saturday(provider: Provider) -> None:
    days = [day for day in days_ahead(21, provider.zone) if day.weekday() == SATURDAY]
    note = "extra Saturday"
    if not _is_said(provider, note):
        hours = [DateRange("10:00", "14:00")]
        set_date_hours(provider, days[1], kind=DateKind.EXTRA, hours=hours, note=note)


def _is_said(provider: Provider | None, note: str) -> bool:
    """Whether this is in the calendar still, and not over."""
    today = local_date(settings.TIME_ZONE, clock.now_instant())
    said = DateHours.objects.filter(provider=provider, note=note, date__gte=today)
    return said.exists()
