"""Lanes that are taken twice, and seats that are miscounted, are found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from tests.bookings.audit.codes import codes
from tests.bookings.times import at

from bookable.bookings.audit import Fault, find_faults
from bookable.bookings.hold import hold
from bookable.bookings.models import Booking, State
from bookable.models import Provider, Service, Session
from bookable.schedule.lane_constraint import LANE_CONSTRAINT
from bookable.testing import make_booking, make_customer, make_provider, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded(db: None) -> None:
    """PostgreSQL would refuse to write what is to be found."""
    if connection.vendor == "postgresql":
        run(f"ALTER TABLE bookable_claim DROP CONSTRAINT {LANE_CONSTRAINT}")


@pytest.fixture
def unchecked(db: None) -> Iterator[None]:
    """Every database would refuse more seats than there are."""
    without, again = {
        "sqlite": [f"PRAGMA ignore_check_constraints = {value}" for value in ("ON", "OFF")],
        "mysql": [f"SET check_constraint_checks = {value}" for value in (0, 1)],
        "postgresql": ["ALTER TABLE bookable_session DROP CONSTRAINT bookable_session_seats", ""],
    }[connection.vendor]
    run(without)
    yield
    if again:
        run(again)


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.usefixtures("unguarded")
def test_two_claims_on_one_lane_are_found(service: Service, ann: Provider) -> None:
    first = make_booking(service, at("10:00"), ann)
    second = make_booking(service, at("10:30"), ann)
    keys = [one.session.claims.get().pk for one in (first, second)]
    text = f"Claims {keys[0]} and {keys[1]} take Ann, number 1, together."
    assert find_faults() == [Fault("overlap", text, (keys[0], keys[1]))]


@pytest.mark.usefixtures("unguarded")
def test_a_long_claim_is_compared_with_all_that_begin_within_it(
    service: Service, ann: Provider
) -> None:
    long = make_session(service, at("09:00"), ann, minutes=300, seats_taken=0, opened_by_staff=True)
    make_booking(service, at("09:30"), ann)
    make_booking(service, at("12:00"), ann)
    key = long.claims.get().pk
    assert [fault.ids[0] for fault in find_faults()] == [key, key]


def test_claims_that_meet_or_have_ended_do_not_overlap(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann, state=State.CANCELLED)
    make_booking(service, at("10:00"), ann)
    make_booking(service, at("11:00"), ann)
    make_booking(service, at("10:00"), make_provider("Bob"))
    session = make_session(service, at("09:00"), (ann, 1), minutes=300, opened_by_staff=True)
    Session.objects.filter(pk=session.pk).update(seats_taken=0)
    assert find_faults() == []


@pytest.mark.usefixtures("unguarded")
def test_a_claim_of_a_hold_that_has_run_out_takes_nothing(
    service: Service, ann: Provider, clock: FrozenClock
) -> None:
    hold(service, at("10:00"), customer=make_customer(), minutes=5)
    clock.tick(timedelta(minutes=5))
    make_booking(service, at("10:00"), ann)
    assert find_faults() == []


def test_seats_that_nobody_has_are_found(service: Service, ann: Provider) -> None:
    booking = make_booking(service, at("10:00"), ann, seats=2)
    Session.objects.update(seats_taken=3)
    [fault] = find_faults()
    assert (fault.code, fault.ids) == ("seats", (booking.session_id,))
    assert fault.text.endswith("counts 3 seats, but 2 are booked.")


def test_seats_that_were_given_back_do_not_count(service: Service, ann: Provider) -> None:
    stays = make_booking(service, at("10:00"), ann)
    make_booking(service, at("10:00"), session=stays.session, state=State.CANCELLED)
    assert find_faults() == []
    Booking.objects.exclude(pk=stays.pk).update(state=State.COMPLETED, freed_at=None)
    assert "seats" in codes()


@pytest.mark.usefixtures("unchecked")
def test_a_session_with_more_seats_taken_than_it_has_is_found(
    service: Service, ann: Provider
) -> None:
    make_booking(service, at("10:00"), ann, seats=4)
    Session.objects.update(capacity=3)
    assert codes() == ["overfull"]
