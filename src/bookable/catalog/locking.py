"""The locks that every change of a calendar waits for: services first, then providers."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from bookable.catalog.models import Provider, Service
from bookable.errors import NotFound
from bookable.transactions import for_update


def lock_providers(providers: Iterable[Provider | int] | None, *, using: str) -> list[Provider]:
    """These providers, or all for None, fresh and locked until the transaction ends.

    They are locked in the order of their keys, so two who want the same ones wait and never
    deadlock. On SQLite the transaction itself is the lock, which is why it must be IMMEDIATE there.
    Raises NotFound for one who is not there any more.
    """
    rows = for_update(Provider.objects.using(using).order_by("pk"))
    if providers is None:
        return list(rows)
    wanted = {one.pk if isinstance(one, Provider) else one for one in providers}
    locked = list(rows.filter(pk__in=wanted))
    for missing in wanted - {provider.pk for provider in locked}:
        raise NotFound(_("provider"), missing)
    return locked


def lock_service(service: Service | int, *, using: str) -> Service:
    """The service, fresh and locked until the transaction ends; NotFound if it is gone."""
    key = service.pk if isinstance(service, Service) else service
    locked = for_update(Service.objects.using(using).filter(pk=key)).first()
    if locked is None:
        raise NotFound(_("service"), key)
    return locked
