"""Reads over orders, payments and refunds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models

from bookable.catalog.visibility import user_of, visibility
from bookable.payments.states import LOST_REFUNDS, OPEN_REFUNDS, PaymentState

if TYPE_CHECKING:
    from bookable.payments.models import Order, Payment, Refund  # noqa: F401 - rows of the classes


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

    def owing(self) -> Self:
        """Those of which something is left to pay."""
        from bookable.payments.sums import PAID, TOTAL

        return self.alias(cost=TOTAL, paid_of_it=PAID).filter(cost__gt=models.F("paid_of_it"))


class PaymentQuerySet(models.QuerySet["Payment"]):
    def open(self) -> Self:
        """Those that may still be paid."""
        return self.exclude(open_key=None)

    def taken(self) -> Self:
        """Those whose money counts for their order."""
        return self.filter(state=PaymentState.CAPTURED)


class RefundQuerySet(models.QuerySet["Refund"]):
    def open(self) -> Self:
        """Those of which nobody knows yet what becomes of them."""
        return self.filter(state__in=OPEN_REFUNDS)

    def reserved(self) -> int:
        """What these give back, or are going to."""
        found = self.exclude(state__in=LOST_REFUNDS).order_by()
        return int(found.aggregate(found=models.Sum("amount"))["found"] or 0)
