"""Several services in one visit: inside it, the buffers at one lane fall away."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.availability.times import MINUTE, at

from bookable.availability.asking import ask
from bookable.availability.choose import choose_in
from bookable.availability.query import OwnLane
from bookable.catalog.models import Provider, Service
from bookable.schedule.models import Session
from bookable.testing import make_need, make_provider, make_service, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(sunday: FrozenClock) -> Service:
    return make_service(slot_interval=15, buffer_before=15, buffer_after=15)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


def own(provider: Provider, text: str, *, session: Session | None = None, unit: int = 0) -> OwnLane:
    """An hour of the visit from this time on."""
    start = int(at(text).timestamp())
    return OwnLane(session.pk if session else None, provider.pk, unit, start, start + 3600)


def starts(service: Service, visit: Sequence[OwnLane], *texts: str) -> list[str]:
    """Those of the times at which the visit can go on."""
    found = []
    for text in texts:
        low = int(at(text).timestamp())
        if choose_in(ask(service, low, low + 1, visit=visit), join=False) is not None:
            found.append(text)
    return found


AROUND = ("08:45", "09:00", "09:15", "10:00", "10:45", "11:00", "11:15")


def test_another_visit_keeps_its_buffers(service: Service, ann: Provider) -> None:
    make_session(service, at("10:00"), ann)
    assert starts(service, [], "11:00", "11:15", "11:30") == ["11:30"]


def test_a_visit_goes_on_right_before_and_after_what_it_has_already(
    service: Service, ann: Provider
) -> None:
    session = make_session(service, at("10:00"), ann)
    visit = [own(ann, "10:00", session=session)]
    assert starts(service, visit, *AROUND) == ["09:00", "11:00", "11:15"]


def test_what_is_not_written_yet_takes_its_time_too(service: Service, ann: Provider) -> None:
    assert starts(service, [own(ann, "10:00")], *AROUND) == ["09:00", "11:00", "11:15"]


def test_the_buffers_towards_others_stay(service: Service, ann: Provider) -> None:
    session = make_session(service, at("10:00"), ann)
    make_session(make_service("Massage"), at("12:00"), ann)
    assert starts(service, [own(ann, "10:00", session=session)], "11:00") == []


def test_a_lane_that_is_not_named_keeps_its_claim(service: Service, ann: Provider) -> None:
    bob = make_provider("Bob", offers=service)
    session = make_session(service, at("10:00"), ann, bob)
    visit = [own(ann, "10:00", session=session)]
    low = int(at("11:00").timestamp())
    choice = choose_in(ask(service, low, low + 1, visit=visit))
    assert choice is not None
    assert [lane.provider for lane in choice.lanes] == [ann]
    assert not choice.contested


def test_somebody_else_is_free_meanwhile(service: Service, ann: Provider) -> None:
    bob = make_provider("Bob", offers=service)
    low = int(at("10:30").timestamp())
    choice = choose_in(ask(service, low, low + 1, visit=[own(ann, "10:00")]))
    assert choice is not None
    assert choice.leader == bob


def test_only_the_unit_that_the_visit_has_is_taken(service: Service) -> None:
    bikes = make_provider("Bikes", offers=service, units=2)
    low = int(at("10:30").timestamp())
    choice = choose_in(ask(service, low, low + 1, visit=[own(bikes, "10:00")]))
    assert choice is not None
    assert [lane.unit for lane in choice.lanes] == [1]


def test_a_visit_that_is_written_counts_for_limits(service: Service, ann: Provider) -> None:
    service.max_per_day = 1
    session = make_session(service, at("10:00"), ann)
    assert starts(service, [own(ann, "10:00", session=session)], "11:00") == []


def test_a_seat_that_joins_takes_no_bike_that_the_visit_has(sunday: FrozenClock) -> None:
    ride = make_service("Ride", capacity=5)
    trainer, bikes = make_provider("Ann"), make_provider("Bikes", units=2)
    make_need(ride, trainer)
    make_need(ride, bikes, per_seat=True)
    session = make_session(ride, at("10:00"), trainer)
    low = int(session.start.timestamp())
    choice = choose_in(ask(ride, low, low + 1, visit=[own(bikes, "10:00")]))
    assert choice is not None
    assert (choice.session, choice.lanes) == (session, ((bikes, 1, True),))


def test_a_visit_takes_no_further_query(
    service: Service, ann: Provider, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sessions = [
        make_session(service, at("10:00") + number * 120 * MINUTE, ann) for number in range(3)
    ]
    visit = [own(ann, f"{10 + 2 * number}:00", session=one) for number, one in enumerate(sessions)]
    service = Service.objects.get(pk=service.pk)
    with django_assert_max_num_queries(4):
        assert starts(service, visit, "11:00") == ["11:00"]
