"""What a change of the calendars would do to what is booked, before it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.bookings.times import at

from bookable.bookings import preview
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.impact import Affected
from bookable.catalog.deactivate import deactivate
from bookable.catalog.set_accepting import set_accepting
from bookable.catalog.set_location import set_location
from bookable.catalog.set_needs import NeedSpec, set_needs
from bookable.catalog.set_units import set_units
from bookable.catalog.set_zone import set_zone
from bookable.catalog.withdraw_approval import withdraw_approval
from bookable.catalog.withdraw_service import withdraw_service
from bookable.errors import EmptyPeriod
from bookable.models import (
    Booking,
    Claim,
    DateKind,
    Location,
    Provider,
    Service,
    TimeOff,
    WeeklyHours,
)
from bookable.schedule.add_busy_time import add_busy_time
from bookable.schedule.add_time_off import add_time_off
from bookable.schedule.ranges import HoursRange
from bookable.schedule.set_date_hours import set_date_hours
from bookable.schedule.set_hours import set_hours
from bookable.testing import (
    make_booking,
    make_customer,
    make_location,
    make_need,
    make_provider,
    make_service,
    make_session,
    set_weekly_hours,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

#: The date of `at()` without a day.
TUESDAY = date(2030, 3, 5)


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def service() -> Service:
    return make_service()


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


def booked(service: Service, start: str = "10:00", **options: Any) -> Booking:
    return confirm(hold(service, at(start), customer=make_customer(), **options))


def hours(*texts: str) -> list[HoursRange]:
    pairs = [text.split("-") for text in texts]
    return [HoursRange(day, opens, closes) for day in range(7) for opens, closes in pairs]


def codes(affected: list[Affected]) -> list[str]:
    return [reason.code for one in affected for reason in one.reasons]


def test_bookings_outside_new_hours_are_named_with_the_reason(
    service: Service, ann: Provider
) -> None:
    booked(service, "10:00")
    late = booked(service, "16:00")
    [hit] = preview(lambda: set_hours(ann, hours("09:00-16:30")))
    assert hit.session == late.session
    assert hit.bookings == [late]
    assert [reason.text for reason in hit.reasons] == ["Ann works 09:00–16:30 on a Tuesday."]


def test_nothing_is_changed_by_a_preview(service: Service, ann: Provider) -> None:
    booked(service)
    preview(lambda: set_hours(ann, []))
    preview(lambda: add_time_off(ann, at("00:00"), at("23:00")))
    assert WeeklyHours.objects.filter(provider=ann).count() == 7
    assert not TimeOff.objects.exists()


def test_nobody_is_told_of_a_preview(
    service: Service, ann: Provider, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        preview(lambda: set_hours(ann, []))
    assert callbacks == []


Hit = Callable[[Provider], object]
HITTING: dict[str, tuple[str, Hit]] = {
    "no hours": ("outside_hours", lambda ann: set_hours(ann, [])),
    "time off": ("time_off", lambda ann: add_time_off(ann, at("10:30"), at("12:00"))),
    "time off for all": ("time_off", lambda ann: add_time_off(None, at("10:30"), at("12:00"))),
    "a closed date": (
        "closed_on_date",
        lambda ann: set_date_hours(ann, TUESDAY, kind=DateKind.CLOSED),
    ),
    "days until": (
        "not_accepting",
        lambda ann: set_accepting(ann, None, TUESDAY - timedelta(days=1)),
    ),
    "not active": ("inactive", deactivate),
    "not approved": ("unapproved", withdraw_approval),
    "another zone": ("outside_hours", lambda ann: set_zone(ann, "America/New_York")),
}


@pytest.mark.parametrize("name", HITTING)
def test_whatever_shuts_the_calendar_is_told(name: str, service: Service, ann: Provider) -> None:
    code, change = HITTING[name]
    booking = booked(service)
    found = preview(lambda: change(ann))
    assert [one.bookings for one in found] == [[booking]]
    assert codes(found) == [code]


NOT_HITTING: dict[str, Hit] = {
    "longer hours": lambda ann: set_hours(ann, hours("08:00-20:00")),
    "two openings that meet": lambda ann: set_hours(ann, hours("09:00-10:30", "10:30-17:00")),
    "busy elsewhere": lambda ann: add_busy_time(ann, at("10:00"), at("11:00")),
    "time off beside it": lambda ann: add_time_off(ann, at("11:00"), at("12:00")),
    "a lower limit": lambda ann: Service.objects.update(max_per_day=1, min_notice=60 * 24 * 30),
    "a room that is not needed": lambda ann: deactivate(make_provider("Room")),
}


@pytest.mark.parametrize("name", NOT_HITTING)
def test_what_leaves_the_calendar_open_hits_nothing(
    name: str, service: Service, ann: Provider
) -> None:
    booked(service, "10:00")
    booked(service, "14:00")
    assert preview(lambda: NOT_HITTING[name](ann)) == []


def test_buffers_may_reach_beyond_the_hours(ann: Provider, service: Service) -> None:
    Service.objects.update(buffer_before=30, buffer_after=30)
    booked(service, "10:00")
    assert preview(lambda: set_hours(ann, hours("10:00-11:00"))) == []


def test_what_was_booked_against_the_hours_is_not_blamed_on_the_change(
    service: Service, ann: Provider
) -> None:
    booked(service, "20:00", override=["outside_hours"])
    assert preview(lambda: set_hours(ann, hours("09:00-16:00"))) == []


def test_a_new_cause_hits_even_what_was_booked_against_the_hours(
    service: Service, ann: Provider
) -> None:
    booked(service, "20:00", override=["outside_hours"])
    assert codes(preview(lambda: add_time_off(ann, at("00:00"), at("23:00")))) == ["time_off"]


def test_a_unit_that_is_gone_hits_what_was_on_it(service: Service) -> None:
    bikes = make_provider("Bikes", offers=service, units=3)
    for unit in range(3):
        make_session(service, at("10:00"), (bikes, unit))
    found = preview(lambda: set_units(bikes, 2))
    assert codes(found) == ["unit_gone"]
    assert [claim.unit for claim in found[0].session.claims.all()] == [2]


def test_whoever_moves_to_another_place_leaves_what_is_booked_at_the_first(
    service: Service,
) -> None:
    here, there = make_location("Here"), make_location("There")
    ann = make_provider("Ann", offers=service, location=here)
    booked(service, "10:00")
    assert codes(preview(lambda: set_location(ann, there))) == ["place"]


def test_hours_at_another_place_do_not_open_this_one(service: Service) -> None:
    here, there = make_location("Here"), make_location("There")
    ann = make_provider("Ann", offers=service, hours=())
    set_weekly_hours(ann, "09:00-17:00", location=here)
    make_session(service, at("10:00"), ann, location=here)

    def at_place(place: Location) -> object:
        return set_hours(ann, [HoursRange(1, "09:00", "17:00", location=place)])

    assert preview(lambda: at_place(here)) == []
    assert codes(preview(lambda: at_place(there))) == ["outside_hours"]


def test_a_service_that_is_withdrawn_hits_what_is_booked_with_that_provider(
    service: Service, ann: Provider
) -> None:
    bob = make_provider("Bob", offers=service)
    booked(service, "10:00", provider=ann)
    booked(service, "10:00", provider=bob)
    found = preview(lambda: withdraw_service(service, ann))
    assert codes(found) == ["not_offered"]
    assert [claim.provider for claim in found[0].session.claims.all()] == [ann]


def test_a_need_that_names_others_hits_what_was_booked_before(
    service: Service, ann: Provider
) -> None:
    bob = make_provider("Bob", offers=service)
    booked(service, "10:00", provider=ann)
    assert codes(preview(lambda: set_needs(service, [NeedSpec(providers=(bob,))]))) == [
        "not_offered"
    ]


def test_time_off_hits_also_those_who_would_not_be_chosen_any_more(
    service: Service, ann: Provider
) -> None:
    booked(service, "10:00")
    set_needs(service, [NeedSpec(providers=(make_provider("Bob"),))])
    assert codes(preview(lambda: add_time_off(ann, at("09:00"), at("12:00")))) == ["time_off"]


def test_a_room_that_closes_hits_whatever_is_in_it(service: Service, ann: Provider) -> None:
    room = make_provider("Room", kind="room")
    make_need(service, ann)
    make_need(service, room)
    booking = booked(service)
    [hit] = preview(lambda: deactivate(room))
    assert hit.bookings == [booking]
    assert [reason.provider for reason in hit.reasons] == [room]


def test_a_class_is_named_once_with_everybody_in_it(ann: Provider, service: Service) -> None:
    Service.objects.update(capacity=5)
    service.refresh_from_db()
    first, second, third = (booked(service) for _number in range(3))
    third.cancel()
    [hit] = preview(lambda: deactivate(ann))
    assert hit.bookings == [first, second]


def test_a_class_that_nobody_has_booked_yet_is_named_too(ann: Provider, service: Service) -> None:
    session = make_session(service, at("10:00"), ann, opened_by_staff=True, seats_taken=0)
    [hit] = preview(lambda: deactivate(ann))
    assert (hit.session, hit.bookings) == (session, [])


def test_what_is_over_or_given_up_is_not_hit(
    service: Service, ann: Provider, clock: FrozenClock
) -> None:
    booked(service, "09:00")
    booked(service, "10:00").cancel()
    hold(service, at("11:00"), customer=make_customer(), minutes=30)
    clock.move_to(at("09:30"))
    assert preview(lambda: deactivate(ann)) == []


def test_sessions_come_in_the_order_of_their_start(service: Service, ann: Provider) -> None:
    for start in ("14:00", "09:00", "11:00"):
        booked(service, start)
    found = preview(lambda: deactivate(ann))
    assert [one.session.start for one in found] == [at("09:00"), at("11:00"), at("14:00")]


def test_a_change_that_is_refused_is_refused_in_the_preview(service: Service) -> None:
    with pytest.raises(EmptyPeriod):
        preview(lambda: add_time_off(None, at("12:00"), at("11:00")))


def test_many_sessions_cost_no_more_queries_than_one(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann)
    with CaptureQueriesContext(connection) as few:
        preview(lambda: deactivate(ann))
    for number in range(1, 40):
        make_booking(service, at("10:00") + timedelta(days=number), ann)
    with CaptureQueriesContext(connection) as many:
        assert len(preview(lambda: deactivate(ann))) == 40
    assert len(many) == len(few)


def test_another_service_costs_no_further_query(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann)
    with CaptureQueriesContext(connection) as few:
        preview(lambda: deactivate(ann))
    other = make_service("Massage", max_per_day=5)
    make_booking(other, at("12:00"), make_provider("Bob", offers=other))
    with CaptureQueriesContext(connection) as many:
        preview(lambda: deactivate(ann))
    assert len(many) == len(few)


def test_the_claims_stay_where_they_are(service: Service, ann: Provider) -> None:
    booked(service)
    before = list(Claim.objects.values())
    preview(lambda: deactivate(ann))
    assert list(Claim.objects.values()) == before
