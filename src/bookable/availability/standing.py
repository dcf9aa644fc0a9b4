"""Whether a provider can be offered at all, whatever their calendar says."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bookable.availability.answers import Reason
from bookable.availability.query import Query
from bookable.catalog.models import Provider


def refusal(query: Query, provider: Provider) -> Reason | None:
    """Why this provider is offered nowhere, or not at the place that was asked for."""
    if not provider.is_active:
        return _reason("inactive", _("%(provider)s is not active."), provider)
    if not provider.is_approved:
        return _reason("unapproved", _("%(provider)s has not been approved yet."), provider)
    if query.place is not None and provider.location_id not in (None, query.place.pk):
        return _reason("place", _("%(provider)s is at another place."), provider)
    return None


def _reason(code: str, sentence: str, provider: Provider) -> Reason:
    return Reason("Provider", code, sentence % {"provider": provider.name}, provider=provider)
