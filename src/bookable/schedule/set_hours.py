from __future__ import annotations

from collections.abc import Iterable

from django.db import router

from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Provider
from bookable.schedule.models import WeeklyHours
from bookable.schedule.overlaps import refuse_weekly_overlaps
from bookable.schedule.ranges import HoursRange
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def set_hours(
    provider: Provider | int, hours: Iterable[HoursRange], *, using: str | None = None
) -> list[WeeklyHours]:
    """Replaces all weekly hours of a provider; OverlappingHours if two run into each other."""
    using = using or router.db_for_write(Provider)
    wanted = list(hours)
    refuse_weekly_overlaps(wanted)

    def work() -> list[WeeklyHours]:
        locked = lock_providers([provider], using=using)
        rows = replace_weekly_hours(locked[0], wanted, using=using)
        send_after_commit(
            schedule_changed, Provider, using=using, providers=locked, change="set_hours"
        )
        return rows

    return in_transaction(work, using=using)


def replace_weekly_hours(
    provider: Provider, hours: Iterable[HoursRange], *, using: str
) -> list[WeeklyHours]:
    """The rows alone, for verbs that hold the lock."""
    WeeklyHours.objects.using(using).filter(provider=provider).delete()
    rows = [weekly_row(provider, one) for one in hours]
    return WeeklyHours.objects.using(using).bulk_create(rows)


def weekly_row(provider: Provider, hours: HoursRange) -> WeeklyHours:
    """A new, unsaved row."""
    opens, closes = hours.minutes
    return WeeklyHours(
        provider=provider,
        weekday=hours.weekday,
        opens=opens,
        closes=closes,
        valid_from=hours.valid_from,
        valid_until=hours.valid_until,
        location=hours.location,
    )
