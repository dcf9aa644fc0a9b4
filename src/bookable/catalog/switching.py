"""Changing columns of a provider that decide about when they can be booked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from django.db import router

from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Provider
from bookable.signals import schedule_changed, send_after_commit
from bookable.transactions import in_transaction


def switch(
    provider: Provider | int,
    field: Literal["is_active", "is_approved"],
    value: bool,
    *,
    change: str,
    using: str | None,
) -> Provider:
    """Turns something about a provider on or off."""
    return write_columns(provider, {field: value}, change=change, using=using)


def write_columns(
    provider: Provider | int, columns: Mapping[str, Any], *, change: str, using: str | None
) -> Provider:
    """The provider as they are now; where nothing changes, nothing is said."""
    using = using or router.db_for_write(Provider)

    def work() -> Provider:
        locked = lock_providers([provider], using=using)
        other = {
            name: value for name, value in columns.items() if getattr(locked[0], name) != value
        }
        if other:
            for name, value in other.items():
                setattr(locked[0], name, value)
            locked[0].save(using=using, update_fields=[*other, "modified"])
            send_after_commit(
                schedule_changed, Provider, using=using, providers=locked, change=change
            )
        return locked[0]

    return in_transaction(work, using=using)
