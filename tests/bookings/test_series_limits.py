"""Limits count the dates of the series itself."""

from __future__ import annotations

from typing import ClassVar

import pytest
from django.test import override_settings
from tests.bookings.lessons import CLEO, each_week, free, lesson, starts, take
from tests.bookings.times import WEEK, at

from bookable.availability.rules import Rule
from bookable.bookings.hold_series import hold_series
from bookable.bookings.series_occurrences import preview_series
from bookable.conf import DEFAULT_RULES
from bookable.errors import SeriesConflict
from bookable.models import Booking, State
from bookable.testing import make_provider
from bookable.timeline.intervals import NEVER, Intervals
from bookable.timeline.recurrence import weekly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
