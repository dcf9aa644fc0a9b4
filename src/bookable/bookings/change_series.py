from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from types import EllipsisType
from typing import Any

from django.db import router
from django.utils.translation import gettext as _

from bookable.availability.query import Asked
from bookable.bookings.actors import acting_on
from bookable.bookings.asking import checked_override
from bookable.bookings.hold_series import conflicts_of
from bookable.bookings.models import Booking, BookingEvent
from bookable.bookings.moving.bookings import Move, move_all
from bookable.bookings.moving.wishes import wish_of
from bookable.bookings.reschedule import check_movable
from bookable.bookings.series_occurrences import LONGEST, waived_for
from bookable.bookings.series_rest import SeriesLike, found_series, rest_of
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.long_texts import refuse_long_texts
from bookable.catalog.models import Provider
from bookable.errors import InvalidSeries, SeriesConflict, SlotTaken
from bookable.timeline import clock
from bookable.timeline.zones import zone_info


def change_series(
    series: SeriesLike,
    *,
    since: datetime,
    shift: timedelta | None = None,
    start_time: time | None = None,
    provider: Provider | str | int | EllipsisType | None = ...,
    by: Any = None,
    override: Collection[str] = (),
    reason: str = "",
    comment: str = "",
    using: str | None = None,
) -> list[Booking]:
    """Moves what is left of a series from a moment on: all of it, or nothing.

    By so much on the wall clock of the series, to another time of the day, to another provider
    (None for anybody), or all of these. What has begun stays. Returns the bookings in order of
    their start. Raises SeriesConflict with the dates that can't be had, TooLate and TooOften where
    a customer agreed to less.
    """
    refuse_long_texts(BookingEvent, reason=reason)
    if shift is not None and abs(shift) > LONGEST:
        raise InvalidSeries(_("A series can be moved by a year at most."))
    alias = using or router.db_for_write(Booking)
    known = found_series(series, alias)
    rows = Booking.objects.using(alias).filter(rest_of(known, since))
    rest = list(rows.select_related("session__service", "order").order_by("session__start", "pk"))
    starts = [_moved(one.session.start, known.zone, shift, start_time) for one in rest]
    stays = isinstance(provider, EllipsisType)
    asked: Asked = {} if isinstance(provider, EllipsisType) else {"provider": provider}
    changes = [
        (one, start)
        for one, start in zip(rest, starts, strict=True)
        if not (stays and start == one.session.start)
    ]
    asked["exclude"] = [one for one, _start in changes]
    moves = [
        _move(one, start, by, override, asked, is_first=number == 0)
        for number, (one, start) in enumerate(changes)
    ]
    moved = _move_all(moves, reason, comment, alias) if moves else []
    fresh = {one.pk: one for one in [*rest, *moved]}
    return sorted(fresh.values(), key=lambda one: one.session.start)


def _move_all(moves: Sequence[Move], reason: str, comment: str, using: str) -> list[Booking]:
    event = {"verb": "reschedule", "reason": reason, "comment": comment}
    try:
        return move_all(lambda: moves, check=check_movable, using=using, **event)
    except SlotTaken as refused:
        raise SeriesConflict(conflicts_of([one.wish for one in moves], refused)) from refused


def _moved(
    start: datetime, zone: str, shift: timedelta | None, start_time: time | None
) -> datetime:
    """As the clock on the wall shows it; what it skips is moved on by as much as is skipped."""
    if shift is None and start_time is None:
        return start
    wall = start.astimezone(zone_info(zone)).replace(tzinfo=None) + (shift or timedelta())
    if start_time is not None:
        wall = datetime.combine(wall.date(), start_time)
    return wall.replace(tzinfo=zone_info(zone))


def _move(
    booking: Booking,
    start: datetime,
    by: Any,
    override: Collection[str],
    asked: Asked,
    *,
    is_first: bool,
) -> Move:
    actor = acting_on(booking, by)
    checked_override(actor, override)
    check_movable(booking, actor)
    wish = wish_of(booking, start, asked, booking._state.db or "default", override=override)
    return Move(
        booking=booking,
        wish=_in_series(wish, booking, is_first),
        actor=actor,
        counts=actor.is_customer,
    )


def _in_series(wish: Wish, booking: Booking, is_first: bool) -> Wish:
    """The horizon is asked of the first only, and not if it was further ahead already."""
    horizon = timedelta(days=booking.service.horizon_days)
    if is_first and booking.session.start <= clock.now() + horizon:
        return wish
    return replace(wish, waived=waived_for(wish.service, wish.start))
