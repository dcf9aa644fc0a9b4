"""Rules that every date of a series keeps, that only the first does, and that staff pass over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import override_settings
from tests.bookings.lessons import CLEO, DAN, each_week, lesson, starts
from tests.bookings.times import at

from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.hold_series import hold_series
from bookable.conf import DEFAULT_RULES
from bookable.errors import NotAllowed, SeriesConflict
from bookable.timeline.recurrence import weekly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
