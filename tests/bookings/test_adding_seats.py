"""Seats are added to a booking in the session that it has."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.bookings.classes import book, lanes, live, ride, user, who, yoga
from tests.bookings.prices import euros
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.add_seats import add_seats
from bookable.bookings.hold import hold
from bookable.conf import DEFAULT_RULES
from bookable.errors import NotAllowed, PriceChanged, SlotTaken
from bookable.models import Booking, Claim, LineKind, Offering, Session
from bookable.testing import make_customer, make_duration_choice, make_extra
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


def test_seats_are_added_in_the_session_of_the_booking() -> None:
    booking = book(yoga(), at("10:00"))
    session = booking.session
    assert add_seats(booking, 3).seats == 4
    session.refresh_from_db()
    assert (booking.session, session.seats_taken) == (session, 4)
    assert live(session).count() == 1


def test_added_seats_are_paid_for() -> None:
    service = yoga()
    make_extra(service, slug="mat", price=500)
    booking = add_seats(book(service, at("10:00"), extras=["mat"]), 2)
    assert booking.cost == euros(65)
    assert booking.order.total == euros(65)
    last = booking.order.lines.last()
    assert last is not None
    assert (last.kind, last.quantity, last.unit_amount) == (LineKind.SERVICE, 2, 2000)


def test_added_seats_cost_what_the_teacher_of_the_session_asks() -> None:
    service = yoga("Ann", "Bob")
    Offering.objects.filter(provider__name="Bob").update(price=5000)
    booking = book(service, at("10:00"), provider=who("Bob"))
    assert add_seats(booking, 1).cost == euros(100)


def test_added_seats_cost_what_the_chosen_length_does() -> None:
    service = yoga()
    make_duration_choice(service, 90, price=2700)
    make_extra(service, slug="tea", minutes=15)
    booking = book(service, at("10:00"), duration=90, extras=["tea"])
    assert add_seats(booking, 1).cost == euros(54)


def test_the_deposit_of_added_seats_is_due_at_once() -> None:
    service = yoga(payment="deposit", deposit=500)
    booking = hold(service, at("10:00"), customer=make_customer(), seats=2)
    assert add_seats(booking, 3).order.due_now == euros(25)


def test_a_price_that_has_changed_is_refused() -> None:
    service = yoga()
    booking = book(service, at("10:00"))
    service.price = 3000
    service.save()
    with pytest.raises(PriceChanged):
        add_seats(booking, 1, expected_price=euros(20))
    assert add_seats(booking, 1, expected_price=euros(30)).cost == euros(50)


def test_there_must_be_room() -> None:
    booking = book(yoga("Ann", "Bob", capacity=3), at("10:00"), seats=2)
    with pytest.raises(SlotTaken):
        add_seats(booking, 2)
    assert Booking.objects.get().seats == 2
    assert Session.objects.count() == 1
    assert add_seats(booking, 1).seats == 3


def test_the_seats_of_a_hold_that_has_run_out_can_be_had(clock: FrozenClock) -> None:
    service = yoga(capacity=3)
    booking = book(service, at("10:00"))
    other = hold(service, at("10:00"), customer=make_customer(), seats=2)
    clock.tick(timedelta(minutes=10))
    add_seats(booking, 2)
    other.refresh_from_db()
    assert other.freed_at is not None
    assert Session.objects.get().seats_taken == 3


def test_a_one_to_one_booking_stays_one() -> None:
    booking = book(yoga(capacity=1), at("10:00"))
    with pytest.raises(SlotTaken):
        add_seats(booking, 1)


def test_no_other_class_at_the_same_time_is_joined() -> None:
    service = yoga("Ann", "Bob", capacity=4)
    mine = book(service, at("10:00"), provider=who("Ann"))
    other = book(service, at("10:00"), provider=who("Bob"), seats=2)
    assert add_seats(mine, 2).session == mine.session
    with pytest.raises(SlotTaken):
        add_seats(mine, 2)
    other.session.refresh_from_db()
    assert other.session.seats_taken == 2


def test_each_added_seat_has_a_bike_of_its_own() -> None:
    service = ride(bikes=3)
    booking = book(service, at("10:00"))
    add_seats(booking, 2)
    assert lanes(booking.session) == [("Ann", 0), ("Bikes", 0), ("Bikes", 1), ("Bikes", 2)]
    assert Claim.objects.filter(booking=booking, expires_at=None).count() == 3
    with pytest.raises(SlotTaken):
        add_seats(booking, 1)


def test_the_bikes_of_seats_added_to_a_hold_are_held_as_long_as_it() -> None:
    booking = hold(ride(), at("10:00"), customer=make_customer())
    add_seats(booking, 1)
    assert {claim.expires_at for claim in live(booking.session)} == {booking.expires_at}


def test_added_seats_are_told_with_what_was_before() -> None:
    booking = book(yoga(), at("10:00"))
    staff = user("change_booking")
    add_seats(booking, 2, by=staff)
    event = booking.history.last()
    assert event is not None
    assert (event.verb, event.by, event.before, event.after) == (
        "add_seats",
        staff,
        "confirmed",
        "confirmed",
    )
    place = {"session": str(booking.session.uuid), "start": at("10:00").isoformat()}
    before = {**place, "seats": 1}
    assert event.data == {**place, "seats": 3, "before": before, "price": 4000}


def test_those_who_come_along_are_named() -> None:
    booking = book(yoga(), at("10:00"), attendees=["Cleo"])
    assert add_seats(booking, 1, attendees=["Dan"]).attendees == ["Cleo", "Dan"]
    event = booking.history.last()
    assert event is not None
    assert "Dan" not in str(event.data)


def test_more_seats_are_no_more_bookings(settings: pytest.FixtureRequest) -> None:
    booking = book(yoga(max_per_customer=1), at("10:00"))
    assert add_seats(booking, 1, by=GUEST).seats == 2


def test_seats_are_added_though_the_site_has_no_limit_a_customer(settings: object) -> None:
    rules = [rule for rule in DEFAULT_RULES if "CustomerLimit" not in rule]
    settings.BOOKABLE = {"RULESETS": {"default": rules}}  # type: ignore[attr-defined]
    assert add_seats(book(yoga(), at("10:00")), 1).seats == 2


def test_notice_is_kept_by_customers_and_overridden_by_those_who_may(clock: FrozenClock) -> None:
    booking = book(yoga(min_notice=60), at("10:00"))
    clock.move_to(at("09:30"))
    with pytest.raises(SlotTaken):
        add_seats(booking, 1, by=GUEST)
    with pytest.raises(NotAllowed):
        add_seats(booking, 1, by=GUEST, override=["notice"])
    staff = user("change_booking", "override_rules")
    assert add_seats(booking, 1, by=staff, override=["notice"]).seats == 2
    event = booking.history.last()
    assert event is not None
    assert event.data["override"] == ["notice"]
