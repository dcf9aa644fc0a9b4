"""All rows that verbs write, and all signals that they send."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.dispatch import Signal

from bookable import signals
from bookable.models import (
    Booking,
    BookingEvent,
    BookingExtra,
    Claim,
    Guard,
    IdempotencyKey,
    Order,
    OrderLine,
    Series,
    Session,
    WaitingEntry,
)

WRITTEN = (
    Booking,
    BookingEvent,
    BookingExtra,
    Claim,
    Guard,
    IdempotencyKey,
    Order,
    OrderLine,
    Series,
    Session,
    WaitingEntry,
)
SIGNALS = {name: found for name, found in vars(signals).items() if isinstance(found, Signal)}


def everything(using: str = "default") -> dict[str, list[dict[str, Any]]]:
    """Every row of these tables, column by column."""
    return {
        model.__name__: list(model._default_manager.using(using).order_by("pk").values())
        for model in WRITTEN
    }


@contextmanager
def listening() -> Iterator[list[str]]:
    """The names of the signals that were sent, in order."""
    heard: list[str] = []
    receivers = {name: _note(heard, name) for name in SIGNALS}
    for name, receiver in receivers.items():
        SIGNALS[name].connect(receiver)
    try:
        yield heard
    finally:
        for name, receiver in receivers.items():
            SIGNALS[name].disconnect(receiver)


def _note(heard: list[str], name: str) -> Any:
    def note(**_payload: object) -> None:
        heard.append(name)

    return note
