"""What goes with a class that moves: bikes, holds, extras, its place and its price."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.bookings.classes import book, claims_of, lanes, live, ride, visit, who, yoga
from tests.bookings.times import at

from bookable.bookings.cancel import cancel
from bookable.bookings.hold import hold
from bookable.bookings.move_session import move_session
from bookable.bookings.open_session import open_session
from bookable.errors import SlotTaken
from bookable.models import Claim, Offering
from bookable.testing import (
    make_customer,
    make_duration_choice,
    make_extra,
    make_location,
    make_need,
    make_offering,
    make_provider,
    make_service,
)
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


def test_each_rider_has_bikes_of_their_own_at_the_new_time() -> None:
    service = ride(bikes=4)
    first, second = book(service, at("10:00"), seats=2), book(service, at("10:00"))
    move_session(first.session, start=at("14:00"))
    assert len(claims_of(first)) == 2
    assert len(claims_of(second)) == 1
    assert not set(claims_of(first)) & set(claims_of(second))
    assert {claim.start for claim in live(first.session)} == {at("14:00")}


def test_each_rider_has_a_bike_and_a_helmet_at_the_new_time() -> None:
    service = ride(bikes=4, helmets=4)
    bookings = [book(service, at("10:00"), seats=2) for _ in range(2)]
    move_session(bookings[0].session, start=at("14:00"))
    for booking in bookings:
        assert [name for name, _unit in claims_of(booking)] == ["Bikes"] * 2 + ["Helmets"] * 2


def test_a_class_is_not_moved_to_where_there_are_too_few_bikes() -> None:
    service = ride(bikes=4)
    other = make_service("Tour", slot_interval=60)
    make_need(other, who("Bikes"), quantity=2)
    book(other, at("14:00"))
    booking = book(service, at("10:00"), seats=3)
    with pytest.raises(SlotTaken):
        move_session(booking.session, start=at("14:00"))
    assert len(claims_of(booking)) == 3


def test_an_empty_class_can_be_moved() -> None:
    session = open_session(ride(), at("10:00"))
    move_session(session, start=at("14:00"))
    assert lanes(session) == [("Ann", 0)]
    assert live(session).get().start == at("14:00")


def test_what_was_only_held_is_still_held_no_longer_than_before() -> None:
    service = ride()
    held = hold(service, at("10:00"), customer=make_customer())
    move_session(held.session, start=at("14:00"))
    assert [claim.expires_at for claim in live(held.session)] == [held.expires_at] * 2
    firm = book(service, at("14:00"))
    move_session(held.session, start=at("15:00"))
    until = {claim.booking_id: claim.expires_at for claim in live(held.session)}
    assert until == {None: None, held.pk: held.expires_at, firm.pk: None}


def test_the_seats_of_a_hold_that_has_run_out_stay_behind(clock: FrozenClock) -> None:
    service = yoga()
    held, firm = hold(service, at("10:00"), customer=make_customer()), book(service, at("10:00"))
    clock.tick(timedelta(minutes=10))
    session = move_session(firm.session, start=at("14:00"))
    assert session.seats_taken == 1
    assert not held.history.filter(verb="move_session").exists()


def test_those_who_have_left_are_not_told() -> None:
    service = yoga()
    gone, stays = book(service, at("10:00")), book(service, at("10:00"))
    cancel(gone)
    move_session(stays.session, start=at("14:00"))
    assert not gone.history.filter(verb="move_session").exists()


def test_a_class_keeps_its_length_whatever_is_offered_by_now() -> None:
    service = yoga()
    choice = make_duration_choice(service, 90)
    booking = book(service, at("10:00"), duration=90)
    choice.delete()
    session = move_session(booking.session, start=at("14:00"))
    assert session.end == at("15:30")


def test_the_time_that_extras_take_goes_with_it() -> None:
    service = yoga()
    make_extra(service, slug="mat", minutes=15)
    booking = book(service, at("10:00"), extras=["mat"])
    session = move_session(booking.session, start=at("14:00"))
    assert session.end == at("15:15")
    with pytest.raises(SlotTaken):
        hold(service, at("15:00"), customer=make_customer())


def test_a_class_that_is_larger_than_its_service_is_moved_whole() -> None:
    service = ride(bikes=6, capacity=2)
    session = open_session(service, at("10:00"), capacity=5)
    book(service, at("10:00"), seats=5)
    move_session(session, start=at("14:00"))
    assert len(lanes(session)) == 6


def test_there_must_be_enough_of_every_extra_at_the_new_time() -> None:
    service = yoga("Ann", "Bob")
    make_extra(service, slug="mat", stock=3)
    book(service, at("14:00"), provider=who("Bob"), extras=["mat"])
    bookings = [book(service, at("10:00"), provider=who("Ann"), extras=["mat"]) for _ in range(3)]
    with pytest.raises(SlotTaken):
        move_session(bookings[0].session, start=at("14:00"))
    cancel(bookings[0])
    move_session(bookings[1].session, start=at("14:00"))


def test_the_extras_of_the_class_itself_are_not_in_its_way() -> None:
    service = yoga(slot_interval=30)
    make_extra(service, slug="mat", stock=1)
    booking = book(service, at("10:00"), extras=["mat"])
    assert move_session(booking.session, start=at("10:30")).start == at("10:30")


def test_a_class_stays_at_its_place() -> None:
    north, south = make_location("North"), make_location("South")
    service = make_service("Yoga", capacity=10)
    make_provider("Ann", offers=service, location=north)
    make_provider("Bob", offers=service, location=south)
    booking = book(service, at("10:00"), provider=who("Ann"))
    with pytest.raises(SlotTaken):
        move_session(booking.session, provider=who("Bob"))
    assert move_session(booking.session, start=at("11:00")).location == north


def test_the_distance_to_universal_time_is_that_of_the_new_day() -> None:
    service = yoga(zone="Europe/Berlin")
    booking = book(service, at("10:00", 29))
    assert booking.session.utc_offset == 3600
    assert move_session(booking.session, start=at("10:00", 31)).utc_offset == 7200


def test_what_it_costs_stays() -> None:
    service = yoga("Ann", "Bob")
    Offering.objects.filter(provider__name="Bob").update(price=9000)
    booking = book(service, at("10:00"), provider=who("Ann"))
    cost = booking.cost
    move_session(booking.session, provider=who("Bob"))
    assert booking.cost == cost


def test_limits_of_the_day_count_the_class_where_it_will_be() -> None:
    service = yoga(max_per_day=1)
    booking = book(service, at("10:00"))
    book(service, at("10:00", 6))
    assert move_session(booking.session, start=at("12:00")).start == at("12:00")
    with pytest.raises(SlotTaken):
        move_session(booking.session, start=at("12:00", 6))


def test_what_stands_beside_it_in_a_visit_has_its_buffers_back() -> None:
    service, massage = yoga(buffer_after=10), make_service("Massage", buffer_before=15)
    make_offering(massage, who("Ann"))
    first, second = visit((service, at("10:00")), (massage, at("11:00")))
    move_session(first.session, start=at("14:00"))
    assert live(second.session).get().start == at("10:45")


def test_what_stands_beside_it_in_a_visit_leaves_it_the_time_that_it_keeps() -> None:
    service, massage = yoga(slot_interval=15), make_service("Massage", buffer_before=15)
    make_offering(massage, who("Ann"))
    first, second = visit((service, at("10:00")), (massage, at("11:00")))
    move_session(first.session, start=at("09:45"))
    claims = sorted((claim.start, claim.end) for claim in Claim.objects.filter(released_at=None))
    assert claims == [(at("09:45"), at("10:45")), (at("11:00"), at("12:00"))]
    assert second.session.start == at("11:00")
