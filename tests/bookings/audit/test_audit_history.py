"""Histories that do not lead to what is now are found."""

from __future__ import annotations

import pytest
from tests.bookings.audit.codes import codes
from tests.bookings.times import at

from bookable.bookings.audit import find_faults
from bookable.bookings.models import Booking, BookingEvent, State
from bookable.models import Provider, Service
from bookable.testing import make_booking

pytestmark = pytest.mark.django_db


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
