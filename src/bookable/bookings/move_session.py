from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import Any

from django.db import router
from django.utils.translation import gettext as _

from bookable.availability.asking import resolve
from bookable.bookings.actors import staff_only
from bookable.bookings.asking import checked_override
from bookable.bookings.models import Booking, BookingEvent
from bookable.bookings.moving.sessions import carry_over, leader_of, wish_to_move
from bookable.bookings.steps.changing import up_to_date
from bookable.bookings.steps.changing_sessions import SessionLike, found_session, lock_everybody_in
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.long_texts import refuse_long_texts
from bookable.catalog.models import Provider
from bookable.errors import SessionReleased, TooLate
from bookable.schedule.models import Session
from bookable.timeline import clock
from bookable.transactions import Stale


class Whoever(Enum):
    """Stands for the one who gives the session as it is."""

    GIVES_IT = "gives it"


def move_session(
    session: SessionLike,
    *,
    start: datetime | None = None,
    provider: Provider | str | int | Whoever | None = Whoever.GIVES_IT,
    by: Any = None,
    override: Collection[str] = (),
    reason: str = "",
    comment: str = "",
    using: str | None = None,
) -> Session:
    """Moves a class with everybody in it to another start, to another provider, or both.

    Its length, its place and what everybody pays stay. So does whoever gives it, unless somebody
    else, or None for anybody, is named. At its new start it is decided anew whether it takes place,
    and is decided already if the deadline has come. Raises SlotTaken, and then everything is as it
    was; TooLate once it has begun, and SessionReleased if it does not take place.
    """
    refuse_long_texts(BookingEvent, reason=reason)
    alias = using or router.db_for_write(Booking)
    actor = staff_only(by, "bookable.change_session")
    checked_override(actor, override)
    known = found_session(session, alias)
    stays = isinstance(provider, Whoever)
    named = None if isinstance(provider, Whoever) else _named(provider, alias)
    wishes: list[Wish] = []

    def wish(of: Session) -> Wish:
        _check_movable(of)
        who = leader_of(of) if stays else named
        return wish_to_move(of, start, who, override)

    def read() -> None:
        wishes[:] = [wish(found_session(known, alias))]

    def write(placing: Placing) -> Session:
        mine = placing.sessions[known.pk]
        bookings = lock_everybody_in(mine)
        if wish(mine) != wishes[0]:
            raise Stale  # somebody has moved, joined or left it in between
        place = placing.place(wishes[0])
        event = {"actor": actor, "verb": "move_session", "reason": reason, "comment": comment}
        carry_over(mine, bookings, place, placing, **event)
        return mine

    if wish(known).start == known.start and (stays or named == leader_of(known)):
        return up_to_date(session, known)
    return up_to_date(session, take(wishes, write, using=alias, before=read, leaving=[known.pk]))


def _named(provider: Provider | str | int | None, using: str) -> Provider | None:
    return resolve(Provider, provider, using, _("provider"))


def _check_movable(session: Session) -> None:
    if session.released_at is not None:
        raise SessionReleased
    if session.start <= clock.now():
        raise TooLate
