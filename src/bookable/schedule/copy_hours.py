from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db import router

from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Provider
from bookable.schedule.models import WeeklyHours
from bookable.schedule.overlaps import refuse_weekly_overlaps
from bookable.schedule.ranges import HoursRange, checked_weekday
from bookable.schedule.set_hours import weekly_row
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def copy_hours(
    provider: Provider | int, weekday: int, to: Iterable[int], *, using: str | None = None
) -> list[WeeklyHours]:
    """Makes other weekdays like this one; their own hours go. OverlappingHours if that can't be."""
    using = using or router.db_for_write(Provider)
    targets = sorted({checked_weekday(day) for day in to} - {checked_weekday(weekday)})

    def work() -> list[WeeklyHours]:
        locked = lock_providers([provider], using=using)
        rows = WeeklyHours.objects.using(using).filter(provider=locked[0])
        stay = rows.exclude(weekday__in=targets).select_related("location")
        kept = [HoursRange.of(row) for row in stay]
        model_day = [hours for hours in kept if hours.weekday == weekday]
        copies = [replace(hours, weekday=day) for day in targets for hours in model_day]
        refuse_weekly_overlaps([*kept, *copies])
        rows.filter(weekday__in=targets).delete()
        made = [weekly_row(locked[0], hours) for hours in copies]
        WeeklyHours.objects.using(using).bulk_create(made)
        send_after_commit(
            schedule_changed, Provider, using=using, providers=locked, change="copy_hours"
        )
        return made

    return in_transaction(work, using=using)
