from __future__ import annotations

from bookable.payments.models.card import SavedCard
from bookable.payments.models.event import PaymentEvent
from bookable.payments.models.message import MessageState, WebhookEvent
from bookable.payments.models.offline import OfflineEntry, OfflineRefund
from bookable.payments.models.order import LineKind, Order, OrderLine
from bookable.payments.models.payment import Payment
from bookable.payments.models.provider_payment import ProviderPayment
from bookable.payments.models.refund import Refund
from bookable.payments.states import PaymentState, Purpose, RefundSource, RefundState

__all__ = [
    "LineKind",
    "MessageState",
    "OfflineEntry",
    "OfflineRefund",
    "Order",
    "OrderLine",
    "Payment",
    "PaymentEvent",
    "PaymentState",
    "ProviderPayment",
    "Purpose",
    "Refund",
    "RefundSource",
    "RefundState",
    "SavedCard",
    "WebhookEvent",
]
