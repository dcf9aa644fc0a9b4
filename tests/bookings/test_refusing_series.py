"""What can't be a series is refused with a sentence."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.bookings.lessons import CLEO, each_week, lesson
from tests.bookings.times import at

from bookable.bookings.hold_series import hold_series
from bookable.bookings.series_occurrences import preview_series
from bookable.errors import InvalidQuery, InvalidSeries, NaiveDatetime
from bookable.timeline.recurrence import weekly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
