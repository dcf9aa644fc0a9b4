"""What would become of a series is shown, and nothing is taken."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.bookings.lessons import CLEO, free, lesson, take
from tests.bookings.times import at

from bookable.bookings.hold import hold
from bookable.bookings.series_occurrences import preview_series
from bookable.models import Booking, Series, Service
from bookable.testing import make_busy_time, make_provider
from bookable.timeline.recurrence import weekly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_a_preview_takes_nothing_and_says_what_would_become_of_each_date() -> None:
    service = lesson()
    take(service, at("10:00", 12))
    found = preview_series(service, at("10:00"), weekly(count=3))
    assert [(one.start, one.free) for one in found] == [
        (at("10:00", 5), True),
        (at("10:00", 12), False),
        (at("10:00", 19), True),
    ]
    assert [reason.code for reason in found[1].reasons] == ["booked"]
    assert found[1].nearest[0].start == at("09:00", 12)
    assert found[0].nearest == found[2].nearest == []
    assert Booking.objects.count() == 1
    assert not Series.objects.exists()


def test_a_preview_can_be_asked_by_key_and_with_options() -> None:
    service = lesson()
    bob = make_provider("Bob", offers=service, weekdays=[1])
    make_busy_time(bob, at("10:00", 12), at("11:00", 12))
    found = preview_series(service.slug, at("10:00"), weekly(count=2), provider=bob.slug)
    assert free(found) == [True, False]
    assert {slot.providers for slot in found[1].nearest} == {(bob,)}


def test_a_preview_says_where_a_customer_has_enough() -> None:
    service = lesson(max_per_customer=3)
    hold(service, at("12:00"), customer=CLEO)
    found = preview_series(service, at("10:00"), weekly(count=4), customer=CLEO)
    assert free(found) == [True, True, False, False]


def test_a_preview_of_a_year_asks_no_more_than_one_of_a_month(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    service = lesson(slot_interval=15)
    make_provider("Bob", offers=service, zone="Europe/Berlin")
    for day in (6, 7, 12, 19):
        take(service, at("10:00", day))
        take(service, at("10:00", day))
    service = Service.objects.get(pk=service.pk)
    for rule in (weekly(count=4), weekly(count=52), "FREQ=DAILY;COUNT=100"):
        with django_assert_max_num_queries(6):
            found = preview_series(service, at("10:00"), rule)
    assert free(found).count(False) == 4


def test_a_series_is_asked_for_in_any_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2030, 3, 5, 11, tzinfo=berlin)
    found = preview_series(lesson(), start, weekly(count=5))
    assert {one.start.tzinfo for one in found} == {UTC}
    assert {one.start.hour for one in found} == {10}  # the service's own clock has no summer time
