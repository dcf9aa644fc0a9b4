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
    #: What it costs now, if that is the problem.
    now: Money | None = None


def problem_of(error: BookableError) -> Problem:
    """What the customer reads; who is ill or away stays among the staff."""
    if isinstance(error, SlotTaken):
        return _taken(error)
    if isinstance(error, PriceChanged):
        return Problem(str(error), now=error.actual)
    if isinstance(error, IdempotencyMismatch):
        return Problem(
            "This form was sent before, with other details, and that was done. "
            "If you want this as well, send it again."
        )
    return Problem(str(error))


def _taken(error: SlotTaken) -> Problem:
    told = tuple(dict.fromkeys(one.text for one in error.reasons if one.provider is None))
    if told and all(one.provider is None for one in error.reasons):
        # nobody was quicker: this is about the service, or about the customer
        return Problem(told[0], told[1:], tuple(error.nearest))
    return Problem(str(error), told, tuple(error.nearest))
