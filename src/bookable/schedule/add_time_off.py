from __future__ import annotations

from datetime import datetime

from django.db import router

from bookable.catalog.locking import lock_providers
from bookable.catalog.long_texts import refuse_long_texts
from bookable.catalog.models import Provider
from bookable.schedule.models import TimeOff
from bookable.schedule.periods import refuse_bad_period
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def add_time_off(
    provider: Provider | int | None,
    start: datetime,
    end: datetime,
    *,
    note: str = "",
    using: str | None = None,
) -> TimeOff:
    """A provider, or everybody (None), is away.

    Raises NaiveDatetime, EmptyPeriod or TextTooLong.
    """
    using = using or router.db_for_write(Provider)
    refuse_bad_period(start, end)
    refuse_long_texts(TimeOff, note=note)

    def work() -> TimeOff:
        locked = lock_providers(None if provider is None else [provider], using=using)
        owner = None if provider is None else locked[0]
        absence = TimeOff.objects.using(using).create(
            provider=owner, start=start, end=end, note=note
        )
        send_after_commit(
            schedule_changed, Provider, using=using, providers=locked, change="add_time_off"
        )
        return absence

    return in_transaction(work, using=using)
