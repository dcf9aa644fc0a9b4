"""What is left of a series moves to other days, times and providers."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.bookings.lessons import lesson
from tests.bookings.times import DAY, HOUR, WEEK, at
from tests.bookings.tuesdays import BEGINNING, starts, tuesdays, verbs

from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_series import cancel_series
from bookable.bookings.change_series import change_series
from bookable.bookings.reschedule import reschedule
from bookable.errors import NotFound
from bookable.models import Claim
from bookable.testing import assert_never_double_booked, make_provider
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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


def test_a_series_is_found_by_its_key() -> None:
    series = tuesdays(lesson())
    change_series(str(series.uuid), since=BEGINNING, shift=HOUR)
    assert starts(series)[0] == at("11:00", 5)
    for key in ("nothing", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(NotFound):
            cancel_series(key)
