"""Who is there, and who has lost the place by not being there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.bookings.classes import book, lanes, live, ride, user, visit, who, yoga
from tests.bookings.times import at

from bookable.bookings import free_unchecked as module
from bookable.bookings.actors import GUEST
from bookable.bookings.check_in import check_in
from bookable.bookings.complete import complete
from bookable.bookings.free_unchecked import free_unchecked
from bookable.bookings.hold import hold
from bookable.bookings.open_session import open_session
from bookable.errors import IllegalTransition, NotAllowed, TooEarly
from bookable.models import Booking, BookingEvent, Session, State
from bookable.money import Money
from bookable.testing import (
    make_customer,
    make_offering,
    make_service,
    make_waiting_entry,
)
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


# -- checking in


def test_somebody_checks_in_from_an_hour_before_the_start_on(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("09:00") - timedelta(seconds=1))
    with pytest.raises(TooEarly, match="too early to check in"):
        check_in(booking, by=GUEST)
    clock.move_to(at("09:00"))
    assert check_in(booking, by=GUEST).checked_in_at == at("09:00")
    booking.refresh_from_db()
    assert (booking.checked_in_at, booking.state) == (at("09:00"), State.CONFIRMED)


def test_checking_in_is_told(clock: FrozenClock) -> None:
    booking, staff = book(yoga(), at("10:00")), user("change_booking")
    clock.move_to(at("10:05"))
    check_in(booking, by=staff)
    event = booking.history.last()
    assert event is not None
    assert (event.verb, event.by, event.role) == ("check_in", staff, "staff")


def test_whoever_is_there_already_checks_in_once(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("09:30"))
    check_in(booking)
    events = BookingEvent.objects.count()
    clock.move_to(at("10:00"))
    assert check_in(booking).checked_in_at == at("09:30")
    complete(booking)
    assert check_in(booking).checked_in_at == at("09:30")
    assert BookingEvent.objects.count() == events + 1


def test_only_what_is_confirmed_is_checked_in() -> None:
    service = yoga(requires_approval=True)
    held = hold(service, at("09:00", 4), customer=make_customer())
    requested = hold(service, at("09:00", 4), customer=make_customer()).request()
    for booking in (held, requested):
        with pytest.raises(IllegalTransition):
            check_in(booking)


def test_nobody_checks_in_for_others(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("10:00"))
    with pytest.raises(NotAllowed):
        check_in(booking, by=user())


# -- losing the place


def test_whoever_has_not_checked_in_in_time_did_not_come(clock: FrozenClock) -> None:
    booking = book(yoga(check_in_minutes=15), at("10:00"))
    clock.move_to(at("10:15") - timedelta(seconds=1))
    assert free_unchecked() == 0
    clock.move_to(at("10:15"))
    assert free_unchecked() == 1
    booking.refresh_from_db()
    event = booking.history.last()
    assert event is not None
    assert (booking.state, booking.freed_at) == (State.NO_SHOW, at("10:15"))
    assert (event.verb, event.reason, event.role) == ("mark_no_show", "not_checked_in", "system")
    assert free_unchecked() == 0


def test_the_rest_of_the_time_is_free(clock: FrozenClock) -> None:
    service = yoga(check_in_minutes=15, capacity=1)
    booking = book(service, at("10:00"))
    quick = make_service("Quick", duration=15, slot_interval=15)
    make_offering(quick, who("Ann"))
    clock.move_to(at("10:15"))
    free_unchecked()
    assert live(booking.session).count() == 0
    assert hold(quick, at("10:30"), customer=make_customer()).pk


def test_those_who_came_keep_their_class(clock: FrozenClock) -> None:
    service = ride(check_in_minutes=15)
    came, did_not = book(service, at("10:00")), book(service, at("10:00"), seats=2)
    clock.move_to(at("10:00"))
    check_in(came)
    clock.move_to(at("10:15"))
    assert free_unchecked() == 1
    session = Session.objects.get()
    assert (session.seats_taken, session.released_at) == (1, None)
    assert lanes(session) == [("Ann", 0), ("Bikes", 0)]
    did_not.refresh_from_db()
    assert did_not.state == State.NO_SHOW


def test_a_class_that_staff_opened_goes_on_though_nobody_came(clock: FrozenClock) -> None:
    service = yoga(check_in_minutes=15)
    session = open_session(service, at("10:00"))
    book(service, at("10:00"))
    clock.move_to(at("10:15"))
    free_unchecked()
    session.refresh_from_db()
    assert (session.released_at, session.seats_taken) == (None, 0)


def test_not_checking_in_costs_what_was_agreed_for_not_coming(clock: FrozenClock) -> None:
    booking = book(yoga(check_in_minutes=15), at("10:00"))
    Booking.objects.update(policy={"no_show": {"fee_percent": 25}})
    clock.move_to(at("10:15"))
    free_unchecked()
    assert booking.cost == Money(500, "EUR")


def test_somebody_who_came_after_all_is_completed_without_a_place(clock: FrozenClock) -> None:
    booking = book(yoga(check_in_minutes=15), at("10:00"))
    cost = booking.cost
    clock.move_to(at("10:15"))
    free_unchecked()
    assert complete(booking).state == State.COMPLETED
    assert booking.cost == cost


def test_nobody_loses_a_place_in_what_is_over(clock: FrozenClock) -> None:
    book(yoga(check_in_minutes=15), at("10:00"))
    clock.move_to(at("11:00"))
    assert free_unchecked() == 0


def test_nobody_has_to_check_in_where_nothing_says_so(clock: FrozenClock) -> None:
    book(yoga(), at("10:00"))
    clock.move_to(at("10:30"))
    assert free_unchecked() == 0


def test_the_time_to_check_in_is_that_of_each_service(clock: FrozenClock) -> None:
    soon, late = yoga(check_in_minutes=0), yoga(check_in_minutes=30)
    first, _second = book(soon, at("10:00")), book(late, at("10:00"))
    clock.move_to(at("10:10"))
    assert free_unchecked() == 1
    first.refresh_from_db()
    assert first.state == State.NO_SHOW


def test_no_more_are_freed_at_once_than_is_said(clock: FrozenClock) -> None:
    service = yoga(check_in_minutes=15)
    for _ in range(3):
        book(service, at("10:00"))
    clock.move_to(at("10:15"))
    assert [free_unchecked(limit=2) for _ in range(3)] == [2, 1, 0]


def test_those_who_need_not_be_freed_keep_nobody_from_being(clock: FrozenClock) -> None:
    over = book(yoga(check_in_minutes=0, duration=15), at("09:00"))
    late = book(yoga(check_in_minutes=50, duration=120), at("09:00"))
    there = book(yoga(check_in_minutes=0, duration=120), at("09:00"))
    missing = book(yoga(check_in_minutes=0), at("09:00"))
    clock.move_to(at("09:00"))
    check_in(there)
    clock.move_to(at("09:20"))
    assert free_unchecked(limit=1) == 1
    states = [Booking.objects.get(pk=one.pk).state for one in (over, late, there, missing)]
    assert states == [State.CONFIRMED] * 3 + [State.NO_SHOW]


def test_whether_somebody_is_missing_is_decided_under_the_lock(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = yoga(check_in_minutes=15)
    there, missing = book(service, at("10:00")), book(service, at("10:00"))
    monkeypatch.setattr(module, "_missing", lambda *_: [there.uuid, missing.uuid])
    clock.move_to(at("10:14"))
    check_in(there)
    assert free_unchecked() == 0
    clock.move_to(at("11:00"))
    assert free_unchecked() == 0
    clock.move_to(at("10:15"))
    assert free_unchecked() == 1


def test_nobody_who_waits_is_offered_the_rest(clock: FrozenClock) -> None:
    service = yoga(check_in_minutes=15, capacity=1)
    open_session(service, at("10:00"))
    book(service, at("10:00"))
    entry = make_waiting_entry(service, at("00:00"), at("23:00"))
    clock.move_to(at("10:15"))
    free_unchecked()
    entry.refresh_from_db()
    assert entry.state == "waiting"


def test_what_follows_in_a_visit_stands_and_has_its_buffers_back(clock: FrozenClock) -> None:
    service = yoga(check_in_minutes=15, buffer_after=10)
    massage = make_service("Massage", buffer_before=15)
    make_offering(massage, who("Ann"))
    _first, second = visit((service, at("10:00")), (massage, at("11:00")))
    clock.move_to(at("10:15"))
    assert free_unchecked() == 1
    assert live(second.session).get().start == at("10:45")
