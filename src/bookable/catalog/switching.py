"""Turning something about a provider on or off."""

from __future__ import annotations

from typing import Literal

from django.db import router, transaction

from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Provider
from bookable.signals import schedule_changed, send_after_commit


def switch(
    provider: Provider | int,
    field: Literal["is_active", "is_approved"],
    value: bool,
    *,
    change: str,
    using: str | None,
) -> Provider:
    """The provider as they are now; where nothing changes, nothing is said."""
    using = using or router.db_for_write(Provider)
    with transaction.atomic(using=using):
        locked = lock_providers([provider], using=using)
        if getattr(locked[0], field) is not value:
            setattr(locked[0], field, value)
            locked[0].save(using=using, update_fields=[field, "modified"])
            send_after_commit(
                schedule_changed, Provider, using=using, providers=locked, change=change
            )
    return locked[0]
