"""What a start takes: a session to join, or lanes of its own, with or without certain people."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.availability.times import MINUTE, at

from bookable.availability.asking import ask
from bookable.availability.choose import Choice, Chooser, choose, choose_in, price_lines_of
from bookable.catalog.models import Offering, Provider, Service
from bookable.money import Money, total
from bookable.schedule.models import Session
from bookable.testing import make_location, make_need, make_provider, make_service, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(sunday: FrozenClock) -> Service:
    return make_service(capacity=5, price=5000)


def staff(service: Service, *names: str, **fields: Any) -> list[Provider]:
    return [make_provider(name, offers=service, **fields) for name in names]


def pick(service: Service, text: str = "10:00", **asked: Any) -> Choice:
    choice = choose(service, at(text), **asked)
    assert choice is not None
    return choice


def people(choice: Choice) -> list[str]:
    return [lane.provider.name for lane in choice.lanes]


# -- joining


def test_a_session_with_room_is_joined_and_takes_no_lane(service: Service) -> None:
    (ann,) = staff(service, "Ann")
    session = make_session(service, at("10:00"), ann)
    assert pick(service) == Choice(
        at("10:00"), at("11:00"), (), session, leader=ann, contested=False, place=None
    )


def test_the_fullest_session_that_has_enough_room_is_joined(service: Service) -> None:
    people = staff(service, "Ann", "Bob", "Cleo")
    empty, fuller, _full = (
        make_session(service, at("10:00"), who, seats_taken=taken)
        for who, taken in zip(people, (1, 3, 5), strict=True)
    )
    assert pick(service, seats=2).session == fuller
    assert pick(service, seats=3).session == empty


def test_of_equally_full_sessions_the_first_is_joined(service: Service) -> None:
    people = staff(service, "Ann", "Bob", "Cleo")
    sessions = [make_session(service, at("10:00"), who) for who in reversed(people)]
    assert pick(service).session == sessions[0]


def test_another_session_is_made_if_no_other_has_enough_room(service: Service) -> None:
    ann, _bob = staff(service, "Ann", "Bob")
    make_session(service, at("10:00"), ann, seats_taken=4)
    choice = pick(service, seats=2)
    assert (choice.session, people(choice)) == (None, ["Bob"])


def test_nobody_joins_who_does_not_want_to(service: Service) -> None:
    ann, _bob = staff(service, "Ann", "Bob")
    make_session(service, at("10:00"), ann)
    choice = pick(service, join=False)
    assert (choice.session, people(choice)) == (None, ["Bob"])
    assert choose(service, at("10:00"), join=False, provider=ann) is None


def test_joining_lasts_as_long_as_the_session(service: Service) -> None:
    (ann,) = staff(service, "Ann")
    make_session(service, at("20:17"), ann, minutes=45)
    choice = pick(service, "20:17")
    assert (choice.start, choice.end) == (at("20:17"), at("20:17") + 45 * MINUTE)


def test_a_session_can_be_joined_whoever_is_locked_by_others(service: Service) -> None:
    (ann,) = staff(service, "Ann")
    session = make_session(service, at("10:00"), ann)
    assert pick(service, avoid=[ann.pk]).session == session
    assert pick(service, only=[]).session == session


def test_the_place_of_a_session_is_the_place(service: Service) -> None:
    (ann,) = staff(service, "Ann")
    place = make_location()
    make_session(service, at("10:00"), ann, location=place)
    assert pick(service).place == place.pk


def test_a_session_without_anybody_has_no_leader(service: Service) -> None:
    staff(service, "Ann")
    make_session(service, at("10:00"))
    assert pick(service).leader is None


@pytest.fixture
def ride(sunday: FrozenClock) -> Service:
    """A class with one of two trainers, and a bike of three for each seat."""
    service = make_service("Ride", capacity=5)
    make_need(service, make_provider("Ann"), make_provider("Bob"))
    make_need(service, make_provider("Bikes", units=3), per_seat=True)
    return service


def named(name: str) -> Provider:
    return Provider.objects.get(name=name)


def test_joining_takes_what_each_further_seat_needs(ride: Service) -> None:
    bikes = named("Bikes")
    make_session(ride, at("10:00"), named("Bob"), (bikes, 1))
    choice = pick(ride, seats=2)
    assert choice.lanes == ((bikes, 0, True), (bikes, 2, True))
    assert choice.leader == named("Bob")


def test_a_new_session_says_which_lanes_are_for_seats(ride: Service) -> None:
    choice = pick(ride, provider=named("Ann"), seats=2)
    assert [tuple(lane) for lane in choice.lanes] == [
        (named("Ann"), 0, False),
        (named("Bikes"), 0, True),
        (named("Bikes"), 1, True),
    ]


def test_a_bike_that_was_asked_for_by_name_is_for_a_seat_too(ride: Service) -> None:
    bikes = named("Bikes")
    choice = pick(ride, provider=bikes, seats=2)
    assert [lane.per_seat for lane in choice.lanes if lane.provider == bikes] == [True, True]


def test_a_bike_that_somebody_else_has_locked_is_not_free(ride: Service) -> None:
    make_session(ride, at("10:00"), named("Ann"))
    assert choose(ride, at("10:00"), avoid=[named("Bikes").pk]) is None
    assert pick(ride, only=[named("Bikes").pk]).session is not None


def test_bikes_are_taken_at_the_place_of_the_session(sunday: FrozenClock) -> None:
    ride = make_service("Ride", capacity=5)
    north, south = make_location("North"), make_location("South")
    trainers = [make_provider(location=place) for place in (north, south)]
    bikes = [make_provider("Bikes", units=2, location=place) for place in (north, south)]
    make_need(ride, *trainers)
    make_need(ride, *bikes, per_seat=True)
    make_session(ride, at("10:00"), trainers[1], bikes[1], location=south)
    choice = pick(ride)
    assert choice.lanes == ((bikes[1], 1, True),)
    assert choice.place == south.pk


def test_a_need_of_another_way_to_meet_takes_nothing(sunday: FrozenClock) -> None:
    lesson = make_service("Lesson", capacity=5, video=True)
    ann, room = make_provider("Ann"), make_provider("Room", units=5)
    make_need(lesson, room, per_seat=True, video=False)
    make_need(lesson, ann)
    make_session(lesson, at("10:00"), ann, channel="video")
    choice = pick(lesson)
    assert (choice.lanes, choice.leader) == ((), ann)


# -- making


def test_only_those_who_were_locked_are_taken(service: Service) -> None:
    _ann, bob, _cleo = staff(service, "Ann", "Bob", "Cleo")
    assert people(pick(service, only=[bob.pk])) == ["Bob"]
    assert choose(service, at("10:00"), only=[]) is None


def test_those_whom_somebody_else_has_locked_are_passed_over(service: Service) -> None:
    ann, bob, cleo = staff(service, "Ann", "Bob", "Cleo")
    assert people(pick(service, avoid=[ann.pk, cleo.pk])) == ["Bob"]
    assert choose(service, at("10:00"), avoid=[bob.pk], only=[bob.pk]) is None


def test_one_query_can_be_asked_again_with_others(service: Service) -> None:
    ann, bob = staff(service, "Ann", "Bob")
    low = int(at("10:00").timestamp())
    query = ask(service, low, low + 1)
    for provider in (ann, bob, ann):
        choice = choose_in(query, avoid=[provider.pk])
        assert choice is not None
        assert choice.leader == ({ann, bob} - {provider}).pop()


def test_the_next_best_is_found_without_a_question(
    service: Service, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    everybody = {one.pk for one in staff(service, "Ann", "Bob", "Cleo")}
    low = int(at("10:00").timestamp())
    chooser = Chooser(ask(service, low, low + 1))
    choice, taken = chooser.best(), set[int]()
    with django_assert_num_queries(0):
        while choice is not None:
            taken |= {lane.provider.pk for lane in choice.lanes}
            choice = chooser.best(taken)
    assert taken == everybody


def test_one_of_several_is_contested_and_the_only_one_is_not(service: Service) -> None:
    ann, bob = staff(service, "Ann", "Bob")
    assert pick(service).contested
    assert not pick(service, provider=ann).contested
    assert not pick(service, only=[ann.pk]).contested
    make_session(make_service("Massage"), at("10:00"), bob)
    assert not pick(service).contested


def test_many_units_of_one_provider_are_not_contested(service: Service) -> None:
    staff(service, "Bikes", units=4)
    assert not pick(service).contested


def test_whom_the_customer_named_is_contested_if_the_room_is(sunday: FrozenClock) -> None:
    lesson = make_service("Lesson")
    ann, rooms = make_provider("Ann"), [make_provider("Room") for _ in range(2)]
    make_need(lesson, ann)
    make_need(lesson, *rooms)
    assert pick(lesson, provider=ann).contested
    assert not pick(lesson, provider=ann, avoid=[rooms[0].pk]).contested


def test_bikes_of_several_are_contested_for_one_who_joins(ride: Service) -> None:
    make_session(ride, at("10:00"), named("Ann"))
    assert not pick(ride).contested
    ride.needs.get(per_seat=True).providers.add(make_provider("More bikes", units=3))
    assert pick(ride).contested


def test_somebody_at_another_place_could_have_been_taken_instead(sunday: FrozenClock) -> None:
    lesson = make_service("Lesson")
    places = [make_location(), make_location()]
    make_need(lesson, *(make_provider(location=place) for place in places))
    make_need(lesson, *(make_provider("Room", location=place) for place in places))
    assert pick(lesson).contested
    assert not pick(lesson, place=places[0]).contested


def test_whom_the_customer_named_leads_though_others_are_needed_beside(
    sunday: FrozenClock,
) -> None:
    service = make_service()
    ann, bob, cleo = (make_provider(name) for name in ("Ann", "Bob", "Cleo"))
    make_need(service, ann, bob, cleo, quantity=2)
    for _ in range(10):
        assert pick(service, provider=ann).leader == ann


def test_the_place_is_that_at_which_all_are(sunday: FrozenClock) -> None:
    lesson = make_service("Lesson")
    north, south = make_location("North"), make_location("South")
    make_need(lesson, make_provider(location=north), make_provider(location=south))
    make_need(lesson, make_provider("Room", location=south))
    assert pick(lesson).place == south.pk


def test_the_place_of_one_who_works_anywhere_is_that_of_the_room(sunday: FrozenClock) -> None:
    lesson = make_service("Lesson")
    north, south = (make_location(name) for name in ("North", "South"))
    rooms = [make_provider("Room", location=place) for place in (north, south)]
    make_need(lesson, make_provider("Ann"))
    make_need(lesson, *rooms)
    assert pick(lesson, avoid=[rooms[0].pk]).place == south.pk


def test_the_place_of_one_alone_is_where_they_are(service: Service) -> None:
    north = make_location("North")
    staff(service, "Ann", location=north)
    assert pick(service).place == north.pk


# -- what it costs


def costs(service: Service, text: str = "10:00", **asked: Any) -> Money:
    low = int(at(text).timestamp())
    query = ask(service, low, low + 1, **asked)
    choice = choose_in(query)
    assert choice is not None
    return total((line.total for line in price_lines_of(query, choice)), service.currency)


def test_it_costs_what_the_leader_asks(service: Service) -> None:
    ann, bob = staff(service, "Ann", "Bob")
    Offering.objects.filter(provider=ann).update(price=7000)
    assert costs(service, provider=ann) == Money(7000, "EUR")
    assert costs(service, provider=bob, seats=2) == Money(10000, "EUR")


def test_joining_costs_what_the_leader_of_the_session_asks(service: Service) -> None:
    ann, _bob = staff(service, "Ann", "Bob")
    Offering.objects.filter(provider=ann).update(price=7000)
    make_session(service, at("10:00"), ann)
    assert costs(service) == Money(7000, "EUR")


def test_a_session_without_a_leader_costs_what_the_service_does(service: Service) -> None:
    (ann,) = staff(service, "Ann")
    Offering.objects.filter(provider=ann).update(price=7000)
    make_session(service, at("10:00"))
    assert costs(service) == Money(5000, "EUR")


def test_joining_is_offered_at_the_price_that_it_will_cost(ride: Service) -> None:
    ride.price = 5000
    bikes = named("Bikes")
    Offering.objects.create(service=ride, provider=named("Ann"), price=7000)
    make_session(ride, at("10:00"), named("Ann"), bikes)
    (slot,) = ride.slots(at("10:00"), at("10:01"))
    assert slot.providers == (named("Ann"),)
    assert slot.price == costs(ride) == Money(7000, "EUR")


def test_choosing_among_fifty_takes_five_queries(
    service: Service, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    staff(service, *(f"Provider {number}" for number in range(50)))
    service = Service.objects.get(pk=service.pk)
    with django_assert_max_num_queries(5):
        assert choose(service, at("10:00"))


def test_choosing_whom_the_customer_named_takes_four_queries(
    service: Service, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ann, _bob = staff(service, "Ann", "Bob")
    service = Service.objects.get(pk=service.pk)
    with django_assert_max_num_queries(4):
        assert choose(service, at("10:00"), provider=ann)


def test_joining_takes_four_queries(
    service: Service, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_session(service, at("10:00"), *staff(service, "Ann", "Bob"))
    service = Service.objects.get(pk=service.pk)
    with django_assert_max_num_queries(4):
        choice = choose(service, at("10:00"))
    assert choice is not None
    assert isinstance(choice.session, Session)
