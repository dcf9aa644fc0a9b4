"""What hangs on orders is seen by whoever may see the order."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest

from bookable.catalog.visibility import visibility
from bookable.payments.models import Order, Payment, SavedCard

Row = TypeVar("Row", Payment, SavedCard)


def of_visible_orders(rows: QuerySet[Row], request: HttpRequest) -> QuerySet[Row]:
    orders = visibility().orders(Order.objects.order_by(), request)
    return rows.filter(order__in=orders)
