"""Who else wants to know: messages of types that payments has no use for, by their owners."""

from __future__ import annotations

from collections.abc import Callable

from bookable.payments.gateways.answers import WebhookEnvelope
from bookable.payments.models import WebhookEvent

#: Called with the row and what it says. May be called again, and is so if it raises.
Handler = Callable[[WebhookEvent, WebhookEnvelope], None]

_handlers: dict[str, Handler] = {}


def register_handler(type_: str, handler: Handler) -> Handler:
    """Has messages of this type handed to a function. `transfer.*` stands for all that begin so."""
    _handlers[type_] = handler
    return handler


def forget_handler(type_: str) -> None:
    """Takes a handler out again."""
    _handlers.pop(type_, None)


def handler_for(type_: str) -> Handler | None:
    """Who is registered for a type, or for how it begins."""
    if type_ in _handlers:
        return _handlers[type_]
    for known, handler in _handlers.items():
        if known.endswith("*") and type_.startswith(known[:-1]):
            return handler
    return None
