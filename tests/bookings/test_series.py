"""Bookings that repeat."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries
from tests.bookings.times import at

from bookable.availability.rules import Rule
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.hold import hold
from bookable.bookings.hold_series import SeriesHeld, hold_series
from bookable.bookings.reschedule import reschedule
from bookable.bookings.series_occurrences import Occurrence, preview_series
from bookable.conf import DEFAULT_RULES
from bookable.errors import (
    IdempotencyMismatch,
    InvalidQuery,
    InvalidSeries,
    NaiveDatetime,
    NotAllowed,
    PriceChanged,
    SeriesConflict,
)
from bookable.models import Booking, Order, Series, Service, Session, State
from bookable.money import Money
from bookable.testing import (
    assert_never_double_booked,
    make_busy_time,
    make_provider,
    make_service,
    make_time_off,
)
from bookable.timeline.clock import FrozenClock
from bookable.timeline.intervals import NEVER, Intervals
from bookable.timeline.recurrence import monthly, weekly

pytestmark = pytest.mark.django_db

CLEO = Customer(name="Cleo", email="cleo@example.com")
DAN = Customer(name="Dan", email="dan@example.com")
WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


def lesson(**fields: Any) -> Service:
    made = make_service("Lesson", **fields)
    make_provider(offers=made, hours=["09:00-17:00"], zone=made.zone)
    return made


def each_week(service: Service, count: int = 4, start: str = "10:00", **more: Any) -> SeriesHeld:
    asked = {"rule": weekly(count=count), "customer": CLEO, **more}
    return hold_series(service, at(start), **asked)


def starts(held: SeriesHeld) -> list[datetime]:
    return [booking.session.start for booking in held.bookings]


def take(service: Service, start: datetime) -> Booking:
    return confirm(hold(service, start, customer=DAN))


def free(found: list[Occurrence]) -> list[bool]:
    return [one.free for one in found]


# What a series is


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


# What can't be a series


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=WEEKLY", "Say when the series ends"),
        ("FREQ=WEEKLY;UNTIL=20390101", "104 dates at most"),
        ("FREQ=DAILY;COUNT=105", "104 dates at most"),
        ("FREQ=WEEKLY;COUNT=60", "a year at most"),
        ("FREQ=HOURLY;COUNT=3", "not a repetition"),
        ("every Tuesday", "not a repetition"),
        ("", "not a repetition"),
        ("FREQ=WEEKLY;UNTIL=20290101", "not a repetition"),
    ],
)
def test_a_rule_that_can_not_be_followed_is_refused_with_a_sentence(rule: str, said: str) -> None:
    service = lesson()
    with pytest.raises(InvalidSeries, match=said):
        hold_series(service, at("10:00"), rule=rule, customer=CLEO)
    with pytest.raises(InvalidSeries, match=said):
        preview_series(service, at("10:00"), rule)


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(NaiveDatetime):
        hold_series(
            lesson(),
            datetime(2030, 3, 5, 10),  # noqa: DTZ001
            rule=weekly(count=2),
            customer=CLEO,
        )


def test_what_else_is_to_be_done_with_conflicts_is_refused() -> None:
    with pytest.raises(InvalidQuery, match="refuse, skip"):
        each_week(lesson(), on_conflict="ignore")


# Conflicts


def test_one_date_that_is_taken_refuses_the_series_and_says_what_is_free_instead() -> None:
    service = lesson()
    take(service, at("10:00", 12))
    with pytest.raises(SeriesConflict) as refused:
        each_week(service)
    [conflict] = refused.value.conflicts
    assert conflict.start == at("10:00", 12)
    assert [reason.code for reason in conflict.reasons] == ["booked"]
    nearest = [slot.start for slot in conflict.nearest]
    assert nearest == [at(text, 12) for text in ("09:00", "11:00", "12:00", "13:00", "14:00")]
    assert Booking.objects.filter(order__email=CLEO.email).count() == 0
    assert not Series.objects.exists()
    assert str(refused.value) == "1 of the dates is not free."


def test_every_date_that_is_taken_is_named() -> None:
    service = lesson()
    take(service, at("10:00", 12))
    make_time_off(service.offerings.get().provider, at("00:00", 19), at("23:00", 20))
    with pytest.raises(SeriesConflict) as refused:
        each_week(service)
    found = [
        (one.start, [reason.code for reason in one.reasons]) for one in refused.value.conflicts
    ]
    assert found == [(at("10:00", 12), ["booked"]), (at("10:00", 19), ["time_off"])]


def test_dates_that_are_taken_can_be_left_out() -> None:
    service = lesson()
    take(service, at("10:00", 12))
    held = each_week(service, on_conflict="skip")
    assert starts(held) == [at("10:00", 5), at("10:00", 19), at("10:00", 26)]
    assert [one.start for one in held.conflicts] == [at("10:00", 12)]
    assert [reason.code for reason in held.conflicts[0].reasons] == ["booked"]
    assert_never_double_booked()


def test_the_first_date_can_not_be_left_out() -> None:
    service = lesson()
    take(service, at("10:00", 5))
    take(service, at("10:00", 12))
    with pytest.raises(SeriesConflict) as refused:
        each_week(service, on_conflict="skip")
    assert [one.start for one in refused.value.conflicts] == [at("10:00", 5), at("10:00", 12)]
    assert not Series.objects.exists()


def test_what_is_free_instead_is_no_date_of_the_series_itself() -> None:
    service = lesson(duration=480)  # one a day
    take(service, at("09:00", 6))
    with pytest.raises(SeriesConflict) as refused:
        hold_series(service, at("09:00"), rule="FREQ=DAILY;COUNT=4", customer=CLEO)
    [conflict] = refused.value.conflicts
    nearest = [slot.start for slot in conflict.nearest]
    assert at("09:00", 4) in nearest
    assert not {at("09:00", 5), at("09:00", 7), at("09:00", 8)} & set(nearest)


# Limits


def test_a_customers_limit_counts_the_dates_of_the_series() -> None:
    service = lesson(max_per_customer=3)
    with pytest.raises(SeriesConflict) as refused:
        each_week(service, 5)
    assert [one.start for one in refused.value.conflicts] == [
        at("10:00", 26),
        at("10:00", 26) + WEEK,
    ]
    codes = {reason.code for one in refused.value.conflicts for reason in one.reasons}
    assert codes == {"customer_limit"}
    assert not Booking.objects.exists()


def test_dates_beyond_a_customers_limit_can_be_left_out() -> None:
    held = each_week(lesson(max_per_customer=3), 5, on_conflict="skip")
    assert len(held.bookings) == 3
    assert [reason.code for reason in held.conflicts[0].reasons] == ["customer_limit"]


def test_a_limit_of_the_week_counts_the_dates_of_the_series() -> None:
    service = lesson(max_per_week=2)
    rule = "FREQ=WEEKLY;BYDAY=TU,WE,TH;COUNT=6"
    held = hold_series(service, at("10:00"), rule=rule, customer=CLEO, on_conflict="skip")
    assert starts(held) == [at("10:00", day) for day in (5, 6, 12, 13)]
    assert [one.start for one in held.conflicts] == [at("10:00", 7), at("10:00", 14)]
    assert free(preview_series(service, at("10:00", 19), rule)) == [True, True, False] * 2


def test_a_preview_sees_what_others_have_in_the_same_week() -> None:
    service = lesson(max_per_week=1)
    take(service, at("10:00", 11))
    found = preview_series(service, at("10:00", 7), weekly(count=3))
    assert free(found) == [True, False, True]


def test_a_limit_of_a_providers_week_counts_the_dates_of_the_series() -> None:
    service = lesson(max_per_provider_week=2)
    rule = "FREQ=WEEKLY;BYDAY=TU,WE,TH;COUNT=3"
    assert free(preview_series(service, at("10:00"), rule)) == [True, True, False]
    make_provider("Bob", offers=service)
    assert free(preview_series(service, at("10:00"), rule)) == [True, True, True]


class TwiceAtMost(Rule):
    """A site's own limit, which knows nothing of what is planned for."""

    code: ClassVar[str] = "twice"

    def bars_start(self, provider: object) -> Intervals:
        many = self.query.rows(Booking).filter(state=State.HELD).count()
        return [self.query.reach] if provider is None and many >= 2 else NEVER

    def reason(self, provider: object, interval: tuple[int, int]) -> str:
        return "Twice is enough." if provider is None else ""


OWN = {"RULESETS": {"default": [*DEFAULT_RULES, f"{__name__}.TwiceAtMost"]}}


def test_a_sites_own_limit_is_kept_though_it_counts_only_what_is_written() -> None:
    service = lesson()
    make_provider("Bob", offers=service)
    with override_settings(BOOKABLE=OWN):
        with pytest.raises(SeriesConflict) as refused:
            each_week(service)
        assert [one.start for one in refused.value.conflicts] == [at("10:00", 19)]
        held = each_week(service, on_conflict="skip")
    assert starts(held) == [at("10:00", 5), at("10:00", 12)]
    assert len(held.conflicts) == 2
    assert [str(reason) for reason in held.conflicts[0].reasons] == ["Twice is enough."]


# Notice, horizon, season


def test_the_horizon_is_asked_of_the_first_date_only() -> None:
    service = lesson(horizon_days=10)
    assert len(each_week(service, 4).bookings) == 4
    with pytest.raises(SeriesConflict) as refused:
        hold_series(service, at("12:00", 19), rule=weekly(count=2), customer=CLEO)
    [conflict] = refused.value.conflicts
    assert conflict.start == at("12:00", 19)
    assert [reason.code for reason in conflict.reasons] == ["horizon"]


def test_no_date_lies_beyond_the_end_of_the_season() -> None:
    service = lesson(bookable_until=date(2030, 3, 20))
    held = each_week(service, 4, on_conflict="skip")
    assert starts(held) == [at("10:00", 5), at("10:00", 12), at("10:00", 19)]
    [conflict] = held.conflicts
    assert [str(reason) for reason in conflict.reasons] == [
        "It can be booked until March 20, 2030."
    ]


def test_what_is_not_asked_of_later_dates_is_not_told_as_an_override() -> None:
    held = each_week(lesson(horizon_days=10), 2)
    assert ["override" in booking.history.get().data for booking in held.bookings] == [False] * 2


def test_a_rule_set_without_a_horizon_has_series_too() -> None:
    rules = [path for path in DEFAULT_RULES if not path.endswith("Horizon")]
    with override_settings(BOOKABLE={"RULESETS": {"free": rules}}):
        assert len(each_week(lesson(rule_set="free")).bookings) == 4


def test_staff_can_hold_a_series_against_the_rules() -> None:
    service = lesson()
    held = each_week(service, 2, start="07:00", override=["outside_hours"])
    told = [one.history.get().data["override"] for one in held.bookings]
    assert told == [["outside_hours"], ["outside_hours"]]


def test_what_is_booked_against_the_rules_can_still_be_taken() -> None:
    service = lesson()
    confirm(hold(service, at("07:00", 12), customer=DAN, override=["outside_hours"]))
    with pytest.raises(SeriesConflict) as refused:
        each_week(service, 3, start="07:00", override=["outside_hours"])
    assert [one.start for one in refused.value.conflicts] == [at("07:00", 12)]


def test_a_customer_can_not_hold_a_series_against_the_rules(django_user_model: Any) -> None:
    user = django_user_model.objects.create(username="cleo", email=CLEO.email)
    with pytest.raises(NotAllowed):
        each_week(lesson(), 2, start="07:00", by=user, override=["outside_hours"])


# Money and keys


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


# Looking ahead


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


def test_dates_whose_holds_have_run_out_are_all_free_though_nobody_swept_them(
    clock: FrozenClock,
) -> None:
    service = lesson()
    gone = each_week(service, 20, customer=DAN)
    clock.tick(timedelta(hours=1))
    held = each_week(service, 20)
    assert starts(held) == starts(gone)
    assert_never_double_booked()
