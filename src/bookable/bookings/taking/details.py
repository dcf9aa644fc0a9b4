"""What a customer says beyond the time, checked before anything is locked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bookable.availability.asking import checked_seats
from bookable.bookings.actors import Actor
from bookable.bookings.asking import checked_answers
from bookable.bookings.models import Booking
from bookable.bookings.taking.wishes import Wish
from bookable.bookings.taking.writing import Details
from bookable.catalog.long_texts import refuse_long_texts
from bookable.errors import TooManyNames


def checked_details(
    wish: Wish,
    actor: Actor,
    *,
    answers: Mapping[str, object] | None,
    attendees: Collection[str],
    note: str,
    source: str,
    metadata: Mapping[str, Any] | None,
    using: str,
) -> Details:
    """Raises InvalidAnswers, TextTooLong, and TooManyNames."""
    refuse_long_texts(Booking, source=source)
    refuse_more_names(attendees, checked_seats(wish.asked.get("seats", 1)))
    return Details(
        answers=checked_answers(wish.service, answers, actor, using=using),
        attendees=tuple(attendees),
        note=note,
        source=source,
        metadata=dict(metadata or {}),
    )


def refuse_more_names(attendees: Collection[str], seats: int) -> None:
    """Seats may have no name, but no name is without a seat."""
    # fewer than one seat is refused with the question itself
    if len(attendees) > max(seats, 1):
        raise TooManyNames
