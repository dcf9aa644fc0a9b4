"""A class moves with everybody in it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.bookings.classes import book, lanes, live, user, who, yoga
from tests.bookings.times import at

from bookable.bookings.move_session import move_session
from bookable.errors import SlotTaken
from bookable.models import Booking, BookingEvent, Claim, Offering, Session
from bookable.signals import booking_rescheduled
from bookable.testing import make_need, make_provider, make_service, make_time_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


def test_everybody_in_a_class_moves_with_it() -> None:
    service = yoga()
    bookings = [book(service, at("10:00"), seats=2) for _ in range(2)]
    session = move_session(bookings[0].session, start=at("14:00"))
    assert (session.start, session.end) == (at("14:00"), at("15:00"))
    assert [one.session for one in Booking.objects.all()] == [session, session]
    session.refresh_from_db()
    assert session.seats_taken == 4
    (claim,) = live(session)
    assert (claim.start, claim.end, claim.expires_at) == (at("14:00"), at("15:00"), None)


def test_the_time_that_a_class_leaves_is_free() -> None:
    service = yoga()
    booking = book(service, at("10:00"))
    move_session(booking.session, start=at("14:00"))
    assert book(service, at("10:00")).session != booking.session


def test_every_booking_tells_that_it_was_moved_from_where_to_where() -> None:
    service, staff = yoga(), user("change_session")
    bookings = [book(service, at("10:00")) for _ in range(2)]
    session = bookings[0].session
    move_session(session, start=at("14:00"), by=staff, reason="room", comment="The room is wet.")
    for booking in bookings:
        event = booking.history.last()
        assert event is not None
        assert (event.verb, event.before, event.after) == ("move_session", "confirmed", "confirmed")
        assert (event.by, event.reason, event.comment) == (staff, "room", "The room is wet.")
        place = {"session": str(session.uuid), "seats": 1}
        assert event.data == {
            **place,
            "start": at("14:00").isoformat(),
            "before": {**place, "start": at("10:00").isoformat()},
        }


def test_the_site_is_told_of_everybody(django_capture_on_commit_callbacks: Any) -> None:
    service, told = yoga(), []
    bookings = [book(service, at("10:00")) for _ in range(2)]

    def receiver(**sent: object) -> None:
        told.append(sent["booking"])

    booking_rescheduled.connect(receiver)
    with django_capture_on_commit_callbacks(execute=True):
        move_session(bookings[0].session, start=at("14:00"))
    booking_rescheduled.disconnect(receiver)
    assert told == bookings


def test_a_class_may_overlap_its_own_old_time() -> None:
    booking = book(yoga(slot_interval=30, buffer_after=15), at("10:00"))
    session = move_session(booking.session, start=at("10:30"))
    assert session.start == at("10:30")
    assert live(session).get().end == at("11:45")


def test_a_class_cannot_be_moved_to_where_its_teacher_is_taken() -> None:
    service = yoga("Ann", "Bob")
    booking = book(service, at("10:00"), provider=who("Ann"))
    other = book(service, at("14:00"), provider=who("Ann"))
    with pytest.raises(SlotTaken):
        move_session(booking.session, start=at("14:00"))
    session = Session.objects.get(pk=booking.session_id)
    assert (session.start, lanes(session)) == (at("10:00"), [("Ann", 0)])
    assert BookingEvent.objects.filter(verb="move_session").count() == 0
    assert other.session != session


def test_a_class_is_given_to_another_teacher_at_the_same_time() -> None:
    service = yoga("Ann", "Bob")
    booking = book(service, at("10:00"), provider=who("Ann"))
    session = move_session(booking.session, provider=who("Bob"))
    assert session.start == at("10:00")
    assert lanes(session) == [("Bob", 0)]


def test_a_class_is_given_to_anybody_who_is_free() -> None:
    service = yoga("Ann", "Bob")
    booking = book(service, at("10:00"), provider=who("Ann"))
    make_time_off(who("Ann"), at("00:00"), at("23:00"))
    with pytest.raises(SlotTaken):
        move_session(booking.session, start=at("11:00"))
    assert lanes(move_session(booking.session, provider=None)) == [("Bob", 0)]


def test_whoever_had_chosen_the_teacher_has_the_new_one_from_now_on() -> None:
    service = yoga("Ann", "Bob")
    chose = book(service, at("10:00"), provider=who("Ann"))
    did_not = book(service, at("10:00"))
    move_session(chose.session, provider=who("Bob"))
    asked = [Booking.objects.get(pk=one.pk).asked.get("provider") for one in (chose, did_not)]
    assert asked == [who("Bob").pk, None]


def test_a_class_that_stays_where_it_is_records_nothing() -> None:
    booking = book(yoga("Ann", "Bob"), at("10:00"), provider=who("Ann"))
    before = Claim.objects.get().pk
    for change in ({}, {"start": at("10:00")}, {"provider": who("Ann")}):
        move_session(booking.session, **change)
    assert not BookingEvent.objects.filter(verb="move_session").exists()
    assert live(booking.session).get().pk == before


def test_a_class_whose_teacher_is_named_again_stays_in_its_room() -> None:
    service = make_service("Yoga", capacity=10)
    make_need(service, make_provider("Ann"))
    make_need(service, *(make_provider(f"Room {number}") for number in range(20)))
    booking = book(service, at("10:00"))
    before = lanes(booking.session)
    assert lanes(move_session(booking.session, provider=who("Ann"))) == before


def test_whoever_gives_it_gives_it_again_if_anybody_may() -> None:
    booking = book(yoga("Ann"), at("10:00"))
    move_session(booking.session, provider=None)
    assert not BookingEvent.objects.filter(verb="move_session").exists()


def test_a_teacher_who_does_not_offer_it_any_more_is_not_replaced_in_silence() -> None:
    service = yoga("Ann", "Bob")
    booking = book(service, at("10:00"), provider=who("Ann"))
    Offering.objects.filter(provider=who("Ann")).delete()
    with pytest.raises(SlotTaken) as refused:
        move_session(booking.session, start=at("14:00"))
    assert [reason.code for reason in refused.value.reasons] == ["not_offered"]
