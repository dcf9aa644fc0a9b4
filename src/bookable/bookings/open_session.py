from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any, Unpack

from django.db import router
from django.utils.translation import gettext as _

from bookable.availability.overriding import as_far_as_known
from bookable.availability.query import Options
from bookable.bookings.actors import staff_only
from bookable.bookings.asking import checked_override, wish_for
from bookable.bookings.models import Booking
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.writing import new_session, write_claims
from bookable.catalog.long_texts import refuse_long_texts
from bookable.catalog.models import Service
from bookable.errors import InvalidSeats
from bookable.schedule.models import Session


def open_session(
    service: Service | str | int,
    start: datetime,
    *,
    by: Any = None,
    override: Collection[str] = (),
    capacity: int | None = None,
    minimum: int | None = None,
    join_url: str = "",
    using: str | None = None,
    **options: Unpack[Options],
) -> Session:
    """Plans a class ahead: its time is taken, and nobody is booked yet.

    It stays until it is cancelled, even if everybody leaves it. What each seat needs is taken when
    the seat is. Capacity and minimum are the service's own unless they are given. If the deadline
    of the minimum has come already, it takes place however few book. Raises SlotTaken.
    """
    refuse_long_texts(Session, join_url=join_url)
    alias = using or router.db_for_write(Booking)
    actor = staff_only(by, "bookable.add_session")
    checked_override(actor, override)
    wish = wish_for(service, start, None, options, alias, override=override)
    waived = as_far_as_known(["minimum"], wish.service.rule_set)
    wish = replace(wish, join=False, waived=waived)
    seats, least = _checked(wish.service, capacity, minimum)

    def write(placing: Placing) -> Session:
        place = placing.place(wish)
        session = new_session(
            place, capacity=seats, minimum=least, opened_by_staff=True, join_url=join_url
        )
        write_claims(placing, place, session, None, None)
        return session

    return take([wish], write, using=alias)


def _checked(service: Service, capacity: int | None, minimum: int | None) -> tuple[int, int]:
    seats = service.capacity if capacity is None else capacity
    least = min(service.minimum, seats) if minimum is None else minimum
    if not 1 <= least <= seats:
        raise InvalidSeats(_("The minimum must lie between one and the capacity."))
    return seats, least
