"""Fills a database with services, providers and claims for the measurements."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.db import connection

from bookable.models import Claim, Offering, Provider, Service, Session, WeeklyHours

START = datetime(2027, 3, 1, tzinfo=UTC)  # a Monday; the clocks change within the month
HOURS = ((540, 750), (810, 1080))


def make_service(providers: list[Provider], slug: str) -> Service:
    service = Service.objects.create(
        name=slug,
        slug=slug,
        zone="Europe/London",
        duration=45,
        slot_interval=15,
        buffer_before=5,
        buffer_after=10,
        horizon_days=400,
    )
    Offering.objects.bulk_create(
        Offering(service=service, provider=provider) for provider in providers
    )
    return service


def make_providers(count: int, prefix: str, *, alike: bool = True) -> list[Provider]:
    providers = Provider.objects.bulk_create(
        Provider(name=f"{prefix} {number}", slug=f"{prefix}-{number}", zone="Europe/London")
        for number in range(count)
    )
    WeeklyHours.objects.bulk_create(
        WeeklyHours(
            provider=provider,
            weekday=weekday,
            opens=opens + (0 if alike else number % 60),
            closes=closes,
        )
        for number, provider in enumerate(providers)
        for weekday in range(7)
        for opens, closes in HOURS
    )
    return providers


def book(
    service: Service, providers: list[Provider], first: datetime, count: int, a_day: int
) -> None:
    """`count` claims, spread evenly over the providers, `a_day` on each day from `first` on."""
    each = -(-count // len(providers))
    moments = [
        first + timedelta(days=number // a_day, hours=9 + (number % a_day) * 9 // max(a_day, 1))
        for number in range(each)
    ]
    rows = ((provider, moment) for provider in providers for moment in moments)
    for chunk in _chunks(rows, count):
        sessions = Session.objects.bulk_create(
            Session(
                service=service,
                start=moment,
                end=moment + timedelta(minutes=45),
                utc_offset=0,
                seats_taken=1,
            )
            for _provider, moment in chunk
        )
        Claim.objects.bulk_create(
            Claim(
                session=session,
                provider=provider,
                start=moment - timedelta(minutes=5),
                end=moment + timedelta(minutes=55),
            )
            for session, (provider, moment) in zip(sessions, chunk, strict=True)
        )


def settle() -> None:
    """Lets the planner know what is in the tables, as a running site's database does."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


def _chunks(
    rows: Iterator[tuple[Provider, datetime]], count: int
) -> Iterator[tuple[tuple[Provider, datetime], ...]]:
    left = count
    while left > 0 and (chunk := tuple(islice(rows, min(left, 5000)))):
        yield chunk
        left -= len(chunk)
