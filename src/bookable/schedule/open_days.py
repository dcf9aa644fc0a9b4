from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db import router
from django.db.models import Q

from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Provider
from bookable.schedule.models import DateHours, DateKind
from bookable.schedule.ranges import DateRange
from bookable.schedule.set_date_hours import checked_day, date_rows
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def open_days(
    provider: Provider | int,
    dates: Iterable[date],
    hours: Iterable[DateRange],
    *,
    using: str | None = None,
) -> list[date]:
    """These hours, and no others, on each of these dates; the dates that were not so already.

    A date that is closed, for the provider or for everybody, stays closed. Raises InvalidSchedule
    without hours, OverlappingHours if two overlap.
    """
    using = using or router.db_for_write(Provider)
    wanted, days = list(hours), sorted(set(dates))
    checked_day(DateKind.INSTEAD, wanted)

    def work() -> list[date]:
        locked = lock_providers([provider], using=using)
        changed = _not_so_yet(locked[0], days, wanted, using)
        _write(locked[0], changed, wanted, using)
        if changed:
            send_after_commit(
                schedule_changed, Provider, using=using, providers=locked, change="open_days"
            )
        return changed

    return in_transaction(work, using=using)


def _not_so_yet(
    provider: Provider, days: Collection[date], wanted: Sequence[DateRange], using: str
) -> list[date]:
    rows = DateHours.objects.using(using).filter(date__in=days).exclude(kind=DateKind.EXTRA)
    said = list(rows.filter(Q(provider=provider) | Q(provider=None)).select_related("location"))
    closed = {row.date for row in said if row.kind == DateKind.CLOSED}
    opened: dict[date, list[DateRange]] = {}
    for row in said:
        if row.kind == DateKind.INSTEAD and row.provider_id == provider.pk:
            opened.setdefault(row.date, []).append(DateRange.of(row))
    aim = set(wanted)
    return [day for day in days if day not in closed and set(opened.get(day, [])) != aim]


def _write(
    provider: Provider, days: Collection[date], wanted: Sequence[DateRange], using: str
) -> None:
    rows = DateHours.objects.using(using)
    rows.filter(provider=provider, date__in=days, kind=DateKind.INSTEAD).delete()
    rows.bulk_create(
        row for day in days for row in date_rows(provider, day, DateKind.INSTEAD, wanted, "")
    )
