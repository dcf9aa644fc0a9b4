"""What must hold between the rows at any moment, worked out from the rows alone.

Written without a look at how the library audits itself, so that one can catch the other out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from bookable.models import (
    Booking,
    BookingEvent,
    Claim,
    Need,
    Offering,
    Order,
    OrderLine,
    Session,
    WaitingEntry,
    WaitingState,
)


class Standing(NamedTuple):
    """What a history says about where a booking is."""

    state: str
    session: str
    start: str
    seats: int


def assert_consistent() -> None:
    sessions = list(Session.objects.select_related("service"))
    bookings = list(Booking.objects.select_related("session", "order"))
    claims = list(Claim.objects.filter(released_at=None).order_by("start", "pk"))
    assert_claims_are_those_of_live_sessions(sessions, bookings, claims)
    assert_nothing_overlaps(claims)
    assert_seats_are_counted(sessions, bookings)
    assert_orders_add_up(bookings)
    assert_histories_lead_here(bookings)
    assert_entries_are_in_order()


def assert_claims_are_those_of_live_sessions(
    sessions: Iterable[Session], bookings: Iterable[Booking], claims: Iterable[Claim]
) -> None:
    """A live session has its lanes, once for all and once for each seat; others have none."""
    present: dict[int, list[Booking]] = defaultdict(list)
    for booking in bookings:
        if booking.freed_at is None:
            present[booking.session_id].append(booking)
    kept: dict[int, list[Claim]] = defaultdict(list)
    for claim in claims:
        kept[claim.session_id].append(claim)
    needs = _needs()
    for session in sessions:
        mine, here = kept.pop(session.pk, []), present[session.pk]
        if session.released_at is not None:
            assert not mine, f"session {session.pk} is released, but keeps {mine}"
            over = {"completed", "no_show"}
            assert {one.state for one in here} <= over, f"{here} are in released {session.pk}"
            continue
        assert here or session.opened_by_staff, f"session {session.pk} is for nobody"
        shared, per_seat = needs[session.service_id]
        _assert_fit(session, [one for one in mine if one.booking_id is None], shared, 1)
        for booking in here:
            own = [one for one in mine if one.booking_id == booking.pk]
            _assert_fit(session, own, per_seat, booking.seats)
        strangers = {one.booking_id for one in mine} - {None, *(one.pk for one in here)}
        assert not strangers, f"{strangers} have lanes in session {session.pk}, but no seat"
        _assert_last_as_long(session, mine, here)
    assert not kept


def _needs() -> dict[int, tuple[list[tuple[set[int], int]], list[tuple[set[int], int]]]]:
    """By service: pools and how many of them are taken, by the session and by each seat."""
    found: dict[int, Any] = defaultdict(lambda: ([], []))
    for need in Need.objects.prefetch_related("providers"):
        pool = {provider.pk for provider in need.providers.all()}
        found[need.service_id][need.per_seat].append((pool, need.quantity or len(pool)))
    offered = defaultdict(set)
    for service, provider in Offering.objects.values_list("service", "provider"):
        offered[service].add(provider)
    for service, pool in offered.items():
        if service not in found:
            found[service] = ([(pool, 1)], [])
    return found


def _assert_fit(
    session: Session, claims: list[Claim], needs: list[tuple[set[int], int]], seats: int
) -> None:
    providers = [claim.provider_id for claim in claims]
    wanted = sum(quantity for _pool, quantity in needs) * seats
    assert len(claims) == wanted, f"session {session.pk} needs {wanted} lanes, not {providers}"
    for pool, quantity in needs:
        serving = sum(provider in pool for provider in providers)
        assert serving >= quantity * seats, f"session {session.pk} lacks some of {pool}"
    service = session.service
    earliest = session.start - timedelta(minutes=service.buffer_before)
    latest = session.end + timedelta(minutes=service.buffer_after)
    for claim in claims:
        assert earliest <= claim.start <= session.start, f"{claim} begins at the wrong time"
        assert session.end <= claim.end <= latest, f"{claim} ends at the wrong time"


def _assert_last_as_long(
    session: Session, claims: Iterable[Claim], bookings: Iterable[Booking]
) -> None:
    """Claims run out with the last hold, or never if somebody stays."""
    deadlines = {
        booking.pk: booking.expires_at if _runs_out(booking) else None for booking in bookings
    }
    stays = session.opened_by_staff or None in deadlines.values()
    last = None if stays else max(one for one in deadlines.values() if one is not None)
    for claim in claims:
        until = last if claim.booking_id is None else deadlines[claim.booking_id]
        assert claim.expires_at == until, f"{claim} lasts until {claim.expires_at}, not {until}"


def _runs_out(booking: Booking) -> bool:
    return booking.state == "held" and not booking.is_guarded


def assert_nothing_overlaps(claims: Iterable[Claim]) -> None:
    lanes: dict[tuple[int, int], list[Claim]] = defaultdict(list)
    for claim in claims:
        lanes[claim.provider_id, claim.unit].append(claim)
    for on_lane in lanes.values():
        for one, other in pairwise(on_lane):
            assert one.end <= other.start, f"{one} and {other} overlap"


def assert_seats_are_counted(sessions: Iterable[Session], bookings: Iterable[Booking]) -> None:
    taken: dict[int, int] = defaultdict(int)
    for booking in bookings:
        if booking.freed_at is None:
            taken[booking.session_id] += booking.seats
    for session in sessions:
        assert session.seats_taken == taken[session.pk] <= session.capacity, session.pk


def assert_orders_add_up(bookings: Iterable[Booking]) -> None:
    """An order is the sum of its lines, and a booking that ended costs what was kept of it."""
    sums: dict[int, int] = defaultdict(int)
    costs: dict[str, int] = defaultdict(int)
    for line in OrderLine.objects.all():
        amount = line.quantity * line.unit_amount
        sums[line.order_id] += amount
        costs[line.reference] += 0 if line.kind == "seat_fee" else amount
    for order in Order.objects.all():
        assert order.total.amount == sums[order.pk] >= 0
    for booking in bookings:
        cost = costs[str(booking.uuid)]
        assert booking.cost.amount == cost >= 0
        if booking.state in ("expired", "declined"):
            assert cost == 0
        if booking.state == "cancelled":
            assert cost == booking.history.get(verb="cancel").data.get("fee", 0)


def assert_histories_lead_here(bookings: Iterable[Booking]) -> None:
    events: dict[int, list[BookingEvent]] = defaultdict(list)
    for event in BookingEvent.objects.order_by("booking", "seq"):
        events[event.booking_id].append(event)
    for booking in bookings:
        session, history = booking.session, events[booking.pk]
        now = Standing(booking.state, str(session.uuid), session.start.isoformat(), booking.seats)
        assert [event.seq for event in history] == list(range(1, booking.last_seq + 1))
        told = replayed(history)
        if booking.freed_at is not None:
            told = told._replace(start=now.start)  # a session goes on without those who left it
        assert told == now, booking.reference


def replayed(history: Iterable[BookingEvent]) -> Standing:
    """Where a booking is, from nothing but its events."""
    standing = Standing("", "", "", 0)
    for event in history:
        assert event.before == standing.state, f"{event} does not follow on {standing}"
        said_before = event.data.get("before")
        if said_before is not None:
            assert (said_before["session"], said_before["start"], said_before["seats"]) == (
                standing[1:]
            ), f"{event} remembers another place than {standing}"
        standing = Standing(
            event.after,
            event.data.get("session", standing.session),
            event.data.get("start", standing.start),
            event.data.get("seats", standing.seats),
        )
    return standing


def assert_entries_are_in_order() -> None:
    """Whoever is offered something has a hold, and whoever is done waiting leaves no key."""
    for entry in WaitingEntry.objects.select_related("offer"):
        is_open = entry.state in (WaitingState.WAITING, WaitingState.OFFERED)
        assert (entry.open_key is not None) == is_open, entry.pk
        if entry.state == WaitingState.OFFERED:
            assert entry.offer is not None
            assert entry.offer.state == "held", f"entry {entry.pk} is offered {entry.offer.state}"
