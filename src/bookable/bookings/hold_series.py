from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, NamedTuple, Unpack

from django.db import router
from django.utils.translation import gettext as _

from bookable.availability.answers import Reason, Slot
from bookable.availability.query import Options
from bookable.bookings.actors import booking_for
from bookable.bookings.asking import checked_override, wish_for
from bookable.bookings.customers import identified
from bookable.bookings.models import Booking, BookingEvent, Series
from bookable.bookings.series_occurrences import Occurrence, look_ahead, series_wishes
from bookable.bookings.taking.details import checked_details
from bookable.bookings.taking.holding import Hold, hold_bookings
from bookable.bookings.taking.idempotency import request_for
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.models import Service
from bookable.errors import InvalidQuery, SeriesConflict, SlotTaken
from bookable.money import Money
from bookable.timeline import clock


class Conflict(NamedTuple):
    """A date of a series that can't be had, why not, and what is free around it."""

    start: datetime
    reasons: list[Reason]
    nearest: list[Slot]


class SeriesHeld(NamedTuple):
    """The bookings of a series, and the dates that were left out."""

    series: Series
    bookings: list[Booking]
    conflicts: list[Conflict]


def hold_series(
    service: Service | str | int,
    start: datetime,
    *,
    rule: str,
    customer: object,
    on_conflict: Literal["refuse", "skip"] = "refuse",
    by: Any = None,
    answers: Mapping[str, object] | None = None,
    expected_price: Money | None = None,
    idempotency_key: str | None = None,
    override: Collection[str] = (),
    attendees: Collection[str] = (),
    note: str = "",
    source: str = "",
    metadata: Mapping[str, Any] | None = None,
    minutes: float | None = None,
    using: str | None = None,
    **options: Unpack[Options],
) -> SeriesHeld:
    """Takes a place on each date of a rule such as `weekly(count=10)`, as one order.

    The dates keep their time on the wall clock of the service. If one can't be had, nothing is
    held and SeriesConflict says why; with "skip" it is left out, unless it is the first. The
    horizon is asked of the first date only, and `expected_price` is that of one date. Raises
    InvalidSeries for a rule that can't be followed, and what `hold()` raises.
    """
    if on_conflict not in {"refuse", "skip"}:
        sentence = _("“%(choice)s” does not say what to do; choose from: refuse, skip.")
        raise InvalidQuery(sentence % {"choice": on_conflict})
    alias = using or router.db_for_write(Booking)
    actor = booking_for(by)
    who = identified(customer, actor)
    checked_override(actor, override)
    wish = wish_for(
        service, start, who, options, alias, override=override, expected_price=expected_price
    )
    first, *others = series_wishes(wish, rule)
    wishes = [first, *(replace(one, is_optional=on_conflict == "skip") for one in others)]
    details = checked_details(
        first,
        actor,
        answers=answers,
        attendees=attendees,
        note=note,
        source=source,
        metadata=metadata,
        using=alias,
    )
    asked = (who, rule, on_conflict, [first], [details])
    hold = Hold(
        wishes=wishes,
        details=[details] * len(wishes),
        customer=who,
        actor=actor,
        using=alias,
        minutes=minutes,
        request=request_for("hold_series", idempotency_key, actor, *asked, using=alias),
        series=lambda: _new_series(first, rule, alias),
    )
    try:
        bookings = hold_bookings(hold)
    except SlotTaken as refused:
        raise SeriesConflict(conflicts_of(wishes, refused)) from refused
    return _held(bookings, wishes, alias)


def conflicts_of(wishes: Sequence[Wish], refused: SlotTaken) -> list[Conflict]:
    """All of the wishes that can't be had, where one of them was refused."""
    found = [_conflict(one) for one in look_ahead(wishes) if not one.free]
    if refused.start is not None and refused.start not in {one.start for one in found}:
        # somebody else had it for a moment, or a rule counts what was not written yet
        found.append(Conflict(refused.start, refused.reasons, refused.nearest))
    return sorted(found, key=lambda one: one.start)


def _held(bookings: Sequence[Booking], wishes: Sequence[Wish], using: str) -> SeriesHeld:
    series = Series.objects.using(using).get(bookings=bookings[0].pk)
    events = BookingEvent.objects.using(using).filter(booking__in=bookings, seq=1)
    held = set(events.values_list("data__start", flat=True))
    left_out = [wish for wish in wishes if wish.start.isoformat() not in held]
    conflicts = [_conflict(one) for one in look_ahead(left_out)] if left_out else []
    return SeriesHeld(series, list(bookings), conflicts)


def _conflict(occurrence: Occurrence) -> Conflict:
    return Conflict(occurrence.start, occurrence.reasons, occurrence.nearest)


def _new_series(first: Wish, rule: str, using: str) -> Series:
    return Series.objects.using(using).create(
        service_id=first.service.pk,
        rule=rule.strip(),
        start=first.start,
        zone=first.service.zone,
        created=clock.now(),
    )
