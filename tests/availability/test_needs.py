"""What a service takes: one of several, some, all, staff and room, for each seat, at one place."""

from __future__ import annotations

import pytest
from tests.availability.times import MINUTE, at, names, times

from bookable.catalog.models import Offering, Provider, Service
from bookable.testing import (
    make_busy_time,
    make_location,
    make_need,
    make_pool,
    make_provider,
    make_service,
    make_session,
    set_weekly_hours,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]


@pytest.fixture
def service() -> Service:
    return make_service()


def busy(provider: Provider, start: str, end: str) -> None:
    make_busy_time(provider, at(start), at(end))


def test_a_service_that_nobody_offers_is_never_free(service: Service) -> None:
    make_provider("Ann")
    assert times(service) == []
    assert [reason.code for reason in service.explain(at("10:00"))] == ["no_provider"]


def test_one_of_several_is_free_when_any_of_them_is(service: Service) -> None:
    make_provider("Ann", offers=service, hours=["09:00-11:00"])
    make_provider("Bob", offers=service, hours=["10:00-12:00"])
    assert times(service) == ["09:00", "10:00", "11:00"]
    assert names(service, "10:00") == ["Ann", "Bob"]
    assert names(service, "11:00") == ["Bob"]


def test_staff_and_room_that_are_never_free_together_are_never_offered(service: Service) -> None:
    ann = make_provider("Ann", hours=["09:00-12:00"])
    room = make_provider("Room", hours=["12:00-15:00"])
    make_need(service, ann)
    make_need(service, room)
    assert times(service) == []
    assert service.explain(at("10:00"))


def test_staff_and_room_are_offered_while_both_are_free(service: Service) -> None:
    ann, room = make_provider("Ann"), make_provider("Room", hours=["11:00-13:30"])
    make_need(service, ann)
    make_need(service, room)
    assert times(service) == ["11:00", "12:00"]


def test_one_person_in_both_pools_can_not_fill_both_places(service: Service) -> None:
    ann, bob = make_provider("Ann"), make_provider("Bob", hours=["10:00-11:00"])
    make_need(service, ann, bob)
    make_need(service, ann)
    assert times(service) == ["10:00"]
    assert names(service, "10:00") == ["Bob"]


def test_pools_that_overlap_are_weighed_against_each_other(service: Service) -> None:
    ann, bob, cleo = make_provider("Ann"), make_provider("Bob"), make_provider("Cleo")
    make_need(service, ann, bob)
    make_need(service, ann, bob)
    make_need(service, ann, bob, cleo, quantity=1)
    busy(cleo, "10:00", "11:00")
    busy(ann, "12:00", "13:00")
    assert times(service) == ["09:00", "11:00", "13:00", "14:00", "15:00", "16:00"]


def test_three_needs_in_a_triangle_are_not_met_by_two_people(service: Service) -> None:
    ann, bob, cleo = make_provider("Ann"), make_provider("Bob"), make_provider("Cleo")
    for two in ((ann, bob), (bob, cleo), (cleo, ann)):
        make_need(service, *two)
    busy(cleo, "10:00", "17:00")
    assert times(service) == ["09:00"]


def test_one_who_is_needed_elsewhere_does_not_lend_their_grid(service: Service) -> None:
    ann = make_provider("Ann", hours=["09:00-17:00"])
    bob = make_provider("Bob", hours=["09:30-12:30"])
    make_need(service, ann, bob)
    make_need(service, ann)
    assert times(service) == ["09:30", "10:30", "11:30"]
    assert names(service, "10:30") == ["Bob"]


def test_two_of_several_may_start_on_the_grid_of_either(service: Service) -> None:
    ann = make_provider("Ann", hours=["09:00-11:00"])
    bob = make_provider("Bob", hours=["08:30-11:30"])
    make_need(service, ann, bob, quantity=2)
    assert times(service) == ["09:00", "09:30", "10:00"]


def test_two_of_three_are_free_when_any_two_are(service: Service) -> None:
    ann, bob, cleo = make_provider("Ann"), make_provider("Bob"), make_provider("Cleo")
    make_need(service, ann, bob, cleo, quantity=2)
    busy(ann, "09:00", "12:00")
    busy(bob, "11:00", "17:00")
    assert times(service) == ["09:00", "10:00", "12:00", "13:00", "14:00", "15:00", "16:00"]


def test_all_are_free_when_each_of_them_is(service: Service) -> None:
    ann = make_provider("Ann", hours=["09:00-12:00"])
    bob = make_provider("Bob", hours=["10:00-14:00"])
    make_need(service, ann, bob, quantity=None)
    assert times(service) == ["10:00", "11:00"]


def test_all_of_them_take_as_long_as_the_slowest(service: Service) -> None:
    ann, bob = make_provider("Ann"), make_provider("Bob")
    for provider, minutes in ((ann, 30), (bob, 90)):
        Offering.objects.create(service=service, provider=provider, duration=minutes)
    make_need(service, ann, bob, quantity=None)
    slot = service.slots(at("09:00"), at("09:01"))[0]
    assert slot.end == at("10:30")


def test_a_need_beyond_what_there_is_is_never_met(service: Service) -> None:
    ann, bob = make_provider("Ann"), make_provider("Bob")
    make_need(service, ann, bob, quantity=3)
    assert times(service) == []
    assert service.next_slot() is None
    assert service.explain(at("10:00"))[-1].code == "needs"


def test_a_need_without_names_is_met_by_those_who_offer_the_service(service: Service) -> None:
    make_provider("Ann", offers=service, hours=["09:00-11:00"])
    make_provider("Bob", offers=service, hours=["10:00-12:00"])
    make_need(service, quantity=2)
    assert times(service) == ["10:00"]


def test_a_named_pool_is_met_by_its_members(service: Service) -> None:
    ann = make_provider("Ann", hours=["09:00-10:00"])
    make_provider("Bob", offers=service)
    make_need(service, pool=make_pool("Doctors", ann))
    assert names(service, "09:00") == ["Ann"]
    assert times(service) == ["09:00"]


def test_an_empty_pool_is_not_met_by_those_who_offer_the_service(service: Service) -> None:
    make_provider("Ann", offers=service)
    make_need(service, pool=make_pool("Doctors"))
    assert times(service) == []


def test_a_thing_of_which_there_are_two_can_be_taken_twice_at_a_time(service: Service) -> None:
    bikes = make_provider("Bikes", offers=service, units=2)
    make_session(service, at("10:00"), (bikes, 0))
    make_session(service, at("11:00"), (bikes, 0))
    make_session(service, at("11:00"), (bikes, 1))
    assert "10:00" in times(service)
    assert "11:00" not in times(service)


def test_units_that_are_free_by_turns_are_not_one_that_is_free() -> None:
    service = make_service(duration=120, slot_interval=60)
    bikes = make_provider("Bikes", offers=service, units=2, hours=["09:00-13:00"])
    make_session(service, at("09:00"), (bikes, 0))
    make_session(service, at("11:00"), (bikes, 1))
    assert times(service) == ["09:00", "11:00"]


def test_what_is_busy_outside_takes_all_units(service: Service) -> None:
    bikes = make_provider("Bikes", offers=service, units=2, hours=["09:00-11:00"])
    busy(bikes, "09:00", "10:00")
    assert times(service) == ["10:00"]


def test_every_seat_takes_a_bike() -> None:
    service = make_service(capacity=4)
    make_need(service, make_provider("Ann", hours=["09:00-10:00"]))
    make_need(service, make_provider("Bikes", units=3), per_seat=True)
    assert times(service, seats=3) == ["09:00"]
    assert times(service, seats=4) == []


def test_two_of_a_pool_for_every_seat_are_twice_as_many() -> None:
    service = make_service(capacity=4)
    make_need(service, make_provider("Ann", hours=["09:00-10:00"]))
    make_need(service, make_provider("Skis", units=5), quantity=2, per_seat=True)
    assert times(service, seats=2) == ["09:00"]
    assert times(service, seats=3) == []


def test_more_seats_than_a_session_has_are_never_offered() -> None:
    service = make_service(capacity=2)
    make_provider(offers=service)
    assert times(service, seats=3) == []
    assert [reason.code for reason in service.explain(at("10:00"), seats=3)] == ["capacity"]


@pytest.mark.parametrize("key", ["pk", "slug", None])
def test_a_provider_can_be_named_by_row_or_key(service: Service, key: str | None) -> None:
    make_provider("Ann", offers=service)
    bob = make_provider("Bob", offers=service, hours=["10:00-11:00"])
    assert times(service, provider=getattr(bob, key) if key else bob) == ["10:00"]


def test_a_named_provider_is_the_only_one_who_is_offered(service: Service) -> None:
    ann, _bob = (make_provider(name, offers=service) for name in ("Ann", "Bob"))
    assert names(service, "10:00", provider=ann) == ["Ann"]


def test_a_named_provider_brings_the_others_who_are_needed(service: Service) -> None:
    ann, bob, cleo = make_provider("Ann"), make_provider("Bob"), make_provider("Cleo")
    make_need(service, ann, bob, cleo, quantity=2)
    busy(bob, "10:00", "11:00")
    busy(cleo, "10:00", "11:00")
    busy(ann, "12:00", "13:00")
    found = times(service, provider=ann)
    assert found == ["09:00", "11:00", "13:00", "14:00", "15:00", "16:00"]


def test_a_room_can_be_named_too(service: Service) -> None:
    ann = make_provider("Ann")
    blue, red = make_provider("Blue"), make_provider("Red", hours=["10:00-11:00"])
    make_need(service, ann)
    make_need(service, blue, red)
    assert times(service, provider=red) == ["10:00"]
    assert names(service, "10:00", provider=red) == ["Ann"]


def test_a_provider_who_does_not_offer_the_service_is_refused(service: Service) -> None:
    make_provider("Ann", offers=service)
    bob = make_provider("Bob")
    assert times(service, provider=bob) == []
    assert [reason.code for reason in service.explain(at("10:00"), provider=bob)] == ["not_offered"]


def test_a_named_provider_off_their_own_grid_is_explained(service: Service) -> None:
    make_provider("Ann", offers=service, hours=["09:00-17:00"])
    bob = make_provider("Bob", offers=service, hours=["09:30-17:30"])
    assert "10:00" not in times(service, provider=bob)
    assert [reason.code for reason in service.explain(at("10:00"), provider=bob)] == ["off_grid"]


def test_the_grid_is_that_of_the_first_need(service: Service) -> None:
    make_need(service, make_provider("Ann", hours=["09:15-12:15"]))
    make_need(service, make_provider("Room", hours=["09:00-17:00"]))
    assert times(service) == ["09:15", "10:15", "11:15"]


def test_each_provider_keeps_a_duration_of_their_own(service: Service) -> None:
    for name, minutes in (("Ann", 30), ("Bob", None)):
        provider = make_provider(name, hours=["09:00-10:00"])
        Offering.objects.create(service=service, provider=provider, duration=minutes)
    found = service.slots(at("09:00"), at("10:00"))
    lengths = [(slot.start, (slot.end - slot.start) // MINUTE) for slot in found]
    assert lengths == [(at("09:00"), 30), (at("09:00"), 60), (at("09:30"), 30)]


@pytest.mark.parametrize("field", ["is_active", "is_approved"])
def test_one_who_is_not_active_or_approved_is_offered_nowhere(service: Service, field: str) -> None:
    ann = make_provider("Ann", offers=service, **{field: False})
    assert times(service) == []
    assert times(service, provider=ann) == []
    assert Service.objects.next_free() is None


def test_one_who_is_not_active_can_not_be_the_second_one_needed(service: Service) -> None:
    make_need(service, make_provider("Ann"))
    make_need(service, make_provider("Room", is_active=False))
    assert times(service) == []
    assert "inactive" in {reason.code for reason in service.explain(at("10:00"))}


def test_a_service_that_is_not_active_is_not_offered(service: Service) -> None:
    make_provider(offers=service)
    service.is_active = False
    assert times(service) == []
    assert [reason.code for reason in service.explain(at("10:00"))] == ["inactive"]


def test_one_accepts_bookings_on_the_last_day_but_not_after_it(service: Service) -> None:
    make_provider(offers=service, accepts_until=at("00:00").date())
    assert times(service)
    assert times(service, day=at("24:00").date()) == []


# -- places


def test_staff_in_one_place_and_a_room_in_another_are_never_combined(service: Service) -> None:
    north, south = make_location("North"), make_location("South")
    make_need(service, make_provider("Ann", location=north))
    make_need(service, make_provider("Room", location=south))
    assert times(service) == []
    assert service.explain(at("10:00"))


def test_staff_and_a_room_of_the_same_place_are_combined(service: Service) -> None:
    north, south = make_location("North"), make_location("South")
    ann, bob = make_provider("Ann", location=north), make_provider("Bob", location=south)
    make_need(service, ann, bob)
    make_need(service, make_provider("Room", location=south))
    assert names(service, "10:00") == ["Bob"]


def test_one_whose_hours_say_where_goes_with_the_rooms_of_the_day(service: Service) -> None:
    north, south = make_location("North"), make_location("South")
    ann = make_provider("Ann", hours=())
    set_weekly_hours(ann, "09:00-12:00", location=north)
    set_weekly_hours(ann, "13:00-17:00", location=south)
    make_need(service, ann)
    make_need(service, make_provider("Room", location=south))
    assert times(service) == ["13:00", "14:00", "15:00", "16:00"]


def test_a_place_that_is_asked_for_leaves_only_those_who_are_there(service: Service) -> None:
    north, south = make_location("North"), make_location("South")
    for name, place in (("Ann", north), ("Bob", south), ("Cleo", None)):
        make_provider(name, offers=service, location=place)
    assert names(service, "10:00", place=south) == ["Bob", "Cleo"]
    assert names(service, "10:00", place=north.slug) == ["Ann", "Cleo"]


def test_a_place_where_the_service_is_not_given_is_refused(service: Service) -> None:
    north, south = make_location("North"), make_location("South")
    make_provider(offers=service)
    service.locations.add(north)
    assert times(service, place=north)
    assert times(service, place=south) == []
    assert [reason.code for reason in service.explain(at("10:00"), place=south)] == ["place"]


def test_nobody_is_in_two_places_during_one_session() -> None:
    service = make_service(slot_interval=30)
    ann = make_provider("Ann", offers=service, hours=())
    set_weekly_hours(ann, "09:00-11:00", location=make_location("North"))
    set_weekly_hours(ann, "11:00-13:00", location=make_location("South"))
    assert times(service) == ["09:00", "09:30", "10:00", "11:00", "11:30", "12:00"]


# -- channels


def test_a_need_that_is_for_meeting_in_person_is_not_asked_of_a_call(service: Service) -> None:
    make_need(service, make_provider("Ann", hours=["09:00-11:00"]))
    room = make_provider("Room", hours=["10:00-11:00"])
    make_need(service, room, video=False, phone=False)
    assert times(service, channel="in_person") == ["10:00"]
    assert times(service, channel="video") == ["09:00", "10:00"]


def test_without_a_channel_every_need_counts(service: Service) -> None:
    make_need(service, make_provider("Ann", hours=["09:00-11:00"]))
    make_need(service, make_provider("Room", hours=["10:00-11:00"]), video=False)
    assert times(service) == ["10:00"]


def test_a_channel_in_which_the_service_is_not_given_is_refused(service: Service) -> None:
    make_provider(offers=service)
    service.phone = False
    assert times(service, channel="phone") == []
    assert [reason.code for reason in service.explain(at("10:00"), channel="phone")] == ["channel"]


def test_a_call_brings_together_people_of_different_places(service: Service) -> None:
    make_need(service, make_provider("Ann", location=make_location("North")))
    make_need(service, make_provider("Bob", location=make_location("South")))
    assert times(service, channel="in_person") == []
    assert len(times(service, channel="video")) == 8
