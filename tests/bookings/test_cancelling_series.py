"""What is left of a series is cancelled, and costs what was agreed for each date."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import override_settings
from tests.bookings.lessons import CLEO, lesson
from tests.bookings.times import HOUR, at
from tests.bookings.tuesdays import BEGINNING, TERMS, starts, tuesdays, verbs

from bookable.bookings.actors import GUEST
from bookable.bookings.cancel_series import cancel_series
from bookable.bookings.change_series import change_series
from bookable.bookings.expire import expire
from bookable.bookings.hold_series import hold_series
from bookable.errors import NotAllowed
from bookable.models import State
from bookable.money import Money
from bookable.testing import assert_never_double_booked
from bookable.timeline.clock import FrozenClock
from bookable.timeline.recurrence import weekly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
