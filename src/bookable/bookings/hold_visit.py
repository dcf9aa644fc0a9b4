from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import router
from django.utils.translation import gettext as _

from bookable.availability.query import Options
from bookable.bookings.actors import booking_for
from bookable.bookings.asking import checked_override, wish_for
from bookable.bookings.customers import Customer, identified
from bookable.bookings.models import Booking
from bookable.bookings.taking.details import checked_details
from bookable.bookings.taking.holding import Hold, hold_bookings
from bookable.bookings.taking.idempotency import request_for
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.models import Service
from bookable.errors import InvalidQuery
from bookable.money import Money


@dataclass(frozen=True, kw_only=True)
class Item:
    """One of the bookings of a visit. `asked` is what `hold()` takes as options."""

    service: Service | str | int
    start: datetime
    asked: Options = field(default_factory=Options)
    answers: Mapping[str, object] | None = None
    attendees: Collection[str] = ()
    note: str = ""
    expected_price: Money | None = None


def hold_visit(
    items: Sequence[Item],
    *,
    customer: object,
    by: Any = None,
    idempotency_key: str | None = None,
    override: Collection[str] = (),
    source: str = "",
    metadata: Mapping[str, Any] | None = None,
    minutes: float | None = None,
    using: str | None = None,
) -> list[Booking]:
    """Takes several places for a short while as one order, all of them or none.

    The bookings come in order of their start. Between those that follow each other with the same
    provider no buffers are kept. Raises what `hold()` raises; `service` and `start` of a SlotTaken
    say which of them can't be had.
    """
    if not items:
        raise InvalidQuery(_("A visit needs at least one service."))
    alias = using or router.db_for_write(Booking)
    actor = booking_for(by)
    who = identified(customer, actor)
    checked_override(actor, override)
    asked = [(_wish(item, who, override, alias), item) for item in items]
    # of those that start together, whoever asks for somebody comes before those who don't mind
    asked.sort(key=lambda one: (one[0].start, one[0].asked.get("provider") is None))
    wishes = [wish for wish, _item in asked]
    details = [
        checked_details(
            wish,
            actor,
            answers=item.answers,
            attendees=item.attendees,
            note=item.note,
            source=source,
            metadata=metadata,
            using=alias,
        )
        for wish, item in asked
    ]
    request = request_for("hold_visit", idempotency_key, actor, who, wishes, details, using=alias)
    hold = Hold(
        wishes=wishes,
        details=details,
        customer=who,
        actor=actor,
        using=alias,
        minutes=minutes,
        request=request,
    )
    return hold_bookings(hold)


def _wish(item: Item, customer: Customer, override: Collection[str], using: str) -> Wish:
    return wish_for(
        item.service,
        item.start,
        customer,
        item.asked,
        using,
        override=override,
        expected_price=item.expected_price,
    )
