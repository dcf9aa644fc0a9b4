"""Sessions that were agreed on before the rules of their time zone changed.

They are written with another UTC offset than the zone has: the rules changed under them.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.bookings.times import at

from bookable.bookings.audit import find_faults
from bookable.bookings.find_drift import find_drift
from bookable.bookings.hold import hold
from bookable.bookings.models import Booking, State
from bookable.bookings.open_session import open_session
from bookable.bookings.repair_drift import repair_all, repair_drift
from bookable.errors import NotAllowed, NotFound, SlotTaken
from bookable.models import Claim, Provider, Service, Session
from bookable.signals import booking_rescheduled
from bookable.testing import (
    make_booking,
    make_customer,
    make_need,
    make_provider,
    make_service,
    make_session,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def service() -> Service:
    return make_service(zone="Europe/Paris", buffer_after=15)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service, zone="Europe/Paris")


def agreed(session: Session, hours: float = 2) -> Session:
    """The session as it was agreed on while the zone was so many hours ahead of UTC."""
    Session.objects.filter(pk=session.pk).update(utc_offset=int(hours * 3600))
    session.refresh_from_db()
    return session


def drifted(service: Service, start: str, *providers: Provider, hours: float = 2) -> Booking:
    booking = make_booking(service, at(start), *providers)
    booking.session = agreed(booking.session, hours)
    return booking


def test_a_session_whose_zone_is_as_it_was_has_not_drifted(service: Service, ann: Provider) -> None:
    hold(service, at("10:00"), customer=make_customer())
    assert list(find_drift()) == []


def test_the_moment_is_found_at_which_the_clock_shows_what_was_agreed(
    service: Service, ann: Provider
) -> None:
    booking = drifted(service, "08:00", ann)
    [drift] = find_drift()
    assert drift.session == booking.session
    assert drift.agreed == datetime(2030, 3, 5, 10)  # noqa: DTZ001 - what the wall showed
    assert (drift.start, drift.shift) == (at("09:00"), HOUR)


def test_a_time_that_the_clock_skips_by_now_begins_when_it_is_put_forward(
    service: Service, ann: Provider
) -> None:
    # on 31 March 2030 Paris goes from 02:00 to 03:00
    booking = make_booking(service, at("02:30", day=31), ann)
    agreed(booking.session, 0)
    [drift] = find_drift()
    assert drift.start == at("01:00", day=31)


def test_a_time_that_comes_twice_by_now_means_the_first(service: Service, ann: Provider) -> None:
    # on 27 October 2030 Paris goes from 03:00 back to 02:00
    booking = make_booking(service, datetime(2030, 10, 26, 23, 30, tzinfo=UTC), ann)
    agreed(booking.session, 3)
    [drift] = find_drift()
    assert drift.start == datetime(2030, 10, 27, 0, 30, tzinfo=UTC)


def test_only_what_lies_ahead_and_stands_is_looked_at(
    service: Service, ann: Provider, clock: FrozenClock
) -> None:
    drifted(service, "08:00", ann)
    drifted(service, "10:00", ann)
    Claim.objects.filter(start=at("10:00")).update(released_at=at("08:00", day=4))
    Session.objects.filter(start=at("10:00")).update(released_at=at("08:00", day=4))
    lapsed = hold(service, at("12:00"), customer=make_customer(), minutes=5)
    agreed(lapsed.session)
    clock.move_to(at("08:00"))
    assert list(find_drift()) == []


def test_a_class_that_staff_opened_is_found_before_anybody_has_a_seat() -> None:
    ride = make_service("Ride", zone="Europe/Paris", capacity=4)
    make_need(ride, make_provider("Bikes", units=4), per_seat=True)
    session = agreed(open_session(ride, at("10:00")))
    assert not session.claims.exists()
    [drift] = find_drift()
    assert (drift.session, drift.start) == (session, at("11:00"))
    assert repair_all([drift]) == []
    session.refresh_from_db()
    assert session.start == at("11:00")
    assert list(find_drift()) == []


def test_drifted_sessions_come_in_order_and_cost_two_queries(
    service: Service, ann: Provider
) -> None:
    for start in ("14:00", "08:00", "11:00"):
        drifted(service, start, ann)
    with CaptureQueriesContext(connection) as asked:
        found = [drift.session.start for drift in find_drift()]
    assert found == [at("08:00"), at("11:00"), at("14:00")]
    assert len([one for one in asked.captured_queries if "FETCH" not in one["sql"]]) == 2


def test_many_drifted_sessions_come_in_order_though_they_are_read_in_portions(
    service: Service, ann: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookable.bookings.find_drift._PORTION", 2)
    for start in ("14:00", "08:00", "11:15"):
        drifted(service, start, ann)
    assert [drift.session.start.hour for drift in find_drift()] == [8, 11, 14]


def test_a_repaired_session_keeps_what_the_clock_shows(service: Service, ann: Provider) -> None:
    booking = drifted(service, "08:00", ann)
    session = repair_drift(booking.session)
    assert (session.start, session.end) == (at("09:00"), at("10:00"))
    assert session.utc_offset == 3600
    claim = session.claims.get()
    assert (claim.start, claim.end) == (at("09:00"), at("10:15"))
    assert list(find_drift()) == []
    assert find_faults() == []


def test_an_offset_that_became_larger_moves_it_forward(service: Service, ann: Provider) -> None:
    booking = drifted(service, "08:00", ann, hours=0.5)
    assert repair_drift(booking.session).start == at("07:30")


def test_the_claims_of_single_seats_move_as_well(service: Service, ann: Provider) -> None:
    booking = drifted(service, "08:00", ann, make_provider("Bikes"))
    Claim.objects.exclude(provider=ann).update(booking=booking)
    repair_drift(booking.session)
    assert {claim.start for claim in Claim.objects.all()} == {at("09:00")}


def test_everybody_in_it_has_an_event_and_is_told(
    service: Service, ann: Provider, django_capture_on_commit_callbacks: Any
) -> None:
    Service.objects.update(capacity=3)
    service.refresh_from_db()
    first = drifted(service, "08:00", ann)
    second = make_booking(service, at("08:00"), session=first.session)
    gone = make_booking(service, at("08:00"), session=first.session, state=State.CANCELLED)
    heard: list[Booking] = []

    def listener(**payload: Any) -> None:
        heard.append(payload["booking"])

    booking_rescheduled.connect(listener)
    with django_capture_on_commit_callbacks(execute=True):
        repair_drift(first.session)
    booking_rescheduled.disconnect(listener)
    assert heard == [first, second]
    event = first.history.last()
    assert event is not None
    assert (event.verb, event.before, event.after) == ("repair_drift", "confirmed", "confirmed")
    assert event.data["start"] == at("09:00").isoformat()
    assert event.data["before"]["start"] == at("08:00").isoformat()
    assert gone.history.filter(verb="repair_drift").count() == 0


def test_what_is_where_it_belongs_is_left_alone(service: Service, ann: Provider) -> None:
    booking = make_booking(service, at("08:00"), ann)
    assert repair_drift(booking.session).start == at("08:00")
    assert booking.history.count() == 2


def test_a_time_that_somebody_else_has_is_refused(service: Service, ann: Provider) -> None:
    booking = drifted(service, "08:00", ann)
    make_booking(service, at("10:00"), ann)
    with pytest.raises(SlotTaken) as refused:
        repair_drift(booking.session)
    assert refused.value.start == at("09:00")
    assert [reason.code for reason in refused.value.reasons] == ["booked"]
    booking.session.refresh_from_db()
    assert booking.session.start == at("08:00")


def test_another_unit_is_not_in_the_way(service: Service) -> None:
    bikes = make_provider("Bikes", offers=service, units=2)
    session = agreed(make_session(service, at("08:00"), (bikes, 0)))
    make_session(service, at("09:00"), (bikes, 1))
    make_session(service, at("06:30"), (bikes, 0))
    Session.objects.update(seats_taken=0, opened_by_staff=True)
    assert repair_drift(session).start == at("09:00")


def test_a_hold_that_has_run_out_is_not_in_the_way(
    service: Service, ann: Provider, clock: FrozenClock
) -> None:
    booking = drifted(service, "08:00", ann)
    held = hold(service, at("09:15"), customer=make_customer(), override=["off_grid"], minutes=5)
    clock.tick(timedelta(minutes=5))
    assert repair_drift(booking.session).start == at("09:00")
    held.session.refresh_from_db()
    assert held.session.released_at is not None


def test_a_session_that_was_given_up_is_left_alone(service: Service, ann: Provider) -> None:
    session = drifted(service, "08:00", ann).session
    Booking.objects.get().cancel()
    assert repair_drift(session).start == at("08:00")


def test_only_staff_may_repair(service: Service, ann: Provider, django_user_model: Any) -> None:
    session = drifted(service, "08:00", ann).session
    nobody = django_user_model.objects.create_user("nobody")
    with pytest.raises(NotAllowed):
        repair_drift(session, by=nobody)


def test_a_session_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="session"):
        repair_drift("00000000-0000-0000-0000-000000000000")


@pytest.mark.parametrize("hours", [2, 0])
def test_sessions_that_follow_on_each_other_move_in_the_order_that_makes_room(
    hours: int, service: Service, ann: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bookable.bookings.repair_drift.slot_taken", pytest.fail)
    Service.objects.update(buffer_after=0)
    service.refresh_from_db()
    for start in ("08:00", "09:00", "10:00"):
        drifted(service, start, ann, hours=hours)
    assert repair_all(find_drift()) == []
    moved = {2: ["09:00", "10:00", "11:00"], 0: ["07:00", "08:00", "09:00"]}[hours]
    starts = Session.objects.order_by("start").values_list("start", flat=True)
    assert list(starts) == [at(start) for start in moved]


def test_what_is_in_the_way_at_first_may_move_out_of_it(service: Service, ann: Provider) -> None:
    later = drifted(service, "10:00", ann, hours=2)
    earlier = drifted(service, "12:00", ann, hours=-3)
    assert repair_all(find_drift()) == []
    for booking, start in ((later, "11:00"), (earlier, "08:00")):
        booking.session.refresh_from_db()
        assert booking.session.start == at(start)


def test_what_can_not_be_repaired_is_told_and_the_rest_is_repaired(
    service: Service, ann: Provider
) -> None:
    blocked = drifted(service, "08:00", ann)
    make_booking(service, at("09:30"), ann)
    free = drifted(service, "14:00", ann)
    [(drift, error)] = repair_all(find_drift())
    assert (drift.session, error.start) == (blocked.session, at("09:00"))
    free.session.refresh_from_db()
    assert free.session.start == at("15:00")
