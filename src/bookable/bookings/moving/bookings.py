"""Moves bookings to other places: all of them or none, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from bookable.availability.query import OwnLane
from bookable.bookings.actors import Actor
from bookable.bookings.freeing.leaving import free_place
from bookable.bookings.freeing.offering import Freed, pass_on
from bookable.bookings.models import Booking, State
from bookable.bookings.policies import Agreed
from bookable.bookings.steps.changing import found
from bookable.bookings.steps.charging import cost_of, reprice
from bookable.bookings.steps.history import record
from bookable.bookings.steps.locks import lock_bookings_of
from bookable.bookings.steps.rests import follow_rest
from bookable.bookings.steps.seats import settle
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.visits import lanes_beside
from bookable.bookings.taking.wishes import Place, Wish
from bookable.bookings.taking.writing import asked_for, event_data, write_claims, write_session
from bookable.errors import PriceChanged, SlotTaken
from bookable.money import Money
from bookable.signals import booking_rescheduled
from bookable.transactions import Stale


@dataclass(frozen=True, kw_only=True)
class Move:
    """One booking, where it is wanted, who wants it, and what changes with it."""

    booking: Booking
    wish: Wish
    actor: Actor
    counts: bool = False  # among the moves that a customer may make
    expected_price: Money | None = None  # what it costs there, as the customer was shown


def move(
    booking: Booking,
    wish: Callable[[Booking], Wish],
    actor: Actor,
    *,
    verb: str,
    check: Callable[[Booking], None],
    is_there: Callable[[Booking], bool],
    counts: bool = False,
    expected_price: Money | None = None,
    reason: str = "",
    comment: str = "",
    using: str,
) -> Booking:
    """The booking at its new place; SlotTaken if it can't be had, and then all is as it was.

    Each try reads the booking anew and asks all of it again: whether it `is_there` already, as
    after a double click, `check`, which refuses, and the `wish`.
    """

    def plan() -> list[Move]:
        known = found(booking, using)
        if is_there(known):
            raise _There(known)
        check(known)
        return [
            Move(
                booking=known,
                wish=wish(known),
                actor=actor,
                counts=counts,
                expected_price=expected_price,
            )
        ]

    event = {"verb": verb, "reason": reason, "comment": comment}
    try:
        [mine] = move_all(plan, check=lambda mine, _actor: check(mine), using=using, **event)
    except _There as there:
        return there.booking
    except SlotTaken:
        mine = found(booking, using)
        if not is_there(mine):
            raise  # by somebody else
    return mine


class _There(Exception):
    """Nothing is to be done any more."""

    def __init__(self, booking: Booking) -> None:
        self.booking = booking


def move_all(
    plan: Callable[[], Sequence[Move]],
    *,
    check: Callable[[Booking, Actor], None],
    using: str,
    **event: Any,
) -> list[Booking]:
    """The same for several bookings; each may take a place that another one leaves.

    `plan` is asked at each try. Its wishes must exclude all of its bookings.
    """
    moves: list[Move] = []
    wishes: list[Wish] = []
    known: dict[int, int] = {}  # the bookings and their sessions

    def read() -> None:
        moves[:] = plan()
        wishes[:] = [one.wish for one in moves]
        known.clear()
        known.update({one.booking.pk: one.booking.session_id for one in moves})

    def beside() -> list[OwnLane]:
        return lanes_beside([one.booking for one in moves], using=using)

    def write(placing: Placing) -> list[Booking]:
        locked = {one.pk: one for one in lock_bookings_of(known, placing.sessions, using=using)}
        for one in moves:
            check(locked[one.booking.pk], one.actor)
        changes = []
        for one, place in zip(moves, placing.place_all(), strict=True):
            mine = locked[one.booking.pk]
            if mine.seats != place.query.seats:
                raise Stale  # some were added or given back before it was locked
            if place.session is None or place.session.pk != mine.session_id:
                changes.append(_Change(mine, place, one))  # else it is there already
        leaving = {change.booking.pk for change in changes}
        for change in changes:
            change.leave(leaving)
        for change in changes:
            change.arrive(**event)
        for change in changes:
            change.take_lanes(placing)
        for change in changes:
            follow_rest(change.booking)
            pass_on(change.freed)
        return [locked[one.booking.pk] for one in moves]

    leaving = known.values()
    return take(wishes, write, using=using, before=read, leaving=leaving, beside=beside)


def asked_anew(booking: Booking, asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked from now on, where a provider who is not asked for any more is left out."""
    again = booking.asked_again()
    kept = {name: value for name, value in booking.asked.items() if name not in again}
    return {**kept, **asked}


class _Change:
    """A locked booking on its way to its new place.

    All leave before the first arrives, so that each can have what another one had.
    """

    def __init__(self, booking: Booking, place: Place, wanted: Move) -> None:
        self.booking, self.place, self.wanted = booking, place, wanted
        self.before = event_data(booking)
        self.freed: Freed | None = None

    def leave(self, together: Collection[int]) -> None:
        self.freed = free_place(self.booking, together)

    def arrive(self, **event: Any) -> None:
        mine = self.booking
        if self.place.choice.start != mine.session.start:
            mine.proposed_start = mine.checked_in_at = None
        mine.session, mine.freed_at = write_session(self.place), None
        mine.asked = asked_anew(mine, asked_for(self.place.query))
        mine.moves += self.wanted.counts and mine.state != State.HELD
        price = {}
        if Agreed.read(mine.policy).reprice_moves:
            difference = reprice(mine, self.place.lines, self.place.wish.service)
            price = {"price": difference.amount} if difference else {}
        self._refuse_changed_price()
        record(
            mine,
            actor=self.wanted.actor,
            signal=booking_rescheduled,
            **event,
            data={**event_data(mine), **price, "before": self.before},
            fields=["session", "proposed_start", "checked_in_at", "asked", "moves"],
        )

    def _refuse_changed_price(self) -> None:
        expected = self.wanted.expected_price
        if expected is not None and cost_of(self.booking) != expected:
            raise PriceChanged(expected, cost_of(self.booking))

    def take_lanes(self, placing: Placing) -> None:
        mine = self.booking
        until = mine.expires_at if mine.state == State.HELD and not mine.is_guarded else None
        write_claims(placing, self.place, mine.session, mine, until)
        settle(mine.session)
