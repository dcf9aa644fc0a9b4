from __future__ import annotations

from django.db import router

from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Provider
from bookable.schedule.models import TimeOff
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def remove_time_off(time_off: TimeOff | int, *, using: str | None = None) -> None:
    """Somebody is not away after all; nothing happens if it is gone already."""
    using = using or router.db_for_write(Provider)
    key = time_off.pk if isinstance(time_off, TimeOff) else time_off

    def work() -> None:
        rows = TimeOff.objects.using(using).filter(pk=key)
        absence = rows.first()
        if absence is None:
            return
        owner = absence.provider_id
        locked = lock_providers(None if owner is None else [owner], using=using)
        gone, _by_model = rows.delete()
        if gone:
            send_after_commit(
                schedule_changed, Provider, using=using, providers=locked, change="remove_time_off"
            )

    in_transaction(work, using=using)
