from __future__ import annotations

from django.db import router

from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Provider
from bookable.schedule.models import BusyTime
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def remove_busy_time(busy_time: BusyTime | int, *, using: str | None = None) -> None:
    """What was outside occupies nobody any more; nothing happens if it is gone already."""
    using = using or router.db_for_write(Provider)
    key = busy_time.pk if isinstance(busy_time, BusyTime) else busy_time

    def work() -> None:
        rows = BusyTime.objects.using(using).filter(pk=key)
        busy = rows.first()
        if busy is None:
            return
        locked = lock_providers([busy.provider_id], using=using)
        gone, _by_model = rows.delete()
        if gone:
            send_after_commit(
                schedule_changed, Provider, using=using, providers=locked, change="remove_busy_time"
            )

    in_transaction(work, using=using)
