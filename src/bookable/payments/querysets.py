"""Reads over orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from bookable.catalog.visibility import visibility

if TYPE_CHECKING:
    from bookable.payments.models import Order  # noqa: F401 - the row of the class below


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: object) -> Self:
        """Those that somebody may see: staff with the right to view orders, else their own."""
        rows = visibility().orders(self, user)
        if getattr(user, "is_anonymous", True) or not getattr(user, "is_active", False):
            return rows.none()
        if user.has_perm("bookable.view_order"):  # type: ignore[attr-defined]
            return rows
        return rows.filter(user=user)
