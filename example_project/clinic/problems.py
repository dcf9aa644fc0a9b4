"""A refusal as a page shows it: the sentence, what it means, and the way on."""

from __future__ import annotations

from dataclasses import dataclass

from bookable.availability.answers import Slot
from bookable.errors import BookableError, IdempotencyMismatch, PriceChanged, SlotTaken
from bookable.money import Money


@dataclass(frozen=True)
class Problem:
    sentence: str
    reasons: tuple[str, ...] = ()
    nearest: tuple[Slot, ...] = ()
    was: Money | None = None
    now: Money | None = None


def problem_of(error: BookableError) -> Problem:
    """What the customer reads; who is ill or away stays among the staff."""
    if isinstance(error, SlotTaken):
        reasons = {reason.text for reason in error.reasons if reason.provider is None}
        return Problem(str(error), tuple(sorted(reasons)), tuple(error.nearest))
    if isinstance(error, PriceChanged):
        return Problem(str(error), was=error.expected, now=error.actual)
    if isinstance(error, IdempotencyMismatch):
        return Problem(
            "This form was sent before, with other details, and that was done. "
            "If you want this as well, send it again."
        )
    return Problem(str(error))
