"""Seats of a booking are given back, and others can have them."""

from __future__ import annotations

import pytest
from tests.bookings.classes import book, lanes, live, ride, user, yoga
from tests.bookings.prices import euros
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.hold import hold
from bookable.bookings.remove_seats import remove_seats
from bookable.errors import InvalidSeats
from bookable.models import Booking, BookingEvent, Session
from bookable.money import Money
from bookable.testing import make_customer, make_extra, make_waiting_entry
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


LATE = {"cancellation": {"free_minutes": None, "late_percent": 50}}


def agreed(booking: Booking, policy: dict[str, object]) -> Booking:
    Booking.objects.filter(pk=booking.pk).update(policy=policy)
    booking.refresh_from_db()
    return booking


def test_removed_seats_are_free_and_given_back() -> None:
    booking = book(yoga(), at("10:00"), seats=3)
    remove_seats(booking, 2)
    assert (booking.seats, booking.session.seats_taken) == (1, 1)
    assert booking.cost == euros(20)
    assert booking.order.total == euros(20)


def test_one_seat_stays_at_least() -> None:
    booking = book(yoga(), at("10:00"), seats=2)
    for seats in (2, 3):
        with pytest.raises(InvalidSeats, match="cancel the booking"):
            remove_seats(booking, seats)


def test_a_customer_loses_the_share_of_what_cancelling_costs() -> None:
    booking = agreed(book(yoga(), at("10:00"), seats=4), LATE)
    remove_seats(booking, 1, by=GUEST)
    assert booking.order.total == euros(70)
    assert booking.cost == euros(60)


def test_what_was_lost_for_seats_is_not_given_back_later() -> None:
    booking = agreed(book(yoga(), at("10:00"), seats=2), LATE)
    remove_seats(booking, 1, by=GUEST)
    cancel(booking, by=GUEST)
    assert booking.order.total == euros(20)


def test_the_business_gives_seats_back_in_full() -> None:
    booking = agreed(book(yoga(), at("10:00"), seats=2), LATE)
    remove_seats(booking, 1, by=user("change_booking"))
    assert booking.order.total == euros(20)


def test_extras_stay_when_seats_go() -> None:
    service = yoga()
    make_extra(service, slug="mat", price=700)
    booking = agreed(book(service, at("10:00"), seats=2, extras=["mat"]), LATE)
    remove_seats(booking, 1, by=GUEST)
    assert booking.cost == euros(27)
    assert booking.order.total == euros(37)


def test_what_was_due_at_once_shrinks_with_the_seats() -> None:
    service = yoga(payment="deposit", deposit_percent=50)
    booking = hold(service, at("10:00"), customer=make_customer(), seats=4)
    assert booking.order.due_now == euros(40)
    assert remove_seats(booking, 1, by=GUEST).order.due_now == euros(30)


def test_what_was_lost_is_due_at_once_as_far_as_it_was_before() -> None:
    service = yoga(payment="deposit", deposit_percent=25)
    booking = agreed(book(service, at("10:00"), seats=2), LATE)
    remove_seats(booking, 1, by=GUEST)
    assert booking.order.due_now == euros(10)


def test_three_that_cost_ten_are_given_back_to_the_cent() -> None:
    service = yoga(price=333)
    booking = book(service, at("10:00"), seats=3)
    remove_seats(booking, 1)
    remove_seats(booking, 1)
    assert booking.cost == Money(333, "EUR")


def test_seats_that_cost_nothing_leave_no_trace_on_the_order() -> None:
    booking = book(yoga(price=0), at("10:00"), seats=2)
    lines = booking.order.lines.count()
    remove_seats(booking, 1)
    assert booking.order.lines.count() == lines


def test_the_bikes_of_removed_seats_are_free() -> None:
    service = ride(bikes=3, helmets=3)
    booking = book(service, at("10:00"), seats=3)
    remove_seats(booking, 2)
    assert [name for name, _unit in lanes(booking.session)] == ["Ann", "Bikes", "Helmets"]
    assert book(service, at("10:00"), seats=2).session == booking.session


def test_removed_seats_are_told_with_what_was_before() -> None:
    booking = agreed(book(yoga(), at("10:00"), seats=3), LATE)
    remove_seats(booking, 1, by=GUEST)
    event = booking.history.last()
    assert event is not None
    place = {"session": str(booking.session.uuid), "start": at("10:00").isoformat()}
    assert (event.verb, event.role) == ("remove_seats", "customer")
    assert event.data == {
        **place,
        "seats": 2,
        "before": {**place, "seats": 3},
        "refund": 1000,
        "fee": 1000,
    }


def test_the_names_of_those_who_stay_are_kept() -> None:
    names = ["Cleo", "Dan", "Eve"]
    service = yoga()
    first, second = (book(service, at("10:00"), seats=3, attendees=names) for _ in range(2))
    assert remove_seats(first, 1).attendees == ["Cleo", "Dan"]
    assert remove_seats(second, 1, attendees=["Cleo", "Eve"]).attendees == ["Cleo", "Eve"]


def test_somebody_who_waits_is_offered_the_seats() -> None:
    service = yoga(capacity=3)
    booking = book(service, at("10:00", 20), seats=3)
    entry = make_waiting_entry(service, at("00:00", 20), at("23:00", 20), seats=2)
    remove_seats(booking, 1)
    entry.refresh_from_db()
    assert entry.state == "waiting"
    remove_seats(booking, 1)
    entry.refresh_from_db()
    assert entry.offer is not None
    assert (entry.state, entry.offer.seats, entry.offer.session) == ("offered", 2, booking.session)
    assert live(booking.session).get().expires_at is None
    assert Session.objects.get().seats_taken == booking.session.seats_taken == 3


def test_somebody_who_waits_is_offered_the_seats_with_their_bikes() -> None:
    service = ride(bikes=3)
    booking = hold(service, at("10:00", 20), customer=make_customer(), seats=3)
    entry = make_waiting_entry(service, at("00:00", 20), at("23:00", 20), seats=2)
    remove_seats(booking, 2)
    entry.refresh_from_db()
    assert entry.offer is not None
    until = {claim.booking_id: claim.expires_at for claim in live(booking.session)}
    assert until == {
        None: entry.offer.expires_at,
        booking.pk: booking.expires_at,
        entry.offer.pk: entry.offer.expires_at,
    }
    assert live(booking.session).count() == 4


def test_no_seats_are_offered_once_it_has_begun(clock: FrozenClock) -> None:
    service = yoga(capacity=2)
    booking = book(service, at("10:00"), seats=2)
    entry = make_waiting_entry(service, at("00:00"), at("23:00"))
    clock.move_to(at("10:10"))
    remove_seats(booking, 1)
    entry.refresh_from_db()
    assert entry.state == "waiting"


def test_a_refusal_changes_nothing() -> None:
    booking = book(yoga(), at("10:00"), seats=2)
    events = BookingEvent.objects.count()
    with pytest.raises(InvalidSeats):
        remove_seats(booking, 2)
    assert BookingEvent.objects.count() == events
    assert Session.objects.get().seats_taken == 2
