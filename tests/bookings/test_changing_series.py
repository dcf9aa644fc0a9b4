"""Changing and cancelling what is left of a series."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_series import cancel_series
from bookable.bookings.change_series import change_series
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.expire import expire
from bookable.bookings.hold import hold
from bookable.bookings.hold_series import hold_series
from bookable.bookings.reschedule import reschedule
from bookable.errors import (
    InvalidSeries,
    NotAllowed,
    NotFound,
    SeriesConflict,
    TooLate,
    TooOften,
)
from bookable.models import Booking, Claim, Series, Service, Session, State
from bookable.money import Money
from bookable.testing import (
    assert_never_double_booked,
    make_need,
    make_provider,
    make_service,
    make_waiting_entry,
)
from bookable.timeline.clock import FrozenClock
from bookable.timeline.recurrence import weekly

pytestmark = pytest.mark.django_db

CLEO = Customer(name="Cleo", email="cleo@example.com")
DAN = Customer(name="Dan", email="dan@example.com")
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
BEGINNING = at("00:00", 4)


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


def lesson(**fields: Any) -> Service:
    made = make_service("Lesson", **fields)
    make_provider(offers=made, zone=made.zone)
    return made


def tuesdays(service: Service, count: int = 4, **asked: Any) -> Series:
    """Confirmed, from the fifth at ten on."""
    held = hold_series(service, at("10:00"), rule=weekly(count=count), customer=CLEO, **asked)
    confirm(held.bookings[0])
    return held.series


def take(service: Service, start: datetime, **asked: Any) -> Booking:
    return confirm(hold(service, start, customer=DAN, **asked))


def starts(series: Series) -> list[datetime]:
    rows = Booking.objects.filter(series=series, freed_at=None)
    return sorted(rows.values_list("session__start", flat=True))


def verbs(booking: Booking) -> list[str]:
    return [event.verb for event in booking.history]


# Changing


@pytest.mark.parametrize("shift", [WEEK, DAY, -HOUR, timedelta(minutes=30)])
def test_a_series_moves_onto_its_own_old_times(shift: timedelta) -> None:
    series = tuesdays(lesson(slot_interval=30))
    first, *rest = starts(series)
    change_series(series, since=at("10:00", 12), shift=shift)
    assert starts(series) == [first, *(one + shift for one in rest)]
    assert Claim.objects.filter(released_at=None).count() == 4
    assert_never_double_booked()


def test_a_series_moves_back_onto_its_own_old_times() -> None:
    series = tuesdays(lesson())
    before = starts(series)
    change_series(series, since=BEGINNING, shift=WEEK)
    change_series(series, since=BEGINNING, shift=-WEEK)
    assert starts(series) == before
    assert_never_double_booked()


def test_a_date_that_stays_is_not_free_for_those_that_move() -> None:
    series = tuesdays(lesson())
    with pytest.raises(SeriesConflict) as refused:
        change_series(series, since=at("10:00", 12), shift=-WEEK)
    assert [one.start for one in refused.value.conflicts] == [at("10:00", 5)]


def test_what_lies_before_stays() -> None:
    series = tuesdays(lesson())
    change_series(series, since=at("10:00", 19), start_time=time(14))
    assert starts(series) == [
        at("10:00", 5),
        at("10:00", 12),
        at("14:00", 19),
        at("14:00", 26),
    ]


def test_what_was_moved_by_itself_moves_along() -> None:
    series = tuesdays(lesson())
    reschedule(series.bookings.get(session__start=at("10:00", 12)), at("15:00", 13))
    change_series(series, since=at("00:00", 12), shift=HOUR)
    assert starts(series)[1:3] == [at("16:00", 13), at("11:00", 19)]


def test_all_of_a_series_can_be_given_to_somebody_else() -> None:
    service = lesson()
    bob = make_provider("Bob", offers=service)
    ann = service.offerings.exclude(provider=bob).get().provider
    series = tuesdays(service, provider=ann)
    change_series(series, since=BEGINNING, provider=bob)
    live = Claim.objects.filter(released_at=None)
    assert set(live.values_list("provider", flat=True)) == {bob.pk}
    assert starts(series) == [at("10:00", day) for day in (5, 12, 19, 26)]
    change_series(series, since=BEGINNING, provider=None)
    assert {"provider" in one.asked for one in series.bookings.all()} == {False}


def test_day_time_and_provider_change_together() -> None:
    service = lesson()
    bob = make_provider("Bob", offers=service)
    series = tuesdays(service, 2)
    moved = change_series(
        series, since=BEGINNING, shift=DAY, start_time=time(12), provider=bob.slug
    )
    assert [one.session.start for one in moved] == [at("12:00", 6), at("12:00", 13)]
    assert {one.session.claims.get(released_at=None).provider for one in moved} == {bob}


def test_the_history_says_who_moved_each_booking_and_from_where() -> None:
    series = tuesdays(lesson(), 2)
    change_series(series, since=BEGINNING, shift=HOUR, reason="holiday", comment="Sorry!")
    for booking in series.bookings.all():
        event = booking.history.last()
        assert event is not None
        assert (event.verb, event.reason, event.comment) == ("reschedule", "holiday", "Sorry!")
        old, new = (
            datetime.fromisoformat(one["start"]) for one in (event.data["before"], event.data)
        )
        assert new - old == HOUR


def test_a_change_that_changes_nothing_is_no_change() -> None:
    series = tuesdays(lesson())
    bookings = change_series(series, since=BEGINNING, start_time=time(10))
    assert [one.session.start for one in bookings] == starts(series)
    assert change_series(series, since=BEGINNING, shift=timedelta()) == bookings
    assert {tuple(verbs(booking)) for booking in bookings} == {("hold", "confirm")}


def test_the_wall_clock_of_the_series_is_what_is_moved() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    series = tuesdays(lesson(zone="Europe/Berlin"), 5)  # summer time begins before the last
    change_series(series, since=BEGINNING, start_time=time(9))
    assert {f"{one.astimezone(berlin):%H:%M}" for one in starts(series)} == {"09:00"}
    change_series(series, since=at("00:00", 25), shift=6 * DAY)
    assert starts(series)[-2:] == [
        datetime(2030, 4, 1, 9, tzinfo=berlin).astimezone(UTC),
        datetime(2030, 4, 8, 9, tzinfo=berlin).astimezone(UTC),
    ]


def test_what_has_begun_stays(clock: FrozenClock) -> None:
    series = tuesdays(lesson())
    clock.move_to(at("10:00", 12))
    change_series(series, since=BEGINNING, shift=HOUR)
    assert starts(series) == [
        at("10:00", 5),
        at("10:00", 12),
        at("11:00", 19),
        at("11:00", 26),
    ]


def test_what_was_cancelled_stays_where_it_was() -> None:
    series = tuesdays(lesson())
    cancel(series.bookings.get(session__start=at("10:00", 12)))
    change_series(series, since=BEGINNING, shift=HOUR)
    assert starts(series) == [at("11:00", 5), at("11:00", 19), at("11:00", 26)]


def test_one_date_that_is_taken_leaves_the_whole_series_as_it_was() -> None:
    service = lesson()
    series = tuesdays(service)
    take(service, at("14:00", 19))
    with pytest.raises(SeriesConflict) as refused:
        change_series(series, since=BEGINNING, start_time=time(14))
    [conflict] = refused.value.conflicts
    assert conflict.start == at("14:00", 19)
    assert [reason.code for reason in conflict.reasons] == ["booked"]
    assert at("13:00", 19) in [slot.start for slot in conflict.nearest]
    assert starts(series) == [at("10:00", day) for day in (5, 12, 19, 26)]
    assert Session.objects.filter(released_at=None).count() == 5
    assert {tuple(verbs(one)) for one in series.bookings.all()} == {("hold", "confirm")}


def test_those_in_a_class_leave_the_others_where_they_are() -> None:
    service = lesson(capacity=3)
    series = tuesdays(service)
    other = take(service, at("10:00", 12))
    joined = take(service, at("14:00", 12))
    change_series(series, since=BEGINNING, start_time=time(14))
    other.refresh_from_db()
    assert other.session.seats_taken == 1
    assert series.bookings.get(session__start=at("14:00", 12)).session == joined.session
    assert_never_double_booked()


def test_two_who_move_into_one_class_need_a_seat_each() -> None:
    service = lesson(capacity=2)
    series = tuesdays(service, 2)
    reschedule(series.bookings.get(session__start=at("10:00", 12)), at("11:00", 5))
    full, empty = take(service, at("14:00", 5)), take(service, at("15:00", 5))
    with pytest.raises(SeriesConflict):
        change_series(series, since=BEGINNING, start_time=time(14))
    Session.objects.filter(pk=empty.session_id).update(capacity=3)
    change_series(series, since=BEGINNING, start_time=time(15))
    assert Session.objects.get(pk=empty.session_id).seats_taken == 3
    assert Session.objects.get(pk=full.session_id).seats_taken == 1
    assert_never_double_booked()


def test_two_who_leave_one_class_leave_nothing_behind() -> None:
    service = lesson(capacity=3)
    series = tuesdays(service, 2)
    reschedule(series.bookings.get(session__start=at("10:00", 12)), at("10:00", 5))
    there = take(service, at("15:00", 5))
    change_series(series, since=BEGINNING, start_time=time(15))
    assert Session.objects.get(released_at=None) == there.session
    assert_never_double_booked()


def test_bikes_move_along() -> None:
    service = make_service("Ride", capacity=4)
    make_need(service, make_provider("Ann"))
    make_need(service, make_provider("Bikes", units=2), per_seat=True)
    series = tuesdays(service, seats=2)
    change_series(series, since=at("10:00", 12), shift=WEEK)
    assert Claim.objects.filter(released_at=None).count() == 12
    assert_never_double_booked()


def test_a_limit_of_the_week_counts_what_moves_along() -> None:
    series = tuesdays(lesson(max_per_week=1), 3)
    change_series(series, since=BEGINNING, shift=2 * DAY)
    assert starts(series) == [at("10:00", day) for day in (7, 14, 21)]
    reschedule(series.bookings.get(session__start=at("10:00", 14)), at("10:00", 17))
    with pytest.raises(SeriesConflict) as refused:
        change_series(series, since=at("10:00", 17), shift=DAY)
    [conflict] = refused.value.conflicts
    assert conflict.start == at("10:00", 22)
    assert [reason.code for reason in conflict.reasons] == ["weekly_limit"]


def test_a_full_customers_limit_does_not_keep_a_series_from_moving() -> None:
    series = tuesdays(lesson(max_per_customer=4))
    change_series(series, since=at("10:00", 12), shift=HOUR)
    assert starts(series)[1] == at("11:00", 12)


def test_the_horizon_is_asked_of_the_first_that_moves() -> None:
    series = tuesdays(lesson(horizon_days=10))
    change_series(series, since=at("10:00", 19), shift=HOUR)
    change_series(series, since=BEGINNING, shift=5 * DAY)
    assert starts(series)[:2] == [at("10:00", 10), at("10:00", 17)]
    with pytest.raises(SeriesConflict) as refused:
        change_series(series, since=BEGINNING, shift=2 * WEEK)
    assert refused.value.conflicts[0].start == at("10:00", 24)
    assert [reason.code for reason in refused.value.conflicts[0].reasons] == ["horizon"]


def test_a_series_can_not_be_moved_by_more_than_a_year() -> None:
    series = tuesdays(lesson())
    for shift in (400 * DAY, -400 * DAY, timedelta.max):
        with pytest.raises(InvalidSeries, match="a year at most"):
            change_series(series, since=BEGINNING, shift=shift)


def test_staff_can_move_a_series_against_the_rules() -> None:
    series = tuesdays(lesson(), 2)
    with pytest.raises(SeriesConflict):
        change_series(series, since=BEGINNING, start_time=time(20))
    change_series(series, since=BEGINNING, start_time=time(20), override=["outside_hours"])
    assert starts(series) == [at("20:00", 5), at("20:00", 12)]
    with pytest.raises(NotAllowed):
        change_series(series, since=BEGINNING, shift=HOUR, by=GUEST, override=["outside_hours"])


TERMS = "bookable.bookings.policies.StandardTerms"


def test_a_customer_may_move_a_series_as_often_and_until_when_was_agreed() -> None:
    options = {"reschedule_limit": 1, "reschedule_hours": 48}
    with override_settings(BOOKABLE={"CANCELLATION": {"BACKEND": TERMS, "OPTIONS": options}}):
        series = tuesdays(lesson())
    with pytest.raises(TooLate):
        change_series(series, since=BEGINNING, shift=HOUR, by=GUEST)
    change_series(series, since=at("10:00", 12), shift=HOUR, by=GUEST)
    assert [one.moves for one in series.bookings.order_by("session__start")] == [0, 1, 1, 1]
    with pytest.raises(TooOften):
        change_series(series, since=at("10:00", 12), shift=HOUR, by=GUEST)
    change_series(series, since=at("10:00", 12), shift=HOUR)
    assert series.bookings.get(session__start=at("12:00", 12)).moves == 1


def test_only_those_who_may_touch_its_bookings_change_a_series(django_user_model: Any) -> None:
    series = tuesdays(lesson())
    stranger = django_user_model.objects.create(username="stranger")
    with pytest.raises(NotAllowed):
        change_series(series, since=BEGINNING, shift=HOUR, by=stranger)
    with pytest.raises(NotAllowed):
        cancel_series(series, by=stranger)
    assert starts(series) == [at("10:00", day) for day in (5, 12, 19, 26)]


def test_a_series_is_found_by_its_key() -> None:
    series = tuesdays(lesson())
    change_series(str(series.uuid), since=BEGINNING, shift=HOUR)
    assert starts(series)[0] == at("11:00", 5)
    for key in ("nothing", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotFound):
            cancel_series(key)


def test_a_held_series_moves_with_its_deadline() -> None:
    service = lesson()
    held = hold_series(service, at("10:00"), rule=weekly(count=2), customer=CLEO)
    change_series(held.series, since=BEGINNING, shift=HOUR)
    until = set(Claim.objects.filter(released_at=None).values_list("expires_at", flat=True))
    assert until == {held.bookings[0].expires_at}


def test_a_class_that_was_only_held_lasts_once_a_confirmed_one_moves_into_it() -> None:
    service = lesson(capacity=3)
    series = tuesdays(service, 1)
    there = hold(service, at("14:00"), customer=DAN)
    change_series(series, since=BEGINNING, start_time=time(14))
    assert there.session.claims.get().expires_at is None


def test_whoever_waits_is_offered_what_the_series_leaves() -> None:
    service = lesson()
    series = tuesdays(service)
    week_later = make_waiting_entry(service, at("00:00", 12), at("23:00", 12))
    today = make_waiting_entry(service, at("00:00", 6), at("23:00", 6))
    change_series(series, since=BEGINNING, shift=WEEK)
    for entry, state in ((week_later, "waiting"), (today, "waiting")):
        entry.refresh_from_db()
        assert entry.state == state
    third = make_waiting_entry(service, at("00:00", 12), at("23:00", 12))
    change_series(series, since=BEGINNING, start_time=time(15))
    week_later.refresh_from_db()
    third.refresh_from_db()
    assert (week_later.state, third.state) == ("offered", "waiting")
    assert_never_double_booked()


# Cancelling


def test_what_is_left_of_a_series_can_be_cancelled() -> None:
    series = tuesdays(lesson())
    cancelled = cancel_series(series, since=at("10:00", 19), reason="moved", comment="Bye.")
    assert [one.session.start for one in cancelled] == [at("10:00", 19), at("10:00", 26)]
    assert {one.state for one in cancelled} == {State.CANCELLED}
    assert starts(series) == [at("10:00", 5), at("10:00", 12)]
    event = cancelled[0].history.last()
    assert event is not None
    assert (event.verb, event.reason, event.comment) == ("cancel", "moved", "Bye.")
    assert_never_double_booked()


def test_without_a_date_all_that_has_not_begun_is_cancelled(clock: FrozenClock) -> None:
    series = tuesdays(lesson())
    clock.move_to(at("10:00", 12))
    assert len(cancel_series(series, by=GUEST)) == 2
    assert starts(series) == [at("10:00", 5), at("10:00", 12)]


def test_cancelling_a_series_twice_is_cancelling_it_once() -> None:
    series = tuesdays(lesson())
    cancel_series(series)
    assert cancel_series(series) == []
    assert {tuple(verbs(one)) for one in series.bookings.all()} == {("hold", "confirm", "cancel")}


def test_each_date_costs_what_was_agreed_for_it(clock: FrozenClock) -> None:
    options = {"free_hours": 24 * 8, "late_percent": 50}
    with override_settings(BOOKABLE={"CANCELLATION": {"BACKEND": TERMS, "OPTIONS": options}}):
        series = tuesdays(lesson(price=1000), 3)
    cancelled = cancel_series(series, by=GUEST)
    fees = [one.history.get(verb="cancel").data["fee"] for one in cancelled]
    assert fees == [500, 0, 0]
    assert cancelled[0].order.total == Money(500, "EUR")


def test_staff_let_a_customer_off_the_fees() -> None:
    options = {"free_hours": None}
    with override_settings(BOOKABLE={"CANCELLATION": {"BACKEND": TERMS, "OPTIONS": options}}):
        series = tuesdays(lesson(price=1000), 2)
        other = tuesdays(lesson(price=1000), 2)
    assert cancel_series(series)[0].order.total == Money(0, "EUR")
    assert cancel_series(other, waive_fee=False)[0].order.total == Money(2000, "EUR")
    with pytest.raises(NotAllowed):
        cancel_series(tuesdays(lesson()), by=GUEST, waive_fee=True)


def test_a_series_that_ran_out_has_nothing_to_cancel(clock: FrozenClock) -> None:
    held = hold_series(lesson(), at("10:00"), rule=weekly(count=2), customer=CLEO)
    clock.tick(timedelta(minutes=11))
    expire(held.bookings[0].order)
    assert cancel_series(held.series) == []
    assert change_series(held.series, since=BEGINNING, shift=HOUR) == []
