from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command

from bookable import models
from bookable.bookings.audit import find_faults
from bookable.bookings.expire import expire_due
from bookable.models import (
    Booking,
    BookingEvent,
    BookingExtra,
    Category,
    Claim,
    Need,
    Order,
    OrderLine,
    Provider,
    Service,
    Session,
    WaitingEntry,
)
from bookable.testing import freeze
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.once]

#: What is made of demo bookings.
STATES = {"confirmed", "requested", "cancelled"}


@pytest.fixture
def clock() -> Iterator[FrozenClock]:
    with freeze("2026-11-21 09:00") as frozen:
        yield frozen


@pytest.fixture(autouse=True)
def demo(clock: FrozenClock) -> str:
    return load()


def load() -> str:
    told = StringIO()
    call_command("bookable_demo", stdout=told)
    return told.getvalue()


def every_row() -> dict[str, list[dict[str, object]]]:
    found = [getattr(models, name) for name in models.__all__]
    tables = [one for one in found if hasattr(one, "_default_manager")]
    return {
        table.__name__: list(table._default_manager.order_by("pk").values()) for table in tables
    }


def service(slug: str) -> Service:
    return Service.objects.get(slug=slug)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_it_says_what_there_is(demo: str) -> None:
    assert demo == "The demo is there: 9 services, 10 providers, 22 bookings.\n"
    assert Category.objects.count() == 3


def test_running_it_twice_changes_nothing() -> None:
    once = every_row()
    load()
    assert every_row() == once


def test_what_somebody_has_changed_is_left_alone() -> None:
    Service.objects.filter(slug="massage").update(name="Rub", price=1)
    service("massage").offerings.all().delete()
    load()
    assert (service("massage").name, service("massage").price) == ("Rub", 1)
    assert not service("massage").offerings.exists()


def test_what_lies_ahead_is_topped_up_as_time_goes_by(clock: FrozenClock) -> None:
    clock.move_to(at("2027-01-04T09:00+00:00"))
    load()
    ahead = Session.objects.filter(start__gt=at("2027-01-04T09:00+00:00"))
    assert ahead.filter(opened_by_staff=True).count() == 6
    assert {booking.state for booking in Booking.objects.filter(session__in=ahead)} == STATES


def test_every_provider_makes_sense_to_the_admin() -> None:
    for row in [*Provider.objects.all(), *Service.objects.all(), *Need.objects.all()]:
        row.full_clean()


def test_every_service_has_a_free_time() -> None:
    assert [one.slug for one in Service.objects.all() if one.next_slot() is None] == []


def test_physiotherapy_takes_a_room_as_well() -> None:
    whole_day = (at("2026-11-24T00:00+00:00"), at("2026-11-25T00:00+00:00"))
    assert service("physiotherapy").slots(*whole_day)
    Provider.objects.filter(kind="room").update(is_active=False)
    assert service("physiotherapy").slots(*whole_day) == []


def test_a_consultation_needs_a_day_of_notice() -> None:
    first = service("first-consultation").next_slot()
    assert first is not None
    assert first.start >= at("2026-11-22T09:00+00:00")


def test_the_yoga_classes_have_seats_left() -> None:
    (joined,) = service("yoga").slots(
        at("2026-11-26T18:00+00:00"), at("2026-11-26T18:01+00:00"), seats=7
    )
    assert (joined.session is not None, joined.seats_left) == (True, 7)


def test_every_seat_in_spinning_takes_a_bike() -> None:
    session = service("spinning").sessions.first()
    assert session is not None
    bikes = session.claims.filter(provider__slug="spin-bikes")
    assert sorted(bikes.values_list("unit", flat=True)) == [0, 1, 2]


def test_the_night_shift_runs_into_the_next_day() -> None:
    night = service("night-care").slots(at("2026-11-22T00:00+00:00"), at("2026-11-22T06:00+00:00"))
    assert [slot.start.hour for slot in night] == [0, 1, 2, 3, 4]


def test_the_coach_keeps_the_hours_of_new_york() -> None:
    first = service("online-coaching").next_slot()
    assert first is not None
    assert first.start == at("2026-11-23T09:00-05:00")


def test_one_who_is_not_approved_is_offered_nowhere() -> None:
    reasons = service("physiotherapy").explain(at("2026-11-24T10:00+00:00"), provider="uma")
    assert "unapproved" in [reason.code for reason in reasons]


def test_there_are_days_off_and_busy_times() -> None:
    reasons = service("massage").explain(at("2026-12-02T11:00+00:00"))
    assert {reason.code for reason in reasons} == {"busy", "time_off"}


def test_a_closed_day_is_closed_for_everybody() -> None:
    reasons = service("massage").explain(at("2026-12-04T10:00+00:00"), provider="ann")
    assert [str(reason) for reason in reasons] == ["Ann is closed on Dec. 4, 2026: team day."]


def test_there_is_a_booking_of_every_kind() -> None:
    assert set(Booking.objects.values_list("state", flat=True)) == STATES
    assert Booking.objects.exclude(series=None).count() == 4
    assert Booking.objects.exclude(answers={}).get().answers["where"] == ["Back", "Knee"]
    assert Booking.objects.filter(seats__gt=1).exists()


def test_two_wait_for_the_class_with_one_seat_left() -> None:
    (entry,) = WaitingEntry.objects.all()
    (session,) = service("yoga").sessions.filter(start=entry.earliest)
    assert (entry.seats, session.seats_left) == (2, 1)


def test_the_bookings_are_as_the_verbs_leave_them() -> None:
    assert find_faults() == []


def test_a_customer_of_the_demo_can_be_told_from_the_others() -> None:
    for order in Order.objects.all():
        assert order.name
        assert order.email.endswith("@example.com")


@pytest.mark.parametrize(
    "day", ["2026-12-24", "2027-03-27", "2027-10-30", "2028-02-29", "2029-01-01", "2030-07-03"]
)
def test_it_can_be_loaded_on_any_day(clock: FrozenClock, day: str) -> None:
    for table in (BookingEvent, OrderLine, BookingExtra, Claim, WaitingEntry, Booking, Order):
        table.objects.all().delete()
    Session.objects.all().delete()
    clock.move_to(at(f"{day}T23:30+00:00"))
    load()
    assert set(Booking.objects.values_list("state", flat=True)) == STATES
    assert find_faults() == []


def test_a_request_that_nobody_answered_is_made_anew(clock: FrozenClock) -> None:
    clock.move_to(at("2026-11-22T10:00+00:00"))
    expire_due()
    load()
    visits = Booking.objects.filter(session__service__slug="home-visit")
    assert sorted(visits.values_list("state", flat=True)) == ["expired", "requested"]
