"""The lock that every change of a calendar waits for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connections
from django.utils.translation import gettext_lazy as _

from bookable.catalog.models import Provider
from bookable.errors import NotFound


def lock_providers(providers: Iterable[Provider | int] | None, *, using: str) -> list[Provider]:
    """These providers, or all for None, fresh and locked until the transaction ends.

    They are locked in the order of their keys, so two who want the same ones wait and never
    deadlock. On SQLite the transaction itself is the lock, which is why it must be IMMEDIATE there.
    Raises NotFound for one who is not there any more.
    """
    rows = Provider.objects.using(using).order_by("pk")
    no_key = connections[using].features.has_select_for_no_key_update
    rows = rows.select_for_update(no_key=no_key)
    if providers is None:
        return list(rows)
    wanted = {one.pk if isinstance(one, Provider) else one for one in providers}
    locked = list(rows.filter(pk__in=wanted))
    for missing in wanted - {provider.pk for provider in locked}:
        raise NotFound(_("provider"), missing)
    return locked
