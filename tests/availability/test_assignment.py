"""Who gets it when any provider will do, and which lanes a session takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from tests.availability.times import DAY, HOUR, MONDAY, SUNDAY, at

from bookable.availability.assignment import Assignment
from bookable.availability.choose import Choice, ChosenLane, choose
from bookable.availability.query import Query
from bookable.catalog.models import Offering, Provider, Service
from bookable.errors import Misconfigured
from bookable.schedule.models import Session
from bookable.testing import (
    freeze,
    make_busy_time,
    make_location,
    make_need,
    make_provider,
    make_service,
    make_session,
)

pytestmark = pytest.mark.django_db

HERE = "tests.availability.test_assignment"
IN_TURN = {"ASSIGNMENT": "bookable.availability.assignment.WeightedRoundRobin"}


class ByName(Assignment):
    """The first in the alphabet, or the last."""

    def __init__(self, backwards: bool = False) -> None:
        self.backwards = backwards

    def rank(self, query: Query, start: datetime, providers: Sequence[Provider]) -> list[Provider]:
        return sorted(providers, key=lambda one: one.name, reverse=self.backwards)


@pytest.fixture
def service() -> Iterator[Service]:
    with freeze(at("00:00", SUNDAY)):
        yield make_service()


def staff(service: Service, *names: str) -> list[Provider]:
    return [make_provider(name, offers=service) for name in names]


def chosen(service: Service, text: str = "10:00", **asked: Any) -> list[str]:
    """Whose lanes are taken."""
    choice = choose(service, at(text), **asked)
    return [] if choice is None else [lane.provider.name for lane in choice.lanes]


def test_a_start_that_is_not_free_has_no_choice(service: Service) -> None:
    (ann,) = staff(service, "Ann")
    make_session(service, at("10:00"), ann)
    assert choose(service, at("10:00")) is None
    assert choose(service, at("11:30")) is None


def test_a_choice_says_how_long_and_whom(service: Service) -> None:
    (ann,) = staff(service, "Ann")
    lanes = (ChosenLane(ann, 0, per_seat=False),)
    assert choose(service, at("10:00")) == Choice(
        at("10:00"), at("11:00"), lanes, session=None, leader=ann, contested=False, place=None
    )


def test_whoever_has_the_fewest_sessions_is_chosen(service: Service) -> None:
    ann, bob, cleo = staff(service, "Ann", "Bob", "Cleo")
    for provider, many in ((ann, 2), (bob, 1), (cleo, 3)):
        for number in range(many):
            make_session(service, at("14:00") + number * HOUR, provider)
    assert chosen(service) == ["Bob"]


def test_sessions_of_other_services_make_one_busy_too(service: Service) -> None:
    ann, _bob = staff(service, "Ann", "Bob")
    make_session(make_service("Massage"), at("14:00"), ann)
    assert {*chosen(service), *chosen(service), *chosen(service)} == {"Bob"}


def test_sessions_far_away_make_nobody_busy(service: Service) -> None:
    ann, bob = staff(service, "Ann", "Bob")
    make_session(service, at("14:00"), bob)
    for number in range(4, 7):
        make_session(service, at("14:00") + number * DAY, ann)
    assert chosen(service) == ["Ann"]


def test_holds_that_have_run_out_and_released_claims_make_nobody_busy(service: Service) -> None:
    ann, bob = staff(service, "Ann", "Bob")
    make_session(service, at("14:00"), ann)
    for hour in (13, 15):
        session = make_session(service, at(f"{hour}:00"), bob, expires_at=at("00:00", SUNDAY))
        session.claims.update(released_at=at("00:00", SUNDAY) if hour == 15 else None)
    assert chosen(service) == ["Bob"]


def test_among_equals_it_is_a_matter_of_chance(service: Service) -> None:
    staff(service, "Ann", "Bob", "Cleo")
    found = Counter(name for _ in range(60) for name in chosen(service))
    assert set(found) == {"Ann", "Bob", "Cleo"}


def test_one_who_is_busy_is_not_chosen_however_idle_otherwise(service: Service) -> None:
    ann, bob = staff(service, "Ann", "Bob")
    make_busy_time(ann, at("10:30"), at("10:45"))
    make_session(service, at("14:00"), bob)
    assert chosen(service) == ["Bob"]


def test_a_named_provider_is_chosen_however_busy_otherwise(service: Service) -> None:
    ann, _bob = staff(service, "Ann", "Bob")
    make_session(service, at("14:00"), ann)
    assert chosen(service, provider=ann) == ["Ann"]


def test_the_session_that_is_left_out_leaves_its_lane(service: Service) -> None:
    (ann,) = staff(service, "Ann")
    session = make_session(service, at("10:00"), ann)
    assert chosen(service, exclude=session) == ["Ann"]


@override_settings(BOOKABLE=IN_TURN)
def test_in_turn_everybody_gets_the_same_number(service: Service) -> None:
    people = {one.name: one for one in staff(service, "Ann", "Bob", "Cleo")}
    given_to = []
    for hour in range(9, 15):
        (name,) = chosen(service, f"{hour}:00")
        make_session(service, at(f"{hour}:00"), people[name])
        given_to.append(name)
    assert Counter(given_to) == {"Ann": 2, "Bob": 2, "Cleo": 2}


@override_settings(BOOKABLE=IN_TURN)
def test_in_turn_twice_the_weight_is_twice_as_often(service: Service) -> None:
    people = {one.name: one for one in staff(service, "Ann", "Bob")}
    Offering.objects.filter(provider=people["Ann"]).update(weight=2)
    for hour in range(9, 15):
        (name,) = chosen(service, f"{hour}:00")
        make_session(service, at(f"{hour}:00"), people[name])
    assert people["Ann"].claims.count() == 4


@override_settings(BOOKABLE=IN_TURN)
def test_in_turn_whoever_waited_longest_is_next(service: Service) -> None:
    for hour, provider in enumerate(staff(service, "Ann", "Bob"), 12):
        session = make_session(service, at(f"{hour}:00"), provider)
        made = at(f"{20 - hour}:00", SUNDAY) - DAY
        Session.objects.filter(pk=session.pk).update(created=made)
    assert chosen(service) == ["Bob"]


@override_settings(BOOKABLE=IN_TURN)
def test_in_turn_only_sessions_of_this_service_count(service: Service) -> None:
    ann, bob = staff(service, "Ann", "Bob")
    make_session(service, at("13:00"), bob)
    for hour in (14, 15):
        make_session(make_service("Massage"), at(f"{hour}:00"), ann)
    assert chosen(service) == ["Ann"]


@override_settings(BOOKABLE={"ASSIGNMENT": f"{HERE}.ByName"})
def test_a_site_can_choose_in_a_way_of_its_own(service: Service) -> None:
    staff(service, "Cleo", "Ann", "Bob")
    assert chosen(service) == ["Ann"]


def test_a_way_of_its_own_may_have_options(service: Service) -> None:
    staff(service, "Cleo", "Ann", "Bob")
    spec = {"BACKEND": f"{HERE}.ByName", "OPTIONS": {"backwards": True}}
    with override_settings(BOOKABLE={"ASSIGNMENT": spec}):
        assert chosen(service) == ["Cleo"]


def test_an_option_that_it_does_not_know_is_refused(service: Service) -> None:
    staff(service, "Ann", "Bob")
    spec = {"BACKEND": f"{HERE}.ByName", "OPTIONS": {"sideways": True}}
    with (
        override_settings(BOOKABLE={"ASSIGNMENT": spec}),
        pytest.raises(Misconfigured, match="it accepts: backwards"),
    ):
        choose(service, at("10:00"))


@override_settings(BOOKABLE={"ASSIGNMENT": f"{HERE}.ByName"})
def test_a_favourite_leads_even_if_others_are_needed_beside(service: Service) -> None:
    people = [make_provider(name) for name in ("Dora", "Bob", "Ann", "Cleo")]
    make_need(service, *people, quantity=2)
    make_need(service, people[2])
    assert sorted(chosen(service)) == ["Ann", "Bob", "Cleo"]


@override_settings(BOOKABLE={"ASSIGNMENT": f"{HERE}.ByName"})
def test_one_who_is_free_but_off_their_grid_is_not_chosen(service: Service) -> None:
    make_provider("Ann", offers=service, hours=["09:10-17:10"])
    make_provider("Bob", offers=service)
    assert chosen(service) == ["Bob"]


@override_settings(BOOKABLE={"ASSIGNMENT": f"{HERE}.ByName"})
def test_the_first_unit_that_is_free_is_taken(service: Service) -> None:
    bikes = make_provider("Bikes", offers=service, units=3)
    make_session(service, at("10:00"), (bikes, 0))
    choice = choose(service, at("10:00"))
    assert choice is not None
    assert choice.lanes == ((bikes, 1, False),)


def test_for_every_seat_a_lane_is_taken(service: Service) -> None:
    service.capacity = 5
    ann, bikes = make_provider("Ann"), make_provider("Bikes", units=4)
    make_need(service, ann)
    make_need(service, bikes, per_seat=True)
    choice = choose(service, at("10:00"), seats=3)
    assert choice is not None
    assert choice.lanes == (
        (ann, 0, False),
        (bikes, 0, True),
        (bikes, 1, True),
        (bikes, 2, True),
    )


def test_staff_and_room_are_chosen_of_the_same_place(service: Service) -> None:
    north, south = make_location("North"), make_location("South")
    for kind in ("Staff", "Room"):
        make_need(
            service, *(make_provider(f"{kind} {at.name}", location=at) for at in (north, south))
        )
    pairs = {tuple(name.split()[1] for name in chosen(service)) for _ in range(20)}
    assert pairs == {("North", "North"), ("South", "South")}


def test_choosing_takes_six_queries_however_many_there_are(
    service: Service, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    staff(service, *(f"Provider {number}" for number in range(50)))
    with django_assert_max_num_queries(6) as captured:
        choose(service, at("10:00"))
    assert isinstance(captured, CaptureQueriesContext)


# -- against brute force

a_need = st.tuples(
    st.lists(st.integers(0, 4), min_size=1, max_size=5, unique=True),
    st.sampled_from([1, 1, 1, 2, None]),
    st.booleans(),
)


@settings(
    max_examples=settings().max_examples // 2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    units=st.lists(st.sampled_from([1, 1, 2]), min_size=5, max_size=5),
    busy=st.sets(st.tuples(st.integers(0, 4), st.integers(0, 1))),
    needs=st.lists(a_need, min_size=1, max_size=3),
    seats=st.integers(1, 2),
    avoid=st.sets(st.integers(0, 4), max_size=2),
)
def test_the_lanes_that_are_chosen_meet_every_need_exactly_if_it_can_be_met(
    units: list[int],
    busy: set[tuple[int, int]],
    needs: list[tuple[list[int], int | None, bool]],
    seats: int,
    avoid: set[int],
) -> None:
    busy = {(person, unit) for person, unit in busy if unit < units[person]}
    with transaction.atomic(), freeze(at("00:00", SUNDAY)):
        people = [
            make_provider(units=many, hours=["10:00-11:00"], weekdays=[MONDAY.weekday()])
            for many in units
        ]
        for person, unit in busy:
            make_session(make_service("Other"), at("10:00"), (people[person], unit))
        service = make_service(capacity=2)
        for who, quantity, per_seat in needs:
            named = [people[one] for one in who]
            make_need(service, *named, quantity=quantity, per_seat=per_seat)
        choice = choose(service, at("10:00"), seats=seats, avoid=[people[one].pk for one in avoid])
        transaction.set_rollback(True)
    lanes = {(one, unit) for one, many in enumerate(units) for unit in range(many)} - busy
    lanes = {lane for lane in lanes if lane[0] not in avoid}
    singles = [single for need in needs for single in singles_of(need, seats)]
    assert (choice is not None) == meets(singles, sorted(lanes))
    if choice is None:
        return
    numbers = {provider.pk: number for number, provider in enumerate(people)}
    taken = [(numbers[lane.provider.pk], lane.unit) for lane in choice.lanes]
    assert len(taken) == len(set(taken)) == len(singles)
    assert set(taken) <= lanes
    assert meets(singles, taken)
    for per_seat in (False, True):
        own = [
            single for need in needs if need[2] == per_seat for single in singles_of(need, seats)
        ]
        flags = [lane.per_seat for lane in choice.lanes]
        assert meets_exactly(
            own, [lane for lane, flag in zip(taken, flags, strict=True) if flag == per_seat]
        )
    assert choice.leader is not None
    leader = numbers[choice.leader.pk]
    assert leader in set(needs[0][0]) & dict(taken).keys()
    assert choice.contested == any(
        meets(singles, sorted(lane for lane in lanes if lane[0] != person))
        for person in dict(taken)
    )


def singles_of(need: tuple[list[int], int | None, bool], seats: int) -> list[set[int]]:
    """The people of whom one is needed, once for each one that is needed."""
    who, quantity, per_seat = need
    times = seats if per_seat else 1
    if quantity is None:
        return [{one} for one in who] * times
    return [set(who)] * quantity * times


def meets_exactly(singles: list[set[int]], lanes: list[tuple[int, int]]) -> bool:
    return len(singles) == len(lanes) and meets(singles, lanes)


def meets(singles: list[set[int]], lanes: list[tuple[int, int]]) -> bool:
    """Whether there is a lane for each, by trying them one after the other."""
    if not singles or len(singles) > len(lanes):
        return not singles
    return any(
        meets(singles[1:], [*lanes[:number], *lanes[number + 1 :]])
        for number, (person, _unit) in enumerate(lanes)
        if person in singles[0]
    )
