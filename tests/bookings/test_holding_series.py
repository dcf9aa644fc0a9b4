"""A series is one order of bookings that repeat."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.bookings.lessons import CLEO, DAN, each_week, lesson, starts, take
from tests.bookings.times import at

from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.hold_series import hold_series
from bookable.bookings.reschedule import reschedule
from bookable.errors import IdempotencyMismatch, PriceChanged
from bookable.models import Booking, Order, Series, Session, State
from bookable.money import Money
from bookable.testing import assert_never_double_booked, make_provider
from bookable.timeline.clock import FrozenClock
from bookable.timeline.recurrence import monthly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_a_weekly_series_is_one_order_of_bookings_a_week_apart() -> None:
    service = lesson(price=2000)
    held = each_week(service, 3)
    assert starts(held) == [at("10:00", 5), at("10:00", 12), at("10:00", 19)]
    assert Order.objects.get().total == Money(6000, "EUR")
    assert {booking.series for booking in held.bookings} == {held.series}
    assert held.conflicts == []


def test_the_series_keeps_the_rule_that_it_came_from() -> None:
    series = each_week(lesson(zone="Europe/Berlin")).series
    assert (series.rule, series.start) == ("FREQ=WEEKLY;COUNT=4", at("10:00"))
    assert series.zone == "Europe/Berlin"


def test_confirming_one_confirms_them_all() -> None:
    held = each_week(lesson())
    confirm(held.bookings[2])
    assert set(Booking.objects.values_list("state", flat=True)) == {State.CONFIRMED}


def test_everything_said_about_a_series_is_said_of_each_booking() -> None:
    held = each_week(lesson(), note="Bring a mat.", attendees=["Kim"], source="phone", seats=1)
    said = {(one.note, tuple(one.attendees), one.source) for one in held.bookings}
    assert said == {("Bring a mat.", ("Kim",), "phone")}


def test_the_clock_on_the_wall_is_kept_when_summer_time_begins() -> None:
    held = each_week(lesson(zone="Europe/Berlin"), 5)
    berlin = ZoneInfo("Europe/Berlin")
    assert {f"{start.astimezone(berlin):%H:%M}" for start in starts(held)} == {"11:00"}
    assert {f"{start:%H:%M}" for start in starts(held)} == {"10:00", "09:00"}


def test_the_31st_of_each_month_is_the_last_day_of_a_shorter_one() -> None:
    service = lesson()
    held = hold_series(service, at("10:00", 31), rule=monthly(count=3), customer=CLEO)
    assert [start.date() for start in starts(held)] == [
        date(2030, 3, 31),
        date(2030, 4, 30),
        date(2030, 5, 31),
    ]


def test_a_series_of_a_class_joins_the_sessions_that_are_there() -> None:
    service = lesson(capacity=3)
    first = take(service, at("10:00", 12))
    held = each_week(service, 2, seats=2)
    assert held.bookings[1].session == first.session
    assert Session.objects.get(pk=first.session_id).seats_taken == 3
    assert_never_double_booked()


def test_the_provider_who_is_asked_for_comes_every_time() -> None:
    service = lesson()
    bob = make_provider("Bob", offers=service)
    held = each_week(service, provider=bob)
    assert {booking.session.claims.get().provider for booking in held.bookings} == {bob}


def test_a_single_date_can_be_moved_and_stays_in_the_series() -> None:
    held = each_week(lesson())
    moved = reschedule(held.bookings[1], at("14:00", 13))
    assert moved.series == held.series
    moved.refresh_from_db()
    assert (moved.session.start, moved.series) == (at("14:00", 13), held.series)


def test_a_single_date_can_be_left_out() -> None:
    held = each_week(lesson())
    cancel(held.bookings[1])
    assert Booking.objects.filter(state=State.HELD).count() == 3


def test_the_price_that_was_shown_is_that_of_each_date() -> None:
    service = lesson(price=2000)
    with pytest.raises(PriceChanged):
        each_week(service, expected_price=Money(8000, "EUR"))
    assert each_week(service, expected_price=Money(2000, "EUR")).bookings


def test_the_same_series_under_one_key_is_held_once() -> None:
    service = lesson()
    take(service, at("10:00", 12))
    first = each_week(service, idempotency_key="abc", on_conflict="skip")
    reschedule(first.bookings[1], at("15:00", 20))
    again = each_week(service, idempotency_key="abc", on_conflict="skip")
    assert again.bookings == first.bookings
    assert again.series == first.series
    assert [one.start for one in again.conflicts] == [at("10:00", 12)]
    assert Series.objects.count() == 1
    with pytest.raises(IdempotencyMismatch):
        each_week(service, 5, idempotency_key="abc", on_conflict="skip")
    with pytest.raises(IdempotencyMismatch):
        each_week(service, idempotency_key="abc")


def test_dates_whose_holds_have_run_out_are_all_free_though_nobody_swept_them(
    clock: FrozenClock,
) -> None:
    service = lesson()
    gone = each_week(service, 20, customer=DAN)
    clock.tick(timedelta(hours=1))
    held = each_week(service, 20)
    assert starts(held) == starts(gone)
    assert_never_double_booked()
