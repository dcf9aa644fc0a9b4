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
from bookable.bookings.steps.charging import reprice
from bookable.bookings.steps.history import record
from bookable.bookings.steps.locks import lock_bookings_of
from bookable.bookings.steps.seats import settle
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.visits import lanes_beside
from bookable.bookings.taking.wishes import Place, Wish
from bookable.bookings.taking.writing import asked_for, event_data, write_claims, write_session
from bookable.signals import booking_rescheduled
from bookable.transactions import Stale


@dataclass(frozen=True, kw_only=True)
class Move:
    """One booking, where it is wanted, who wants it, and what changes with it."""

    booking: Booking
    wish: Wish
    actor: Actor
    counts: bool = False  # among the moves that a customer may make


def move(
    booking: Booking,
    wish: Wish,
    actor: Actor,
    *,
    verb: str,
    check: Callable[[Booking], None],
    counts: bool = False,
    reason: str = "",
    comment: str = "",
    using: str,
) -> Booking:
    """The booking at its new place; SlotTaken if it can't be had, and then all is as it was.

    `check` is asked once the booking is locked.
    """
    one = Move(booking=booking, wish=wish, actor=actor, counts=counts)
    event = {"verb": verb, "reason": reason, "comment": comment}
    [mine] = move_all([one], check=lambda mine, _actor: check(mine), using=using, **event)
    return mine


def move_all(
    moves: Sequence[Move],
    *,
    check: Callable[[Booking, Actor], None],
    using: str,
    **event: Any,
) -> list[Booking]:
    """The same for several bookings; each may take a place that another one leaves.

    The wishes must exclude all of these bookings.
    """
    known = {one.booking.pk: one.booking.session_id for one in moves}
    bookings = [one.booking for one in moves]

    def beside() -> list[OwnLane]:
        return lanes_beside(bookings, using=using)

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
            pass_on(change.freed)
        return [locked[one.booking.pk] for one in moves]

    wishes = [one.wish for one in moves]
    return take(wishes, write, using=using, leaving=set(known.values()), beside=beside)


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
        mine.session, mine.freed_at, mine.proposed_start = write_session(self.place), None, None
        mine.asked = asked_anew(mine, asked_for(self.place.query))
        mine.moves += self.wanted.counts
        price = {}
        if Agreed.read(mine.policy).reprice_moves:
            difference = reprice(mine, self.place.lines, self.place.wish.service)
            price = {"price": difference.amount} if difference else {}
        record(
            mine,
            actor=self.wanted.actor,
            signal=booking_rescheduled,
            **event,
            data={**event_data(mine), **price, "before": self.before},
            fields=["session", "proposed_start", "asked", "moves"],
        )

    def take_lanes(self, placing: Placing) -> None:
        mine = self.booking
        until = mine.expires_at if mine.state == State.HELD and not mine.is_guarded else None
        write_claims(placing, self.place, mine.session, mine, until)
        settle(mine.session)
