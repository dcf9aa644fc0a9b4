"""What a service takes, said in one line."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from bookable.catalog.candidates import needs_of
from bookable.catalog.models import Need, Service


def takes_text(service: Service) -> str:
    """“1 of Ann, Bob · 1 of Rooms”"""
    if service.pk is None:
        return _("Shown once it is saved.")
    offered = [one.provider.name for one in service.offerings.select_related("provider")]
    needs = list(service.needs.select_related("pool").prefetch_related("providers"))
    texts = [_need_text(need, offered) for need in needs] or [_of(1, offered)]
    return " · ".join(texts)


def undrawn(service: Service) -> list[str]:
    """The names of those who offer it though no need draws on them."""
    needs = needs_of([service], service._state.db or "default")[service.pk]
    drawn = {candidate.provider.pk for need in needs for candidate in need.candidates}
    offerings = service.offerings.select_related("provider").exclude(provider__in=drawn)
    return [offering.provider.name for offering in offerings]


def _need_text(need: Need, offered: Sequence[str]) -> str:
    named = [need.pool.name] if need.pool else []
    named += [provider.name for provider in need.providers.all()]
    text = _of(need.quantity, named or offered)
    return _("%(need)s for every seat") % {"need": text} if need.per_seat else text


def _of(quantity: int | None, names: Sequence[str]) -> str:
    many = _("all") if quantity is None else quantity
    whom = ", ".join(names) or _("nobody yet")
    return _("%(many)s of %(whom)s") % {"many": many, "whom": whom}
