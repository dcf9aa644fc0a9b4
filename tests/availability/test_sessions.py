"""Sessions that exist already: they can be joined while there is room, whatever the hours say."""

from __future__ import annotations

from typing import Any

import pytest
from tests.availability.times import DAY, HOUR, MINUTE, at, times

from bookable.catalog.models import Provider, Service
from bookable.schedule.models import Claim, Session
from bookable.testing import make_location, make_need, make_provider, make_service, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(sunday: FrozenClock) -> Service:
    return make_service(capacity=5)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


def joinable(service: Service, **asked: Any) -> list[Session]:
    """The sessions of Monday that can be joined."""
    found = service.slots(at("00:00"), at("24:00"), **asked)
    return [slot.session for slot in found if slot.session is not None]


def test_a_session_with_seats_left_can_be_joined(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann, seats_taken=2)
    (slot,) = service.slots(at("10:00"), at("10:01"))
    assert (slot.session, slot.seats_left, slot.providers) == (session, 3, (ann,))


def test_a_session_can_be_joined_outside_the_hours_and_off_the_grid(
    service: Service, ann: Provider
) -> None:
    session = make_session(service, at("20:17"), ann)
    assert joinable(service) == [session]
    assert service.explain(at("20:17")) == []


def test_a_session_can_be_joined_on_a_day_on_which_its_provider_is_closed(
    service: Service, ann: Provider
) -> None:
    session = make_session(service, at("10:00"), ann)
    ann.weekly_hours.all().delete()
    assert joinable(service) == [session]


def test_a_session_is_seen_by_day_and_as_the_next_start(service: Service, ann: Provider) -> None:
    session = make_session(service, at("20:17"), ann)
    (day,) = service.days(at("20:00"), at("21:00"))
    assert day.slots == 1
    found = service.next_slot(at("20:00"))
    assert found is not None
    assert found.session == session


def test_the_time_of_a_session_is_not_offered_anew(service: Service, ann: Provider) -> None:
    make_session(service, at("10:30"), ann)
    assert times(service)[:4] == ["09:00", "10:30", "12:00", "13:00"]


def test_a_full_session_can_not_be_joined_and_says_so(service: Service, ann: Provider) -> None:
    make_session(service, at("10:00"), ann, seats_taken=5)
    assert joinable(service) == []
    assert {reason.code for reason in service.explain(at("10:00"))} == {"full", "booked"}


def test_more_seats_than_are_left_can_not_be_had(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann, seats_taken=3)
    assert joinable(service, seats=2) == [session]
    assert joinable(service, seats=3) == []
    assert "2 seats are left" in service.explain(at("10:00"), seats=3)[0].text


def test_a_session_may_have_more_seats_than_the_service_has_by_now(
    service: Service, ann: Provider
) -> None:
    session = make_session(service, at("10:00"), ann, capacity=9, seats_taken=0)
    assert joinable(service, seats=7) == [session]


def test_a_session_without_any_claim_can_be_joined(service: Service) -> None:
    session = make_session(service, at("10:00"))
    make_provider(offers=service)
    assert joinable(service) == [session]


def test_a_released_session_is_gone_and_its_time_is_free(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann, released_at=at("00:00"))
    Claim.objects.filter(session=session).update(released_at=at("00:00"))
    assert joinable(service) == []
    assert "10:00" in times(service)


def test_a_session_whose_hold_has_run_out_is_gone_and_its_time_is_free(
    service: Service, ann: Provider, sunday: FrozenClock
) -> None:
    make_session(service, at("10:00"), ann, expires_at=at("06:00"))
    assert len(joinable(service)) == 1
    sunday.move_to(at("06:00"))
    assert joinable(service) == []
    assert "10:00" in times(service)


def test_a_hold_takes_its_time_until_the_second_at_which_it_expires(
    service: Service, ann: Provider, sunday: FrozenClock
) -> None:
    other = make_service("Massage")
    make_session(other, at("10:00"), ann, expires_at=at("06:00"))
    sunday.move_to(at("06:00") - MINUTE / 60)
    assert "10:00" not in times(service)
    assert [reason.code for reason in service.explain(at("10:00"))] == ["booked"]


def test_a_claim_that_was_released_takes_no_time(service: Service, ann: Provider) -> None:
    other = make_session(make_service("Massage"), at("10:00"), ann)
    assert "10:00" not in times(service)
    Claim.objects.filter(session=other).update(released_at=at("00:00"))
    assert "10:00" in times(service)


def test_a_session_of_another_service_can_not_be_joined(service: Service, ann: Provider) -> None:
    make_session(make_service("Massage", capacity=9), at("10:00"), ann)
    assert joinable(service) == []


def test_too_little_notice_bars_joining_too(
    service: Service, ann: Provider, sunday: FrozenClock
) -> None:
    session = make_session(service, at("10:00"), ann)
    service.min_notice = 90
    sunday.move_to(at("08:30"))
    assert joinable(service) == [session]
    sunday.move_to(at("08:31"))
    assert joinable(service) == []


def test_a_session_that_has_begun_can_not_be_joined(
    service: Service, ann: Provider, sunday: FrozenClock
) -> None:
    make_session(service, at("10:00"), ann)
    sunday.move_to(at("10:00:00") + MINUTE)
    assert joinable(service) == []


def test_the_horizon_bars_joining_too(service: Service, ann: Provider) -> None:
    make_session(service, at("10:00"), ann)
    service.horizon_days = 1
    assert joinable(service) == []


def test_limits_do_not_bar_joining(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann)
    service.max_per_day = service.max_per_provider_day = 1
    assert joinable(service) == [session]


def test_a_provider_who_was_asked_for_must_serve_in_the_session(
    service: Service, ann: Provider
) -> None:
    bob = make_provider("Bob", offers=service)
    session = make_session(service, at("10:00"), ann)
    assert joinable(service, provider=ann) == [session]
    assert joinable(service, provider=bob) == []


def test_a_session_of_another_channel_is_not_what_was_asked_for(
    service: Service, ann: Provider
) -> None:
    session = make_session(service, at("10:00"), ann, channel="video")
    assert joinable(service, channel="video") == [session]
    assert joinable(service, channel="in_person") == []


def test_a_session_at_another_place_is_not_what_was_asked_for(
    service: Service, ann: Provider
) -> None:
    north, south = make_location("North"), make_location("South")
    session = make_session(service, at("10:00"), ann, location=south)
    assert joinable(service, place=south) == [session]
    assert joinable(service, place=north) == []


def test_a_session_of_another_length_is_not_what_was_asked_for(
    service: Service, ann: Provider
) -> None:
    service.duration_choices.create(minutes=90)
    make_session(service, at("10:00"), ann)
    longer = make_session(service, at("12:00"), ann, minutes=90)
    assert joinable(service, duration=90) == [longer]


def test_an_extra_that_takes_time_does_not_fit_into_a_session(
    service: Service, ann: Provider
) -> None:
    service.extras.create(name="Stretching", slug="stretching", minutes=15)
    make_session(service, at("10:00"), ann)
    assert joinable(service, extras=["stretching"]) == []


# -- what each seat needs


@pytest.fixture
def ride(sunday: FrozenClock) -> Service:
    """A class with a trainer, and a bike of three for each seat."""
    service = make_service("Ride", capacity=5)
    make_need(service, make_provider("Ann"))
    make_need(service, make_provider("Bikes", units=3), per_seat=True)
    return service


def lanes(service: Service, *units: int) -> list[tuple[Provider, int]]:
    """Ann, and these bikes."""
    (trainer,), (bikes,) = (need.providers.all() for need in service.needs.all())
    return [(trainer, 0), *((bikes, unit) for unit in units)]


def test_joining_takes_a_bike_for_every_further_seat(ride: Service) -> None:
    session = make_session(ride, at("10:00"), *lanes(ride, 0))
    assert joinable(ride, seats=2) == [session]
    assert joinable(ride, seats=3) == []


def test_joining_fails_when_the_bikes_are_taken_elsewhere(ride: Service) -> None:
    session = make_session(ride, at("10:00"), *lanes(ride, 0))
    assert joinable(ride) == [session]
    make_session(make_service("Hire"), at("10:30"), *lanes(ride, 1, 2)[1:])
    assert joinable(ride) == []


def test_a_limit_of_its_provider_does_not_bar_joining_a_session_with_bikes(ride: Service) -> None:
    ride.max_per_provider_day = 1
    session = make_session(ride, at("10:00"), *lanes(ride, 0))
    assert joinable(ride) == [session]


def test_bikes_of_another_place_are_of_no_use(sunday: FrozenClock) -> None:
    ride = make_service("Ride", capacity=5)
    north, south = make_location("North"), make_location("South")
    trainers = [make_provider(location=place) for place in (north, south)]
    bikes = [make_provider("Bike", location=place) for place in (north, south)]
    make_need(ride, *trainers)
    make_need(ride, *bikes, per_seat=True)
    make_session(ride, at("10:00"), trainers[1], bikes[1], location=south)
    assert joinable(ride) == []


def test_bikes_of_the_place_of_the_session_are_found(sunday: FrozenClock) -> None:
    ride = make_service("Ride", capacity=5)
    north, south = make_location("North"), make_location("South")
    trainers = [make_provider(location=place) for place in (north, south)]
    bikes = [make_provider("Bikes", units=2, location=place) for place in (north, south)]
    make_need(ride, *trainers)
    make_need(ride, *bikes, per_seat=True)
    session = make_session(ride, at("10:00"), trainers[1], bikes[1], location=south)
    assert joinable(ride) == [session]


def test_all_of_a_need_are_taken_for_every_seat_that_joins(sunday: FrozenClock) -> None:
    ride = make_service("Ride", capacity=5)
    trainer = make_provider("Ann")
    bikes, helmet = make_provider("Bikes", units=3), make_provider("Helmet")
    make_need(ride, trainer)
    make_need(ride, bikes, helmet, per_seat=True, quantity=None)
    make_session(ride, at("10:00"), trainer, bikes, helmet)
    assert joinable(ride) == []


# -- leaving a session out


def test_a_session_that_is_left_out_leaves_its_time_free(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann)
    assert joinable(service, exclude=session) == []
    assert "10:00" in times(service, exclude=session)
    assert "10:00" in times(service, exclude=session.uuid)


def test_a_session_that_is_left_out_can_be_moved_by_less_than_its_length(
    service: Service, ann: Provider
) -> None:
    service.slot_interval = 30
    session = make_session(service, at("10:00"), ann, capacity=1)
    assert "10:30" not in times(service)
    assert "10:30" in times(service, exclude=str(session.uuid))


def test_the_next_start_leaves_a_session_out_too(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann, capacity=1)
    first = service.next_slot(at("10:00"))
    other = service.next_slot(at("10:00"), exclude=session)
    assert first is not None
    assert other is not None
    assert first.start - other.start == HOUR


def test_a_session_next_week_is_not_todays(service: Service, ann: Provider) -> None:
    make_session(service, at("10:00") + 7 * DAY, ann)
    assert joinable(service) == []


@pytest.mark.parametrize("units", [1, 2])
def test_a_session_on_a_unit_that_is_gone_blocks_those_that_are_left(
    service: Service, units: int
) -> None:
    bikes = make_provider("Bikes", offers=service, units=units)
    make_session(service, at("10:00"), (bikes, 2), seats_taken=5)
    assert service.slots(at("10:00"), at("10:01")) == []
