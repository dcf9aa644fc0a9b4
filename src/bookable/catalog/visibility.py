"""The socket that decides which rows somebody may see at all: branches, tenants, brands."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet

from bookable.conf import settings
from bookable.sockets import shared

Rows = TypeVar("Rows", bound=QuerySet[Any, Any])


class SiteVisibility:
    """Subclass it and narrow what applies. What a role may see within that is decided after it.

    `viewer` is a user, a request, or None for nobody in particular.
    """

    def services(self, rows: Rows, viewer: object) -> Rows:
        return rows

    def providers(self, rows: Rows, viewer: object) -> Rows:
        return rows

    def bookings(self, rows: Rows, viewer: object) -> Rows:
        return rows

    def orders(self, rows: Rows, viewer: object) -> Rows:
        return rows


class OneBusiness(SiteVisibility):
    """Everything belongs to one business."""


def user_of(viewer: Any) -> Any:
    """The user who is signed in and may be so, of a user or a request; None for everybody else."""
    user = viewer if hasattr(viewer, "is_active") else getattr(viewer, "user", None)
    return user if user is not None and user.is_active and user.is_authenticated else None


def visibility() -> SiteVisibility:
    """What the site named in `BOOKABLE["VISIBILITY"]`."""
    return shared(settings.VISIBILITY, SiteVisibility, setting="BOOKABLE['VISIBILITY']")
