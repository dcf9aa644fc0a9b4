"""What a session takes along when it is moved: its bookings, its length, its extras, its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Sum

from bookable.availability.choose import ChosenLane
from bookable.availability.overriding import as_far_as_known
from bookable.availability.query import Asked, Kept
from bookable.bookings.asking import wish_for
from bookable.bookings.models import Booking
from bookable.bookings.steps.history import record
from bookable.bookings.steps.minimums import decided_when_made
from bookable.bookings.steps.rests import follow_rest
from bookable.bookings.steps.seats import live_claims, settle
from bookable.bookings.taking.placing import Placing
from bookable.bookings.taking.seat_lanes import shares
from bookable.bookings.taking.visits import restore_beside
from bookable.bookings.taking.wishes import Place, Wish
from bookable.bookings.taking.writing import event_data, write_claims
from bookable.catalog.candidates import needs_of
from bookable.catalog.following import follow
from bookable.catalog.models import Channel, Extra, Provider
from bookable.schedule.models import Claim, Session
from bookable.signals import booking_rescheduled
from bookable.timeline import clock
from bookable.timeline.zones import offset_at


def wish_to_move(
    session: Session, start: datetime | None, provider: Provider | None, override: Collection[str]
) -> Wish:
    """The session's own question, asked for another start or another provider."""
    using = _database(session)
    staying = Booking.objects.using(using).filter(session=session).with_place()
    seats = dict(staying.values_list("pk", "seats"))
    asked: Asked = {
        "provider": provider,
        "seats": max(1, sum(seats.values())),
        "channel": session.channel,
        "place": session.location,
        "exclude": session,
    }
    service, length = follow(session, "service"), int((session.end - session.start).total_seconds())
    wish = wish_for(service, start or session.start, None, asked, using, override=override)
    # whoever moves a class past its deadline has decided that it takes place
    waived = as_far_as_known(["minimum"], service.rule_set)
    return replace(wish, join=False, kept=Kept(length, _extras(seats, using)), waived=waived)


def leader_of(session: Session) -> Provider | None:
    """Who gives the session: of those who serve in it, the one whose grid it is on."""
    using = _database(session)
    claims = live_claims([session.pk], using).filter(booking=None).select_related("provider")
    serving = [claim.provider for claim in claims.order_by("pk")]
    needs = needs_of([follow(session, "service")], using)[session.service_id]
    first = next((need for need in needs if session.channel in need.channels), None)
    leaders = {one.provider.pk for one in first.candidates} if first else set()
    # one who does not offer it any more still gives it
    return next((one for one in serving if one.pk in leaders), next(iter(serving), None))


def carry_over(
    session: Session,
    bookings: Sequence[Booking],
    place: Place,
    placing: Placing,
    **event: Any,
) -> None:
    """Moves the locked session with these bookings, which are all that are in it."""
    old = list(live_claims([session.pk], placing.using))
    if place.choice.start == session.start and _lanes_of(old) == _shared_lanes(place):
        return
    before = {booking.pk: event_data(booking) for booking in bookings}
    is_elsewhen = place.choice.start != session.start
    live_claims([session.pk], placing.using).update(released_at=clock.now())
    _change_time(session, place)
    _write_claims(session, bookings, place, placing)
    override = sorted(place.wish.override)
    for booking in bookings:
        _ask_for_who_serves(booking, place)
        if is_elsewhen:
            booking.checked_in_at = None
        data = event_data(booking, before=before[booking.pk], override=override)
        record(booking, data=data, signal=booking_rescheduled, fields=_CARRIED, **event)
        follow_rest(booking)
    settle(session)
    _restore_visits(session, old, bookings)


#: What of a booking changes with its session.
_CARRIED = ("asked", "checked_in_at")


def _change_time(session: Session, place: Place) -> None:
    if place.choice.start != session.start:
        session.start, session.end = place.choice.start, place.choice.end
        session.decided_at = decided_when_made(session)
    session.utc_offset = offset_at(session.zone, place.wish.at)
    session.location_id = place.choice.place if session.channel == Channel.IN_PERSON else None
    columns = ["start", "end", "decided_at", "utc_offset", "location", "modified"]
    session.save(using=place.query.using, update_fields=columns)


def _write_claims(
    session: Session, bookings: Iterable[Booking], place: Place, placing: Placing
) -> None:
    lanes = [lane for lane in place.choice.lanes if lane.per_seat]
    seats = place.query.seats
    found = shares(place.query.needs, [lane.provider.pk for lane in lanes], seats)
    shared = [lane for lane in place.choice.lanes if not lane.per_seat]
    write_claims(placing, _only(place, shared), session, None, None)
    for booking in bookings:
        mine, found = found[: booking.seats], found[booking.seats :]
        own = [lanes[position] for share in mine for position in share]
        if own:
            write_claims(placing, _only(place, own), session, booking, None)


def _only(place: Place, lanes: Iterable[ChosenLane]) -> Place:
    return replace(place, choice=place.choice._replace(lanes=tuple(lanes)))


def _ask_for_who_serves(booking: Booking, place: Place) -> None:
    """Whoever had chosen somebody who does not serve any more has the new one from now on."""
    serving, leader = {lane.provider.pk for lane in place.choice.lanes}, place.choice.leader
    if leader is not None and booking.asked.get("provider", leader.pk) not in serving:
        booking.asked = {**booking.asked, "provider": leader.pk}


def _restore_visits(session: Session, old: Iterable[Claim], bookings: Iterable[Booking]) -> None:
    """Those who had more right before or after get the buffers back that had fallen away."""
    using = _database(session)
    new = list(live_claims([session.pk], using))
    freed = [claim for claim in old if not any(_overlap(claim, other) for other in new)]
    orders = [booking.order_id for booking in bookings]
    beside = Booking.objects.using(using).filter(order__in=orders, freed_at=None)
    others = beside.exclude(session=session).order_by().values_list("order", flat=True)
    for order in others.distinct():
        restore_beside(session, freed, order)


def _overlap(one: Claim, other: Claim) -> bool:
    same_lane = (one.provider_id, one.unit) == (other.provider_id, other.unit)
    return same_lane and one.start < other.end and other.start < one.end


def _lanes_of(claims: Iterable[Claim]) -> set[tuple[int, int]]:
    return {(claim.provider_id, claim.unit) for claim in claims if claim.booking_id is None}


def _shared_lanes(place: Place) -> set[tuple[int, int]]:
    lanes = place.choice.lanes
    return {(lane.provider.pk, lane.unit) for lane in lanes if not lane.per_seat}


def _extras(bookings: Mapping[int, int], using: str) -> tuple[tuple[Extra, int], ...]:
    booked = Extra.objects.using(using).filter(booked__booking__in=bookings)
    counted = booked.annotate(many=Sum("booked__quantity")).order_by("pk")
    return tuple((extra, extra.many) for extra in counted)


def _database(session: Session) -> str:
    return session._state.db or "default"
