"""Bookings that have lost their place, and claims that nobody needs any more, are found."""

from __future__ import annotations

import pytest
from tests.bookings.audit.codes import codes
from tests.bookings.times import at

from bookable.bookings.audit import find_faults
from bookable.bookings.cancel import cancel
from bookable.bookings.hold import hold
from bookable.bookings.models import Booking, State
from bookable.models import Claim, Provider, Service, Session
from bookable.testing import make_booking, make_customer, make_provider, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


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
