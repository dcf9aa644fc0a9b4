"""Whose seats can be changed, by whom and until when, and what comes between."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.bookings.classes import book, user, yoga
from tests.bookings.times import at

from bookable.bookings import add_seats as module
from bookable.bookings.actors import GUEST
from bookable.bookings.add_seats import add_seats
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.complete import complete
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.moving import bookings as moving
from bookable.bookings.remove_seats import remove_seats
from bookable.bookings.reschedule import reschedule
from bookable.bookings.steps.locks import lock_bookings_of
from bookable.errors import (
    HoldExpired,
    IllegalTransition,
    InvalidQuery,
    InvalidSeats,
    NotAllowed,
    TooLate,
    TryAgain,
)
from bookable.models import Booking, Session
from bookable.testing import make_customer
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


@pytest.mark.parametrize("seats", [0, -1, True, 1.5])
def test_so_many_seats_cannot_be_added_or_removed(seats: int) -> None:
    booking = book(yoga(), at("10:00"), seats=5)
    for verb in (add_seats, remove_seats):
        with pytest.raises(InvalidSeats):
            verb(booking, seats)


def test_only_ones_own_booking_is_changed() -> None:
    owner, stranger = user(email="cleo@example.com"), user()
    booking = confirm(hold(yoga(), at("10:00"), customer=owner, seats=3))
    for verb in (add_seats, remove_seats):
        with pytest.raises(NotAllowed):
            verb(booking, 1, by=stranger)
        assert verb(booking, 1, by=owner)


def test_seats_of_what_has_ended_stay_as_they_are(clock: FrozenClock) -> None:
    service = yoga()
    cancelled = cancel(book(service, at("10:00"), seats=2))
    held = hold(service, at("10:00"), customer=make_customer(), seats=2)
    done = book(service, at("09:00"), seats=2)
    clock.move_to(at("09:30"))
    complete(done)
    for verb in (add_seats, remove_seats):
        for booking in (cancelled, done):
            with pytest.raises(IllegalTransition):
                verb(booking, 1)
        with pytest.raises(HoldExpired):
            verb(held, 1)


def test_a_hold_that_runs_out_at_this_very_moment_gets_no_more_seats(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = yoga()
    book(service, at("10:00"))
    held = hold(service, at("10:00"), customer=make_customer())

    def late(*known: object, **using: object) -> list[Booking]:
        found = lock_bookings_of(*known, **using)  # type: ignore[arg-type]
        monkeypatch.setattr(module, "check_seats_can_change", lambda *_: None)
        clock.tick(timedelta(minutes=10))
        return found

    monkeypatch.setattr(module, "lock_bookings_of", late)
    with pytest.raises(HoldExpired):
        add_seats(held, 1)
    assert Session.objects.get().seats_taken == 2


def test_once_it_has_begun_a_customer_changes_nothing(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"), seats=2)
    clock.move_to(at("10:00"))
    for verb in (add_seats, remove_seats):
        with pytest.raises(TooLate):
            verb(booking, 1, by=GUEST)
    assert remove_seats(booking, 1).seats == 1


def test_no_seats_are_added_in_a_class_that_was_cancelled() -> None:
    booking = book(yoga(), at("10:00"))
    cancel_session(booking.session)
    with pytest.raises(IllegalTransition):
        add_seats(booking, 1)


def test_a_booking_that_was_moved_meanwhile_gets_its_seats_where_it_is_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = yoga("Ann", "Bob")
    outdated, _stays = book(service, at("10:00")), book(service, at("10:00"))
    old, plain, reads = Booking.objects.get(pk=outdated.pk), module.found, []
    old.session  # noqa: B018 - read while it is there
    reschedule(outdated, at("14:00"))

    def found(booking: Booking, using: str) -> Booking:
        reads.append(booking)
        return old if len(reads) == 1 else plain(booking, using)

    monkeypatch.setattr(module, "found", found)
    assert add_seats(outdated, 1).session.start == at("14:00")
    assert len(reads) == 2


def test_a_booking_is_not_moved_with_fewer_seats_than_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = yoga()
    booking = book(service, at("10:00"))
    outdated = moving.found(booking, "default")
    add_seats(booking, 2)
    monkeypatch.setattr(moving, "found", lambda *_: outdated)
    with pytest.raises(TryAgain):
        reschedule(booking, at("14:00"))
    monkeypatch.undo()
    assert reschedule(booking, at("14:00")).session.seats_taken == 3


def test_moving_a_booking_does_not_change_its_seats() -> None:
    booking = book(yoga(), at("10:00"))
    with pytest.raises(InvalidQuery, match="Moving a booking"):
        reschedule(booking, at("14:00"), seats=2)
