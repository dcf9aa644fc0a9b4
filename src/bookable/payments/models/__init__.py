from __future__ import annotations

from bookable.payments.models.order import LineKind, Order, OrderLine

__all__ = ["LineKind", "Order", "OrderLine"]
