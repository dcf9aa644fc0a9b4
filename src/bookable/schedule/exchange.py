"""A provider's whole schedule as a JSON-ready dict, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.db import router

from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Location, Provider
from bookable.schedule.incoming import VERSION, Incoming, read_schedule
from bookable.schedule.models import DateHours, TimeOff, WeeklyHours
from bookable.schedule.set_date_hours import date_rows
from bookable.schedule.set_hours import replace_weekly_hours
from bookable.signals import schedule_changed, send_after_commit
from bookable.timeline.walltime import format_walltime
from bookable.transactions import in_transaction


def export_schedule(provider: Provider, *, using: str | None = None) -> dict[str, Any]:
    """The zone, weekly hours, hours on dates and time off of a provider, not of everybody."""
    alias = using or provider._state.db or router.db_for_read(Provider)
    weekly = WeeklyHours.objects.using(alias).filter(provider=provider)
    dates = DateHours.objects.using(alias).filter(provider=provider)
    absences = TimeOff.objects.using(alias).filter(provider=provider)
    return {
        "version": VERSION,
        "zone": provider.zone,
        "weekly_hours": [_weekly(row) for row in weekly.select_related("location")],
        "date_hours": [_on_date(row) for row in dates.select_related("location")],
        "time_off": [_away(row) for row in absences],
    }


def import_schedule(
    provider: Provider | int, data: Mapping[str, Any], *, using: str | None = None
) -> Provider:
    """Puts an exported schedule in the place of a provider's own, all of it or nothing.

    Raises InvalidSchedule that begins with the path of what is wrong: `weekly_hours[2].opens: …`.
    """
    using = using or router.db_for_write(Provider)

    def work() -> Provider:
        locked = lock_providers([provider], using=using)
        slugs = {place.slug: place for place in Location.objects.using(using).all()}
        _replace(locked[0], read_schedule(data, slugs), using)
        send_after_commit(
            schedule_changed, Provider, using=using, providers=locked, change="import_schedule"
        )
        return locked[0]

    return in_transaction(work, using=using)


def _replace(provider: Provider, incoming: Incoming, using: str) -> None:
    provider.zone = incoming.zone
    provider.save(using=using, update_fields=["zone", "modified"])
    replace_weekly_hours(provider, incoming.weekly_hours, using=using)
    DateHours.objects.using(using).filter(provider=provider).delete()
    rows = [
        row
        for day in incoming.date_hours
        for row in date_rows(provider, day.date, day.kind, day.hours, day.note)
    ]
    DateHours.objects.using(using).bulk_create(rows)
    TimeOff.objects.using(using).filter(provider=provider).delete()
    TimeOff.objects.using(using).bulk_create(
        TimeOff(provider=provider, start=away.start, end=away.end, note=away.note)
        for away in incoming.time_off
    )


def _weekly(row: WeeklyHours) -> dict[str, Any]:
    return {
        "weekday": row.weekday,
        **_hours(row),
        "valid_from": row.valid_from and row.valid_from.isoformat(),
        "valid_until": row.valid_until and row.valid_until.isoformat(),
    }


def _on_date(row: DateHours) -> dict[str, Any]:
    return {"date": row.date.isoformat(), "kind": row.kind, **_hours(row), "note": row.note}


def _hours(row: WeeklyHours | DateHours) -> dict[str, Any]:
    return {
        "opens": None if row.opens is None else format_walltime(row.opens),
        "closes": None if row.closes is None else format_walltime(row.closes),
        "location": row.location and row.location.slug,
    }


def _away(row: TimeOff) -> dict[str, Any]:
    return {
        "start": row.start.astimezone(UTC).isoformat(),
        "end": row.end.astimezone(UTC).isoformat(),
        "note": row.note,
    }
