"""Makes rows with sensible values; name only what the test is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils.text import slugify

from bookable.catalog.models import (
    Category,
    DurationChoice,
    Extra,
    Location,
    Need,
    Offering,
    Pool,
    Provider,
    Question,
    Service,
    Tag,
)
from bookable.schedule.models import (
    BusyTime,
    Claim,
    DateHours,
    DateKind,
    Session,
    TimeOff,
    WeeklyHours,
)
from bookable.timeline import clock
from bookable.timeline.walltime import parse_walltime
from bookable.timeline.zones import offset_at

_numbers = count(1)
EVERY_DAY = range(7)
WEEKDAYS = range(5)


def make_service(name: str = "Consultation", **fields: Any) -> Service:
    """An hour, every hour, in UTC, a year ahead."""
    defaults = {"zone": "UTC", "horizon_days": 366, "slug": _slug(name)}
    return Service.objects.create(name=name, **{**defaults, **fields})


def make_provider(
    name: str = "Ann",
    *,
    offers: Service | Iterable[Service] = (),
    hours: Sequence[str] = ("09:00-17:00",),
    weekdays: Iterable[int] = EVERY_DAY,
    **fields: Any,
) -> Provider:
    """Somebody in UTC who works every day and offers these services."""
    defaults = {"zone": "UTC", "slug": _slug(name)}
    provider = Provider.objects.create(name=name, **{**defaults, **fields})
    for service in [offers] if isinstance(offers, Service) else offers:
        Offering.objects.create(service=service, provider=provider)
    set_weekly_hours(provider, *hours, weekdays=weekdays)
    return provider


def set_weekly_hours(
    provider: Provider, *hours: str, weekdays: Iterable[int] = EVERY_DAY, **fields: Any
) -> list[WeeklyHours]:
    """Adds hours such as "09:00-12:30" on each of the weekdays."""
    rows = []
    for weekday in weekdays:
        for text in hours:
            opens, closes = map(parse_walltime, text.split("-"))
            rows.append(
                WeeklyHours(
                    provider=provider, weekday=weekday, opens=opens, closes=closes, **fields
                )
            )
    return WeeklyHours.objects.bulk_create(rows)


def make_location(name: str = "High Street", **fields: Any) -> Location:
    return Location.objects.create(name=name, **{"zone": "UTC", "slug": _slug(name), **fields})


def make_pool(name: str, *providers: Provider) -> Pool:
    pool = Pool.objects.create(name=name, slug=_slug(name))
    pool.providers.set(providers)
    return pool


def make_need(service: Service, *providers: Provider, **fields: Any) -> Need:
    """The service's next need, of these providers or of `pool=`."""
    need = Need.objects.create(
        service=service, **{"position": service.needs.count(), "quantity": 1, **fields}
    )
    need.providers.set(providers)
    return need


def make_category(name: str = "Treatments", **fields: Any) -> Category:
    return Category.objects.create(name=name, **{"slug": _slug(name), **fields})


def make_tag(name: str = "Evening", **fields: Any) -> Tag:
    return Tag.objects.create(name=name, **{"slug": _slug(name), **fields})


def make_offering(service: Service, provider: Provider, **fields: Any) -> Offering:
    return Offering.objects.create(service=service, provider=provider, **fields)


def make_extra(service: Service, name: str = "Towel", **fields: Any) -> Extra:
    return Extra.objects.create(service=service, name=name, **{"slug": _slug(name), **fields})


def make_question(service: Service, label: str = "Anything else?", **fields: Any) -> Question:
    defaults = {"slug": _slug("question"), "position": service.questions.count()}
    return Question.objects.create(service=service, label=label, **{**defaults, **fields})


def make_duration_choice(service: Service, minutes: int, **fields: Any) -> DurationChoice:
    return DurationChoice.objects.create(service=service, minutes=minutes, **fields)


def make_date_hours(provider: Provider | None, day: date, **fields: Any) -> DateHours:
    """A closed date; hours are given with kind, opens and closes."""
    return DateHours.objects.create(
        provider=provider, date=day, **{"kind": DateKind.CLOSED, **fields}
    )


def make_time_off(provider: Provider | None, start: datetime, end: datetime) -> TimeOff:
    return TimeOff.objects.create(provider=provider, start=start, end=end)


def make_busy_time(provider: Provider, start: datetime, end: datetime) -> BusyTime:
    return BusyTime.objects.create(provider=provider, start=start, end=end)


def make_session(
    service: Service,
    start: datetime,
    *providers: Provider | tuple[Provider, int],
    minutes: int | None = None,
    expires_at: datetime | None = None,
    **fields: Any,
) -> Session:
    """A live session with a claim, buffers included, on each of these providers or lanes."""
    end = start + timedelta(minutes=minutes or service.duration)
    defaults = {
        "zone": service.zone,
        "utc_offset": offset_at(service.zone, int(start.timestamp())),
        "capacity": service.capacity,
        "seats_taken": 1,
        "created": clock.now(),
    }
    session = Session.objects.create(
        service=service, start=start, end=end, **{**defaults, **fields}
    )
    for lane in providers:
        provider, unit = lane if isinstance(lane, tuple) else (lane, 0)
        Claim.objects.create(
            session=session,
            provider=provider,
            unit=unit,
            start=start - timedelta(minutes=service.buffer_before),
            end=end + timedelta(minutes=service.buffer_after),
            expires_at=expires_at,
        )
    return session


def _slug(name: str) -> str:
    return f"{slugify(name)[:30]}-{next(_numbers)}"
