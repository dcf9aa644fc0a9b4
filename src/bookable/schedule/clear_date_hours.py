from __future__ import annotations

from datetime import date as Date  # noqa: N812 - the verb's argument is called date

from django.db import router

from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Provider
from bookable.schedule.models import DateHours
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def clear_date_hours(
    provider: Provider | int | None, date: Date, *, using: str | None = None
) -> int:
    """Takes back all that was said about a date, so the weekly hours hold; how many rows went."""
    using = using or router.db_for_write(Provider)

    def work() -> int:
        locked = lock_providers(None if provider is None else [provider], using=using)
        owner = None if provider is None else locked[0]
        rows = DateHours.objects.using(using).filter(provider=owner, date=date)
        gone, _by_model = rows.delete()
        if gone:
            send_after_commit(
                schedule_changed, Provider, using=using, providers=locked, change="clear_date_hours"
            )
        return gone

    return in_transaction(work, using=using)
