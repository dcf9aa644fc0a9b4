"""A service with one provider, and what is shown of it on a date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.availability.times import DAY, MINUTE

from bookable.catalog.models import Provider, Service
from bookable.schedule.models import DateHours
from bookable.testing import freeze, make_provider, make_service
from bookable.timeline.walltime import parse_walltime

NEW_YORK, SPRING, AUTUMN = "America/New_York", date(2024, 3, 10), date(2024, 11, 3)
MONDAY = date(2024, 5, 13)


def one(zone: str = "UTC", *hours: str, **fields: Any) -> Service:
    """A service whose only provider works every day, all day if no hours are given."""
    service = make_service(zone=zone, **fields)
    make_provider("Ann", offers=service, hours=hours or ("00:00-24:00",), zone=zone)
    return service


def starts(service: Service, day: date, days: int = 1, **asked: Any) -> list[datetime]:
    """The starts on a date of the service's zone, as its wall shows them."""
    zone = ZoneInfo(service.zone)
    with freeze(datetime.combine(day, datetime.min.time(), UTC) - 5 * DAY):
        found = service.slots(day, day + days * DAY, **asked)
    return [slot.start.astimezone(zone) for slot in found]


def shown(service: Service, day: date, days: int = 1, **asked: Any) -> list[str]:
    return [f"{start:%H:%M}" for start in starts(service, day, days, **asked)]


def clock(first: str, last: str, step: int = 60) -> list[str]:
    """Times on the wall from the first to the last."""
    span = range(parse_walltime(first), parse_walltime(last) + 1, step)
    return [f"{minute // 60 % 24:02d}:{minute % 60:02d}" for minute in span]


def moment(day: date, text: str, zone: str = "UTC") -> datetime:
    midnight = datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
    return (midnight + parse_walltime(text) * MINUTE).astimezone(UTC)


def provider_of(service: Service) -> Provider:
    return service.offerings.get().provider


def on_date(service: Service, day: date, *hours: str, kind: str = "instead") -> None:
    """Says something about one date, with hours or without."""
    provider = provider_of(service)
    if not hours:
        DateHours.objects.create(provider=provider, date=day, kind="closed")
    for text in hours:
        opens, closes = map(parse_walltime, text.split("-"))
        DateHours.objects.create(provider=provider, date=day, kind=kind, opens=opens, closes=closes)
