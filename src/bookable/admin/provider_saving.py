"""A provider's own fields, changed under the provider's lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import router, transaction

from bookable.catalog.activate import activate
from bookable.catalog.approve import approve
from bookable.catalog.deactivate import deactivate
from bookable.catalog.locking import lock_providers
from bookable.catalog.models import Provider
from bookable.catalog.withdraw_approval import withdraw_approval
from bookable.signals import schedule_changed, send_after_commit

_SWITCHES: dict[tuple[str, bool], Callable[[Provider], Provider]] = {
    ("is_active", True): activate,
    ("is_active", False): deactivate,
    ("is_approved", True): approve,
    ("is_approved", False): withdraw_approval,
}
_SWITCHED = {name for name, _value in _SWITCHES}
_OF_THE_CALENDAR = {"units", "zone", "location", "accepts_from", "accepts_until"}


def save_provider(provider: Provider, changed: Iterable[str]) -> None:
    """Writes what was changed; whether it is active or approved goes through the verbs."""
    using = router.db_for_write(Provider, instance=provider)
    columns = {field.name for field in Provider._meta.concrete_fields} & set(changed)
    with transaction.atomic(using=using):
        lock_providers([provider], using=using)
        if columns - _SWITCHED:
            provider.save(using=using, update_fields=[*(columns - _SWITCHED), "modified"])
        for name in sorted(columns & _SWITCHED):
            _SWITCHES[name, getattr(provider, name)](provider)
        if columns & _OF_THE_CALENDAR:
            send_after_commit(
                schedule_changed, Provider, using=using, providers=[provider], change="edit"
            )
