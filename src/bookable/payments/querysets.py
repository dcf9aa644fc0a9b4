"""Reads over orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from bookable.catalog.visibility import user_of, visibility

if TYPE_CHECKING:
    from bookable.payments.models import Order  # noqa: F401 - the row of the class below


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, viewer: object) -> Self:
        """Those that a user, or whoever sends a request, may see: staff with the right to view
        orders all of them, everybody else their own."""
        rows = visibility().orders(self, viewer)
        user = user_of(viewer)
        if user is None:
            return rows.none()
        if user.has_perm("bookable.view_order"):
            return rows
        return rows.filter(user=user.pk)
