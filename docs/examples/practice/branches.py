"""Who works at which branch of this practice, and sees no other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from bookable.catalog.visibility import SiteVisibility, user_of
from bookable.models import Booking, Provider


class OwnBranch(SiteVisibility):
    """Whoever works at a branch sees its people and its bookings; everybody else sees all."""

    def __init__(self, branches: Mapping[str, str]) -> None:
        self.branches = branches

    def providers(self, rows: QuerySet[Provider], viewer: object) -> QuerySet[Provider]:
        branch = self._branch_of(viewer)
        return rows if branch is None else rows.filter(location__slug=branch)

    def bookings(self, rows: QuerySet[Booking], viewer: object) -> QuerySet[Booking]:
        branch = self._branch_of(viewer)
        if branch is None:
            return rows
        return rows.filter(session__claims__provider__location__slug=branch).distinct()

    def _branch_of(self, viewer: Any) -> str | None:
        user = user_of(viewer)
        return self.branches.get(user.get_username()) if user is not None else None
