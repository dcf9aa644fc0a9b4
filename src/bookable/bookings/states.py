"""The table of what a booking can become. Whatever is not in it can't happen."""

from __future__ import annotations

from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookable.errors import IllegalTransition


class State(models.TextChoices):
    HELD = "held", _("Held")
    REQUESTED = "requested", _("Requested")
    CONFIRMED = "confirmed", _("Confirmed")
    COMPLETED = "completed", _("Completed")
    NO_SHOW = "no_show", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")


class Transition(NamedTuple):
    """One arrow of the diagram: the verb that leads from one state to another."""

    verb: str
    before: State
    after: State


TABLE = (
    Transition("confirm", State.HELD, State.CONFIRMED),
    Transition("request", State.HELD, State.REQUESTED),
    Transition("expire", State.HELD, State.EXPIRED),
    Transition("cancel", State.HELD, State.CANCELLED),
    Transition("approve", State.REQUESTED, State.HELD),
    Transition("approve", State.REQUESTED, State.CONFIRMED),
    Transition("decline", State.REQUESTED, State.DECLINED),
    Transition("cancel", State.REQUESTED, State.CANCELLED),
    Transition("expire", State.REQUESTED, State.EXPIRED),
    Transition("complete", State.CONFIRMED, State.COMPLETED),
    Transition("mark_no_show", State.CONFIRMED, State.NO_SHOW),
    Transition("cancel", State.CONFIRMED, State.CANCELLED),
    Transition("mark_no_show", State.COMPLETED, State.NO_SHOW),
    Transition("complete", State.NO_SHOW, State.COMPLETED),
    Transition("retake", State.EXPIRED, State.CONFIRMED),
    Transition("retake", State.EXPIRED, State.REQUESTED),
)

#: The booking still has, or may yet have, a place.
OPEN = (State.HELD, State.REQUESTED, State.CONFIRMED)
#: It took place, or it should have.
PAST = (State.COMPLETED, State.NO_SHOW)
#: Its place was given back.
ENDED = (State.CANCELLED, State.DECLINED, State.EXPIRED)

_ARROWS = frozenset(TABLE)


def check_transition(verb: str, before: str, after: str) -> None:
    """Raises IllegalTransition unless the table has this arrow."""
    if (verb, before, after) not in _ARROWS:
        raise IllegalTransition(verb, State(before).label, State(after).label)
