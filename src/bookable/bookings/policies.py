"""The socket that says what is agreed about cancelling, moving and not coming.

What it answers is kept with the booking, so that later terms change nothing for earlier customers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from bookable.catalog.models import Service
from bookable.conf import settings
from bookable.errors import Misconfigured, NaiveDatetime
from bookable.money import Money
from bookable.sockets import shared


@dataclass(frozen=True)
class TermsRequest:
    """What is about to be agreed on."""

    service: Service
    start: datetime
    total: Money
    seats: int = 1
    customer: object = None

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None:
            raise NaiveDatetime(self.start)


@dataclass(frozen=True)
class Step:
    """Until so many minutes before the start, so much of the price is given back."""

    minutes: int
    refund_percent: int


@dataclass(frozen=True)
class Agreed:
    """What was agreed, as `booking.policy` keeps it. Nothing agreed is what the defaults say.

    Cancelling is free until `free_minutes` before the start, never if that is None. From then on
    the steps hold, and after them `late_percent` is given back; `fee` is taken off, in the smallest
    unit of the currency in which the booking is paid. After the start nothing is given back. A
    booking that is moved keeps its price unless `reprice_moves`.
    """

    free_minutes: int | None = 0
    steps: tuple[Step, ...] = ()
    late_percent: int = 0
    fee: int = 0
    reschedule_minutes: int = 0
    reschedule_limit: int | None = None
    reprice_moves: bool = False
    no_show_percent: int = 0

    @classmethod
    def read(cls, policy: Mapping[str, Any]) -> Agreed:
        """From what was kept; what is missing is not agreed."""
        cancellation = policy.get("cancellation") or {}
        moving = policy.get("reschedule") or {}
        return cls(
            # whoever says something about cancelling without this key doesn't say that it is free
            free_minutes=cancellation.get("free_minutes", None if cancellation else 0),
            steps=tuple(
                Step(step["minutes"], step["refund_percent"])
                for step in cancellation.get("steps", ())
            ),
            late_percent=cancellation.get("late_percent", 0),
            fee=cancellation.get("fee", 0),
            reschedule_minutes=moving.get("minutes", 0),
            reschedule_limit=moving.get("limit"),
            reprice_moves=bool(moving.get("reprice")),
            no_show_percent=(policy.get("no_show") or {}).get("fee_percent", 0),
        )

    def json(self) -> dict[str, Any]:
        """What is to be kept, and can be read again."""
        return {
            "version": 1,
            "cancellation": {
                "free_minutes": self.free_minutes,
                "steps": [
                    {"minutes": step.minutes, "refund_percent": step.refund_percent}
                    for step in self.steps
                ],
                "late_percent": self.late_percent,
                "fee": self.fee,
            },
            "reschedule": {
                "minutes": self.reschedule_minutes,
                "limit": self.reschedule_limit,
                "reprice": self.reprice_moves,
            },
            "no_show": {"fee_percent": self.no_show_percent},
        }


class Terms:
    """The socket `BOOKABLE["CANCELLATION"]`. One instance serves all requests, so no state."""

    def agree(self, request: TermsRequest) -> dict[str, Any]:
        """What is kept with the booking: `Agreed(…).json()`, without asking the database."""
        raise NotImplementedError


class StandardTerms(Terms):
    """The same terms for everything.

    `free_hours`: cancelling is free until so many hours before the start, never with None.
    `steps`: (hours before the start, per cent given back) for later cancellations; without
    `free_hours`, a step of 100 per cent says what is free. `late_percent` is given back after the
    last step, and `fee`, in the smallest unit, is charged whenever it is not free.
    `reschedule_hours` and `reschedule_limit`: until when, and how often, customers may move it.
    `reprice_moves`: whether what is moved costs what its new place costs, or what it cost before.
    `no_show_percent`: how much of the price is kept when nobody comes.

    Raises Misconfigured for options that can't be meant, such as a fee that is never charged.
    """

    def __init__(
        self,
        *,
        free_hours: int | None = 0,
        steps: Sequence[tuple[int, int]] = (),
        late_percent: int = 0,
        fee: int = 0,
        reschedule_hours: int | None = None,
        reschedule_limit: int | None = None,
        reprice_moves: bool = False,
        no_show_percent: int = 100,
    ) -> None:
        if free_hours is not None:
            _check("free_hours", free_hours)
        if reschedule_hours is not None:
            _check("reschedule_hours", reschedule_hours)
        if reschedule_limit is not None:
            _check("reschedule_limit", reschedule_limit)
        _check("late_percent", late_percent, most=100)
        _check("no_show_percent", no_show_percent, most=100)
        _check("fee", fee)
        free, later = _settled(free_hours, _checked_steps(steps))
        _refuse_what_never_applies(free, later, late_percent, fee)
        self.agreed = Agreed(
            free_minutes=None if free is None else free * 60,
            steps=tuple(Step(hours * 60, percent) for hours, percent in later),
            late_percent=late_percent,
            fee=fee,
            reschedule_minutes=(reschedule_hours or 0) * 60,
            reschedule_limit=reschedule_limit,
            reprice_moves=reprice_moves,
            no_show_percent=no_show_percent,
        )

    def agree(self, request: TermsRequest) -> dict[str, Any]:
        return self.agreed.json()


def terms() -> Terms:
    """What the site named in `BOOKABLE["CANCELLATION"]`."""
    return shared(settings.CANCELLATION, Terms, setting="BOOKABLE['CANCELLATION']")


def _check(name: str, number: object, *, most: int | None = None) -> None:
    if (
        isinstance(number, bool)
        or not isinstance(number, int)
        or number < 0
        or (most is not None and number > most)
    ):
        wanted = "of at least 0" if most is None else f"from 0 to {most}"
        raise Misconfigured(f"“{name}” must be a whole number {wanted}, not {number!r}.")


def _checked_steps(steps: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The steps from the earliest to the last."""
    try:
        pairs = [(hours, percent) for hours, percent in steps]
    except (TypeError, ValueError) as error:
        raise Misconfigured(
            f"“steps” must list pairs of hours and per cent such as (24, 50), not {steps!r}."
        ) from error
    for hours, percent in pairs:
        _check("steps: hours", hours)
        _check("steps: per cent", percent, most=100)
    pairs.sort(reverse=True)
    for (hours, percent), (later, less) in pairwise(pairs):
        if hours == later:
            raise Misconfigured(f"“steps” names {hours} hours twice.")
        if percent <= less:
            raise Misconfigured(
                f"“steps” gives back {less} % until {later} hours and {percent} % until {hours} "
                "hours before the start; the later step must give back less."
            )
    return pairs


def _settled(
    free: int | None, steps: list[tuple[int, int]]
) -> tuple[int | None, list[tuple[int, int]]]:
    """Where `free_hours` says nothing, the steps do."""
    if free != 0 or not steps:
        return free, steps
    hours, percent = steps[0]
    return (hours, steps[1:]) if percent == 100 else (None, steps)


def _refuse_what_never_applies(
    free: int | None, steps: list[tuple[int, int]], late_percent: int, fee: int
) -> None:
    if free is not None and steps and steps[0][0] >= free:
        raise Misconfigured(
            f"Cancelling is free until {free} hours before the start, so the step of "
            f"{steps[0][0]} hours never applies."
        )
    if free == 0 and (fee or late_percent):
        raise Misconfigured(
            "Cancelling is free until the start, so “fee” and “late_percent” never apply; "
            "set “free_hours” to a number of hours, or to None."
        )
    if late_percent and steps and steps[-1][0] == 0:
        raise Misconfigured("The last step lasts until the start, so “late_percent” never applies.")
    if steps and late_percent > steps[-1][1]:
        raise Misconfigured("“late_percent” must not give back more than the last step.")
