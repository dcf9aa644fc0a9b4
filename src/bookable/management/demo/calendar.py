"""What lies ahead in the demo: opened classes, busy times, days off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.conf import settings

from bookable.catalog.models import Provider, Service
from bookable.management.demo.people import Cast
from bookable.schedule.add_busy_time import add_busy_time
from bookable.schedule.add_time_off import add_time_off
from bookable.schedule.models import DateHours, DateKind, TimeOff
from bookable.schedule.ranges import DateRange
from bookable.schedule.set_date_hours import set_date_hours
from bookable.testing.factories import make_session
from bookable.timeline import clock
from bookable.timeline.zones import instant, local_date, reading_of, to_datetime

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY = range(6)
#: Seats that are gone in the opened sessions, one after the other: some, none, all but one.
SEATS_TAKEN = (5, 0, 11)


def load_calendar(cast: Cast) -> None:
    _open_yoga(cast)
    _open_spinning(cast)
    _keep_busy(cast["ann"])
    _send_away(cast["bob"])
    _close_one_day()
    _open_one_saturday(cast["ann"])


def _open_yoga(cast: Cast) -> None:
    yoga = Service.objects.get(slug="yoga")
    for number, start in enumerate(_starts(yoga, THURSDAY, hour=18)):
        taken = min(SEATS_TAKEN[number % len(SEATS_TAKEN)], yoga.capacity)
        _open(yoga, start, cast["dev"], seats_taken=taken)


def _open_spinning(cast: Cast) -> None:
    spinning = Service.objects.get(slug="spinning")
    bikes = [(cast["spin-bikes"], unit) for unit in range(3)]
    for start in _starts(spinning, SATURDAY, hour=9):
        _open(spinning, start, cast["dev"], *bikes, seats_taken=len(bikes))


def _open(
    service: Service, start: datetime, *lanes: Provider | tuple[Provider, int], seats_taken: int
) -> None:
    """Opens a session unless there was one already or something else is in the way."""
    is_known = service.sessions.filter(start=start).exists()
    if is_known or not service.slots(start, start + timedelta(seconds=1)):
        return
    make_session(
        service,
        start,
        *lanes,
        minimum=service.minimum,
        seats_taken=seats_taken,
        opened_by_staff=True,
    )


def _starts(service: Service, weekday: int, *, hour: int) -> Iterator[datetime]:
    """The next three weeks' starts on this weekday, from tomorrow on."""
    for day in _days_ahead(21, service.zone):
        if day.weekday() == weekday:
            yield _at(service.zone, day, hour)


def _keep_busy(provider: Provider) -> None:
    for day in _days_ahead(14, provider.zone):
        if day.weekday() == WEDNESDAY:
            start, end = (_at(provider.zone, day, hour) for hour in (10, 12))
            add_busy_time(provider, start, end, source="demo", external_id=f"demo-{day}")


def _send_away(provider: Provider) -> None:
    note = "Walking holiday (demo)"
    known = TimeOff.objects.filter(provider=provider, note=note, end__gt=clock.now())
    if not known.exists():
        monday = next(day for day in _days_ahead(14, provider.zone) if day.weekday() == MONDAY)
        start, end = (_at(provider.zone, monday + timedelta(weeks=week), 0) for week in (1, 2))
        add_time_off(provider, start, end, note=note)


def _close_one_day() -> None:
    days = [day for day in _days_ahead(21, settings.TIME_ZONE) if day.weekday() == FRIDAY]
    note = "team day"
    if not _is_said(None, note):
        set_date_hours(None, days[1], kind=DateKind.CLOSED, note=note)


def _open_one_saturday(provider: Provider) -> None:
    days = [day for day in _days_ahead(21, provider.zone) if day.weekday() == SATURDAY]
    note = "extra Saturday"
    if not _is_said(provider, note):
        hours = [DateRange("10:00", "14:00")]
        set_date_hours(provider, days[1], kind=DateKind.EXTRA, hours=hours, note=note)


def _is_said(provider: Provider | None, note: str) -> bool:
    """Whether this is in the calendar still, and not over."""
    today = local_date(settings.TIME_ZONE, clock.now_instant())
    said = DateHours.objects.filter(provider=provider, note=note, date__gte=today)
    return said.exists()


def _days_ahead(count: int, zone: str) -> list[date]:
    today = local_date(zone, clock.now_instant())
    return [today + timedelta(days=number) for number in range(1, count + 1)]


def _at(zone: str, day: date, hour: int) -> datetime:
    return to_datetime(instant(zone, reading_of(day) + hour * 3600))
