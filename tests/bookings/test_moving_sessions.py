"""A class moves with everybody in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.bookings.classes import book, lanes, live, ride, user, visit, who, yoga
from tests.bookings.times import at

from bookable.bookings import move_session as module
from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.hold import hold
from bookable.bookings.move_session import move_session
from bookable.bookings.open_session import open_session
from bookable.bookings.taking.seat_lanes import shares
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.candidates import Candidate, NeedOf
from bookable.errors import NotAllowed, SessionReleased, SlotTaken, TooLate
from bookable.models import Booking, BookingEvent, Claim, Offering, Session
from bookable.schedule.models import TimeOff
from bookable.signals import booking_rescheduled
from bookable.testing import (
    assert_never_double_booked,
    make_customer,
    make_duration_choice,
    make_extra,
    make_location,
    make_need,
    make_offering,
    make_provider,
    make_service,
    make_time_off,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_order(clock: FrozenClock) -> Iterator[None]:
    """Whatever happened, nothing is booked twice and every history leads to what is now."""
    yield
    assert_never_double_booked()


def claims_of(booking: Booking) -> list[tuple[str, int]]:
    mine = Claim.objects.filter(booking=booking, released_at=None)
    return sorted(mine.values_list("provider__name", "unit"))


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


# -- what goes with it


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


# -- who may, and when


def test_only_those_who_plan_classes_move_them() -> None:
    booking = book(yoga(), at("10:00"))
    for somebody in (GUEST, user("change_booking")):
        with pytest.raises(NotAllowed):
            move_session(booking.session, start=at("11:00"), by=somebody)
    move_session(booking.session, start=at("11:00"), by=user("change_session"))


def test_rules_are_overridden_by_those_who_may() -> None:
    booking, late = book(yoga(), at("10:00")), {"start": at("20:00"), "override": ["outside_hours"]}
    with pytest.raises(SlotTaken):
        move_session(booking.session, start=at("20:00"))
    with pytest.raises(NotAllowed):
        move_session(booking.session, by=user("change_session"), **late)
    staff = user("change_session", "override_rules")
    assert move_session(booking.session, by=staff, **late).start == at("20:00")
    event = booking.history.last()
    assert event is not None
    assert event.data["override"] == ["outside_hours"]


def test_a_class_that_has_begun_is_not_moved(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("10:00"))
    with pytest.raises(TooLate):
        move_session(booking.session, start=at("14:00"))


def test_a_class_that_was_cancelled_is_not_moved() -> None:
    booking = book(yoga(), at("10:00"))
    cancel_session(booking.session)
    with pytest.raises(SessionReleased):
        move_session(booking.session, start=at("14:00"))


def test_somebody_who_joins_meanwhile_moves_with_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = ride()
    first, second = book(service, at("10:00")), book(service, at("10:00"), seats=2)
    plain, reads = module.wish_to_move, []

    def outdated_at_first(*of: Any) -> Wish:
        wish = plain(*of)
        reads.append(wish.asked["seats"])
        # the first is without a lock and before the transaction, the second begins it
        is_early = len(reads) == 2
        return replace(wish, asked={**wish.asked, "seats": 1}) if is_early else wish

    monkeypatch.setattr(module, "wish_to_move", outdated_at_first)
    session = move_session(first.session, start=at("14:00"))
    assert len(reads) == 5
    assert {claim.start for claim in live(session)} == {at("14:00")}
    assert len(claims_of(second)) == 2


def test_time_off_at_the_old_time_keeps_nothing_from_moving() -> None:
    booking = book(yoga(), at("10:00"))
    make_time_off(who("Ann"), at("09:00"), at("11:00"))
    assert TimeOff.objects.count() == 1
    assert move_session(booking.session, start=at("14:00")).start == at("14:00")


# -- lanes of single seats


def need(*providers: int, quantity: int | None = 1) -> NeedOf:
    known = {one.pk: one for one in (make_provider(f"P{key}", pk=key) for key in providers)}
    return NeedOf(tuple(Candidate(known[key]) for key in providers), quantity, per_seat=True)


def test_each_seat_gets_one_of_each_need() -> None:
    assert shares([need(101), need(102)], [101, 102, 101, 102], 2) == [[0, 1], [2, 3]]


def test_a_lane_that_two_needs_could_have_goes_to_the_one_that_has_no_other() -> None:
    wide = need(101, 102)
    narrow = NeedOf(wide.candidates[:1], 1, per_seat=True)
    assert shares([wide, narrow], [101, 102], 1) == [[0, 1]]
    assert [len(share) for share in shares([wide, narrow], [101, 101, 102, 102], 2)] == [2, 2]


def test_what_no_need_asks_for_any_more_is_dealt_out_evenly() -> None:
    assert shares([], [101, 101, 102], 2) == [[0, 2], [1]]


def test_all_of_a_need_go_to_every_seat() -> None:
    assert shares([need(101, 102, quantity=None)], [101, 102, 102, 101], 2) == [[0, 1], [2, 3]]


def test_a_need_of_two_gives_two_to_every_seat() -> None:
    assert shares([need(101, quantity=2), need(102)], [101, 101, 102, 101, 101, 102], 2) == [
        [0, 1, 2],
        [3, 4, 5],
    ]


def test_what_all_seats_share_is_nobodys_own() -> None:
    wide = need(101, 102)
    shared = NeedOf(wide.candidates[:1], 1)
    assert shares([shared, wide], [101, 102], 2) == [[0], [1]]
