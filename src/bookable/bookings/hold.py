from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Unpack

from django.db import router

from bookable.availability.query import Options
from bookable.bookings.actors import booking_for
from bookable.bookings.asking import checked_override, wish_for
from bookable.bookings.customers import identified
from bookable.bookings.models import Booking
from bookable.bookings.taking.details import checked_details
from bookable.bookings.taking.holding import Hold, hold_bookings
from bookable.bookings.taking.idempotency import request_for
from bookable.catalog.models import Service
from bookable.money import Money


def hold(
    service: Service | str | int,
    start: datetime,
    *,
    customer: object,
    answers: Mapping[str, object] | None = None,
    expected_price: Money | None = None,
    idempotency_key: str | None = None,
    by: Any = None,
    override: Collection[str] = (),
    attendees: Collection[str] = (),
    note: str = "",
    source: str = "",
    metadata: Mapping[str, Any] | None = None,
    minutes: float | None = None,
    using: str | None = None,
    **options: Unpack[Options],
) -> Booking:
    """Takes a place for a short while, as an order of its own.

    Raises SlotTaken with the nearest free starts, PriceChanged, InvalidAnswers, NotAllowed for an
    override without the right to it, and whatever is wrong with the question itself.
    """
    alias = using or router.db_for_write(Booking)
    actor = booking_for(by)
    who = identified(customer, actor)
    checked_override(actor, override)
    wish = wish_for(
        service, start, who, options, alias, override=override, expected_price=expected_price
    )
    details = checked_details(
        wish,
        actor,
        answers=answers,
        attendees=attendees,
        note=note,
        source=source,
        metadata=metadata,
        using=alias,
    )
    request = request_for("hold", idempotency_key, actor, who, [wish], [details], using=alias)
    [booking] = hold_bookings(
        Hold(
            wishes=[wish],
            details=[details],
            customer=who,
            actor=actor,
            using=alias,
            minutes=minutes,
            request=request,
        )
    )
    return booking
