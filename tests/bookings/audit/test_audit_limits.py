"""Limits that are overrun are found, of days, weeks, customers and extras."""

from __future__ import annotations

from typing import Any

import pytest
from tests.bookings.times import at
from tests.bookings.waiting import booked, moves_up, one_to_one, states

from bookable.bookings.audit_limits import find_limit_faults
from bookable.bookings.cancel import cancel
from bookable.models import Provider, Service
from bookable.testing import (
    make_booking,
    make_booking_extra,
    make_customer,
    make_extra,
    make_need,
    make_provider,
    make_service,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


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


def test_an_earlier_time_that_is_offered_is_no_booking_besides(clock: FrozenClock) -> None:
    yoga = one_to_one(max_per_customer=1)
    late, early = booked(yoga, "14:00"), booked(yoga, "10:00")
    entry = moves_up(late, "10:00", "10:00")
    cancel(early)
    assert states(entry) == ["offered"]
    assert find_limit_faults() == []


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
