"""What gateways tell us by themselves: kept as it came, acted on afterwards."""

from __future__ import annotations

from bookable.payments.webhooks.handlers import forget_handler, register_handler
from bookable.payments.webhooks.process import process, process_due
from bookable.payments.webhooks.purge import purge_messages
from bookable.payments.webhooks.receive import receive

__all__ = [
    "forget_handler",
    "process",
    "process_due",
    "purge_messages",
    "receive",
    "register_handler",
]
