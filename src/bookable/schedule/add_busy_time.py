from __future__ import annotations

from datetime import datetime

from django.db import router

from bookable.catalog.locking import lock_providers
from bookable.catalog.long_texts import refuse_long_texts
from bookable.catalog.models import Provider
from bookable.schedule.models import BusyTime
from bookable.schedule.periods import refuse_bad_period
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def add_busy_time(
    provider: Provider | int,
    start: datetime,
    end: datetime,
    *,
    source: str = "manual",
    external_id: str | None = None,
    using: str | None = None,
) -> BusyTime:
    """Something outside occupies a provider. Raises NaiveDatetime, EmptyPeriod or TextTooLong.

    What the source has already given under the same id is moved, not doubled.
    """
    using = using or router.db_for_write(Provider)
    refuse_bad_period(start, end)
    refuse_long_texts(BusyTime, source=source, external_id=external_id)
    times = {"start": start, "end": end}

    def work() -> BusyTime:
        locked = lock_providers([provider], using=using)
        rows = BusyTime.objects.using(using)
        if external_id is None:
            busy = rows.create(provider=locked[0], source=source, **times)
        else:
            busy, _made = rows.update_or_create(
                provider=locked[0], source=source, external_id=external_id, defaults=times
            )
        send_after_commit(
            schedule_changed, Provider, using=using, providers=locked, change="add_busy_time"
        )
        return busy

    return in_transaction(work, using=using)
