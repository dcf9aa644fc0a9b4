"""Seats whose holds have run out can be had again, before any job has freed them."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.availability.booked import make_booking
from tests.availability.times import SUNDAY, at

from bookable.catalog.models import Provider, Service
from bookable.schedule.models import Session
from bookable.testing import make_need, make_provider, make_service, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

LAPSED = at("00:00", SUNDAY)


@pytest.fixture
def service(sunday: FrozenClock) -> Service:
    return make_service(capacity=5)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


def seats_left(service: Service, **asked: Any) -> list[int]:
    """How many seats each session at ten has left."""
    found = service.slots(at("10:00"), at("10:01"), **asked)
    return [slot.seats_left for slot in found if slot.session is not None]


def full(service: Service, *lanes: Any, **fields: Any) -> Session:
    return make_session(service, at("10:00"), *lanes, **{"seats_taken": 5, **fields})


def test_seats_of_a_hold_that_has_run_out_are_left_again(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann, seats_taken=4)
    make_booking(session, 2)
    make_booking(session, 2, held_until=LAPSED)
    assert seats_left(service) == [3]


def test_a_full_class_can_be_joined_once_a_hold_has_run_out(
    service: Service, ann: Provider
) -> None:
    make_booking(full(service, ann), 2, held_until=LAPSED)
    assert seats_left(service, seats=2) == [2]
    assert seats_left(service, seats=3) == []


def test_the_seats_of_several_holds_that_have_run_out_add_up(
    service: Service, ann: Provider
) -> None:
    session = full(service, ann)
    for seats in (1, 2):
        make_booking(session, seats, held_until=LAPSED)
    assert seats_left(service) == [3]


def test_several_claims_of_a_session_give_its_seats_back_once(
    service: Service, ann: Provider
) -> None:
    session = full(service, ann, make_provider("Bob"), make_provider("Cleo"))
    make_booking(session, 2, held_until=LAPSED)
    assert seats_left(service) == [2]


def test_a_hold_has_its_seats_until_the_second_at_which_it_expires(
    service: Service, ann: Provider, sunday: FrozenClock
) -> None:
    make_booking(full(service, ann), 2, held_until=at("06:00"))
    sunday.move_to(at("05:59"))
    assert seats_left(service) == []
    sunday.move_to(at("06:00"))
    assert seats_left(service) == [2]


def test_a_hold_that_is_being_paid_for_keeps_its_seats(service: Service, ann: Provider) -> None:
    make_booking(full(service, ann), 2, held_until=LAPSED, is_guarded=True)
    assert seats_left(service) == []


def test_seats_that_were_freed_are_not_given_back_twice(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann, seats_taken=3)
    make_booking(session, 2, held_until=LAPSED, freed_at=LAPSED)
    assert seats_left(service) == [2]


def test_a_request_keeps_its_seats_though_its_time_to_be_answered_is_over(
    service: Service, ann: Provider
) -> None:
    make_booking(full(service, ann), 2, held_until=LAPSED, state="requested")
    assert seats_left(service) == []


def test_a_full_class_is_explained_without_the_seats_that_came_back(
    service: Service, ann: Provider
) -> None:
    make_booking(full(service, ann), 2, held_until=LAPSED)
    assert service.explain(at("10:00"), seats=2) == []
    assert "2 seats are left" in service.explain(at("10:00"), seats=3)[0].text


def test_a_class_under_a_limit_gives_its_seats_back_too(service: Service, ann: Provider) -> None:
    service.max_per_day = 1
    make_booking(full(service, ann), 2, held_until=LAPSED)
    assert seats_left(service) == [2]


def test_a_day_with_a_class_whose_seats_came_back_has_a_start(
    service: Service, ann: Provider
) -> None:
    ann.weekly_hours.all().delete()
    make_booking(full(service, ann), 2, held_until=LAPSED)
    (day,) = service.days(at("00:00"), at("24:00"))
    found = service.next_slot(at("00:00"))
    assert day.slots == 1
    assert found is not None
    assert found.seats_left == 2


def test_an_appointment_that_staff_opened_is_free_again_when_its_hold_has_run_out(
    service: Service, ann: Provider
) -> None:
    session = full(service, ann, seats_taken=1, capacity=1, opened_by_staff=True)
    make_booking(session, held_until=LAPSED)
    assert seats_left(service) == [1]


def test_a_class_that_staff_opened_stands_when_all_its_claims_have_run_out(
    service: Service,
) -> None:
    trainer, bikes = make_provider("Ann"), make_provider("Bikes", units=2)
    make_need(service, trainer)
    make_need(service, bikes, per_seat=True)
    session = full(service, bikes, expires_at=LAPSED, seats_taken=1, opened_by_staff=True)
    make_booking(session, held_until=LAPSED, bikes=session.claims.get())
    assert seats_left(service, seats=2) == [5]


def test_a_class_all_of_whose_holds_have_run_out_does_not_count(
    service: Service, ann: Provider
) -> None:
    service.max_per_day = 1
    session = full(service, ann, expires_at=LAPSED)
    make_booking(session, 5, held_until=LAPSED)
    (slot,) = service.slots(at("15:00"), at("15:01"))
    assert slot.session is None


def test_seats_that_came_back_take_no_further_query(
    service: Service, ann: Provider, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(9, 15):
        session = make_session(service, at(f"{hour}:00"), ann, seats_taken=5)
        make_booking(session, 2, held_until=LAPSED)
    service = Service.objects.get(pk=service.pk)
    with django_assert_max_num_queries(4):
        found = service.slots(at("00:00"), at("24:00"))
    assert [slot.seats_left for slot in found] == [2] * 6 + [5] * 2
