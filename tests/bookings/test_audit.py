"""Faults that only somebody who writes past the verbs can make, and how they are found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.bookings.times import at

from bookable.bookings.audit import Fault, find_faults
from bookable.bookings.audit_limits import find_limit_faults
from bookable.bookings.cancel import cancel
from bookable.bookings.complete import complete
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.mark_no_show import mark_no_show
from bookable.bookings.models import Booking, BookingEvent, State
from bookable.bookings.reschedule import reschedule
from bookable.models import Claim, Provider, Service, Session
from bookable.schedule.lane_constraint import LANE_CONSTRAINT
from bookable.testing import (
    assert_never_double_booked,
    make_booking,
    make_booking_extra,
    make_customer,
    make_extra,
    make_need,
    make_provider,
    make_service,
    make_session,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def service() -> Service:
    return make_service(capacity=4)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


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


def codes() -> list[str]:
    return [fault.code for fault in find_faults()]


def test_everyday_life_leaves_no_fault(service: Service, clock: FrozenClock) -> None:
    ann, bikes = make_provider("Ann"), make_provider("Bikes", units=4)
    make_need(service, ann)
    make_need(service, bikes, per_seat=True)

    def book(start: str, **options: Any) -> Booking:
        return confirm(hold(service, at(start), customer=make_customer(), **options))

    stays, moves, leaves = book("10:00", seats=2), book("10:00"), book("12:00")
    reschedule(moves, at("12:00"))
    cancel(leaves)
    hold(service, at("14:00"), customer=make_customer(), minutes=5)
    assert find_faults() == []
    clock.move_to(at("12:30"))
    assert find_faults() == []
    complete(stays)
    mark_no_show(moves)
    assert find_faults() == []


@pytest.mark.parametrize("state", State.values)
def test_every_state_that_a_booking_can_come_to_is_accepted(
    state: str, service: Service, ann: Provider
) -> None:
    make_booking(service, at("10:00"), ann, state=state)
    assert find_faults() == []


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


@pytest.mark.parametrize("state", [State.HELD, State.REQUESTED, State.CONFIRMED])
def test_a_booking_that_stands_in_a_released_session_is_found(
    state: str, service: Service, ann: Provider
) -> None:
    booking = make_booking(service, at("10:00"), ann, state=state)
    Session.objects.update(released_at=at("08:00", day=4))
    Claim.objects.update(released_at=at("08:00", day=4))
    [fault] = find_faults()
    assert (fault.code, fault.ids) == ("no_place", (booking.pk,))


def test_a_released_session_that_still_has_its_booking_and_its_claim_is_found(
    service: Service, ann: Provider
) -> None:
    make_booking(service, at("10:00"), ann)
    Session.objects.update(released_at=at("08:00", day=4))
    assert codes() == ["no_place", "stuck"]


def test_a_booking_whose_claims_are_gone_is_found(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann)
    Claim.objects.update(released_at=at("08:00", day=4))
    assert codes() == ["no_place"]


def test_a_confirmed_booking_whose_claim_has_run_out_is_found(
    service: Service, ann: Provider
) -> None:
    make_booking(service, at("10:00"), ann)
    Claim.objects.update(expires_at=at("08:00", day=4))
    assert codes() == ["no_place"]


def test_a_hold_that_was_freed_too_early_is_found(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann, state=State.HELD)
    Booking.objects.update(freed_at=at("08:00", day=4))
    Session.objects.update(seats_taken=0, opened_by_staff=True)
    assert codes() == ["no_place"]


def test_nobody_misses_the_place_of_what_is_over(
    service: Service, ann: Provider, clock: FrozenClock
) -> None:
    make_booking(service, at("10:00"), ann)
    hold(service, at("12:00"), customer=make_customer())
    Claim.objects.update(released_at=at("08:00", day=4))
    clock.move_to(at("11:00"))
    assert find_faults() == []


def test_a_claim_of_a_released_session_is_found(service: Service, ann: Provider) -> None:
    booking = make_booking(service, at("10:00"), ann)
    cancel(booking)
    Claim.objects.update(released_at=None)
    [fault] = find_faults()
    assert (fault.code, fault.ids) == ("stuck", (booking.session.claims.get().pk,))


def test_a_claim_of_a_session_that_everybody_left_is_found(service: Service, ann: Provider) -> None:
    make_session(service, at("10:00"), ann, seats_taken=0)
    assert codes() == ["stuck"]


def test_a_session_that_staff_opened_waits_for_somebody(service: Service, ann: Provider) -> None:
    make_session(service, at("10:00"), ann, seats_taken=0, opened_by_staff=True)
    assert find_faults() == []


def test_a_bike_that_is_kept_for_somebody_who_left_is_found(
    service: Service, ann: Provider
) -> None:
    stays = make_booking(service, at("10:00"), ann, make_provider("Bikes"))
    left = make_booking(service, at("10:00"), session=stays.session, state=State.CANCELLED)
    Claim.objects.exclude(provider=ann).update(booking=left)
    assert codes() == ["stuck"]


def test_a_claim_that_leaves_a_part_of_its_session_open_is_found(
    service: Service, ann: Provider
) -> None:
    make_booking(service, at("10:00"), ann)
    Claim.objects.update(end=at("10:59"))
    assert codes() == ["short"]


def test_an_event_that_is_missing_is_found(service: Service, ann: Provider) -> None:
    booking = make_booking(service, at("10:00"), ann)
    BookingEvent.objects.filter(seq=1).delete()
    [fault] = find_faults()
    assert (fault.code, fault.ids) == ("history", (booking.pk,))
    assert "not numbered from 1 to 2" in fault.text


def test_a_booking_without_any_event_is_found(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann)
    BookingEvent.objects.all().delete()
    assert codes() == ["history"]


def test_a_state_that_nobody_recorded_is_found(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann)
    Booking.objects.update(state=State.COMPLETED)
    [fault] = find_faults()
    assert "leads to “confirmed”, not to “completed”" in fault.text


def test_events_that_do_not_follow_on_each_other_are_found(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann)
    BookingEvent.objects.filter(seq=2).update(before=State.REQUESTED)
    [fault] = find_faults()
    assert "event 2 does not follow" in fault.text


def test_a_way_that_is_not_in_the_table_is_found(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann, state=State.COMPLETED)
    BookingEvent.objects.filter(seq=2).delete()
    BookingEvent.objects.filter(seq=3).update(seq=2, before=State.HELD)
    Booking.objects.update(last_seq=2)
    [fault] = find_faults()
    assert "“complete” does not lead from held to completed" in fault.text


def test_many_bookings_cost_no_more_queries_than_one(service: Service, ann: Provider) -> None:
    make_booking(service, at("10:00"), ann)
    with CaptureQueriesContext(connection) as few:
        find_faults()
    for number in range(1, 30):
        make_booking(service, at("10:00") + timedelta(days=number), ann)
    with CaptureQueriesContext(connection) as many:
        find_faults()
    assert len(many) == len(few)


def test_the_harness_says_which_faults_there_are(service: Service, ann: Provider) -> None:
    assert_never_double_booked()
    make_session(service, at("10:00"), ann, seats_taken=0)
    with pytest.raises(AssertionError, match="stuck: Claim"):
        assert_never_double_booked()


def test_a_limit_of_a_day_that_is_overrun_is_found(service: Service, ann: Provider) -> None:
    Service.objects.update(max_per_day=2)
    for start in ("09:00", "10:00"):
        make_booking(service, at(start), ann)
    assert find_limit_faults() == []
    make_booking(service, at("11:00"), ann)
    [fault] = find_limit_faults()
    assert (fault.code, len(fault.ids)) == ("daily_limit", 3)
    assert fault.text.startswith("Consultation: 3 instead of at most 2 from March 5, 2030")


def test_the_day_of_a_limit_is_one_in_the_services_zone(service: Service, ann: Provider) -> None:
    Service.objects.update(max_per_day=1, zone="Asia/Tokyo")
    make_booking(service, at("14:00"), ann)
    make_booking(service, at("15:00"), ann)
    assert find_limit_faults() == []


def test_a_limit_of_a_week_that_is_overrun_is_found(service: Service, ann: Provider) -> None:
    Service.objects.update(max_per_week=1)
    make_booking(service, at("10:00", day=5), ann)
    make_booking(service, at("10:00", day=10), ann)
    assert [fault.code for fault in find_limit_faults()] == ["weekly_limit"]


def test_a_providers_own_limit_counts_only_who_gives_it(service: Service) -> None:
    ann, room = make_provider("Ann"), make_provider("Room")
    make_need(service, ann)
    make_need(service, room)
    Service.objects.update(max_per_provider_day=1)
    make_booking(service, at("10:00"), ann, room)
    make_booking(service, at("11:00"), make_provider("Bob"), room)
    assert find_limit_faults() == []
    make_booking(service, at("12:00"), ann, room)
    [fault] = find_limit_faults()
    assert fault.text.startswith("Consultation with Ann: 2 instead of at most 1")


def test_days_that_are_over_are_not_looked_at(
    service: Service, ann: Provider, clock: FrozenClock
) -> None:
    Service.objects.update(max_per_day=1)
    make_booking(service, at("10:00"), ann)
    make_booking(service, at("11:00"), ann)
    make_booking(service, at("11:00", day=20), ann)
    clock.move_to(at("00:00", day=6))
    assert find_limit_faults() == []


def test_a_customer_with_more_bookings_than_allowed_is_found(
    service: Service, ann: Provider, django_user_model: Any
) -> None:
    Service.objects.update(max_per_customer=1)
    user = django_user_model.objects.create_user("cleo", "cleo@example.com")
    mine = [
        make_booking(service, at(start), ann, customer=make_customer(user=user))
        for start in ("10:00", "11:00")
    ]
    make_booking(service, at("12:00"), ann)
    [fault] = find_limit_faults()
    assert fault.code == "customer_limit"
    assert fault.ids == tuple(booking.pk for booking in mine)


def test_a_customer_is_told_of_once_though_known_by_two_names(
    service: Service, ann: Provider, django_user_model: Any
) -> None:
    Service.objects.update(max_per_customer=1)
    user = django_user_model.objects.create_user("cleo", "cleo@example.com")
    cleo = make_customer(user=user, email="cleo@example.com")
    for start in ("10:00", "11:00"):
        make_booking(service, at(start), ann, customer=cleo)
    assert len(find_limit_faults()) == 1


def test_a_limit_of_customers_is_meant_for_one_service(service: Service, ann: Provider) -> None:
    other, cleo = make_service("Massage", max_per_customer=1), make_customer()
    Service.objects.update(max_per_customer=1)
    make_booking(service, at("10:00"), ann, customer=cleo)
    make_booking(other, at("11:00"), ann, customer=cleo)
    assert find_limit_faults() == []


def test_an_extra_of_which_more_are_used_than_there_are_is_found(
    service: Service, ann: Provider
) -> None:
    beamer = make_extra(service, "Beamer", stock=1)
    make_booking_extra(make_booking(service, at("10:00"), ann), beamer)
    make_booking_extra(make_booking(service, at("11:00"), ann), beamer)
    assert find_limit_faults() == []
    make_booking_extra(make_booking(service, at("10:30"), make_provider("Bob")), beamer)
    assert {(fault.code, fault.ids) for fault in find_limit_faults()} == {
        ("extra_stock", (beamer.pk,))
    }
