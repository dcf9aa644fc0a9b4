"""How many sessions there may be in a day or a week."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.availability.times import DAY, SUNDAY, TUESDAY, at, times

from bookable.availability.asking import ask
from bookable.availability.rules import DailyLimit, Rule, WeeklyLimit
from bookable.catalog.models import Provider, Service
from bookable.schedule.models import Claim
from bookable.testing import (
    freeze,
    make_need,
    make_provider,
    make_service,
    make_session,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]


def make(**limits: int) -> tuple[Service, Provider, Provider]:
    service = make_service(**limits)
    return service, make_provider("Ann", offers=service), make_provider("Bob", offers=service)


def test_the_second_session_of_two_a_day_is_still_offered() -> None:
    service, ann, bob = make(max_per_day=2)
    make_session(service, at("10:00"), ann)
    assert len(times(service)) == 8
    make_session(service, at("11:00"), bob)
    assert times(service) == []


def test_the_day_after_a_full_day_is_free() -> None:
    service, ann, _bob = make(max_per_day=1)
    make_session(service, at("10:00"), ann)
    assert len(times(service, day=TUESDAY)) == 8
    assert len(times(service, day=SUNDAY)) == 8


def test_a_full_day_is_explained_with_its_limit() -> None:
    service, ann, _bob = make(max_per_day=1)
    make_session(service, at("10:00"), ann)
    (reason,) = service.explain(at("15:00"))
    assert (reason.rule, reason.code) == ("DailyLimit", "daily_limit")
    assert reason.text == "There are at most 1 of Consultation a day."
    assert reason.interval == (at("00:00"), at("24:00"))


def test_a_week_runs_from_monday_to_sunday() -> None:
    service, ann, _bob = make(max_per_week=1)
    make_session(service, at("10:00"), ann)
    assert times(service, day=SUNDAY)
    assert times(service, days=7) == []
    assert times(service, day=date(2026, 3, 9))


def test_a_full_week_is_explained_with_its_limit() -> None:
    service, ann, _bob = make(max_per_week=1)
    make_session(service, at("10:00"), ann)
    (reason,) = service.explain(at("15:00", TUESDAY))
    assert reason.text == "There are at most 1 of Consultation a week."


def test_a_provider_who_has_had_their_fill_leaves_the_others_free() -> None:
    service, ann, bob = make(max_per_provider_day=1)
    make_session(service, at("10:00"), ann)
    assert times(service, provider=ann) == []
    assert len(times(service, provider=bob)) == 8
    (reason,) = service.explain(at("15:00"), provider=ann)
    assert reason.text == "Ann gives Consultation at most 1 times a day."


def test_a_providers_week_can_be_full() -> None:
    service, ann, bob = make(max_per_provider_week=1)
    make_session(service, at("10:00"), ann)
    assert times(service, provider=ann, days=7) == []
    assert times(service, provider=bob, days=7)
    (reason,) = service.explain(at("15:00", TUESDAY), provider=ann)
    assert reason.text == "Ann gives Consultation at most 1 times a week."


def test_sessions_of_other_services_do_not_count() -> None:
    service, ann, _bob = make(max_per_day=1, max_per_provider_day=1)
    make_session(make_service("Massage"), at("10:00"), ann)
    assert len(times(service, provider=ann)) == 7


def test_a_session_that_was_released_does_not_count() -> None:
    service, ann, _bob = make(max_per_day=1)
    session = make_session(service, at("10:00"), ann, released_at=at("00:00", SUNDAY))
    Claim.objects.filter(session=session).update(released_at=at("00:00", SUNDAY))
    assert len(times(service)) == 8


def test_a_hold_that_has_run_out_does_not_count() -> None:
    service, ann, _bob = make(max_per_day=1)
    make_session(service, at("10:00"), ann, expires_at=at("00:00", SUNDAY))
    assert len(times(service)) == 8


def test_a_hold_that_runs_counts() -> None:
    service, ann, _bob = make(max_per_day=1)
    make_session(service, at("10:00"), ann, expires_at=at("00:01", SUNDAY))
    assert times(service) == []


def test_a_session_that_is_left_out_does_not_count_itself() -> None:
    service, ann, _bob = make(max_per_day=1, max_per_provider_week=1)
    session = make_session(service, at("10:00"), ann)
    assert len(times(service, exclude=session, provider=ann)) == 8


def test_a_session_over_midnight_counts_on_the_day_on_which_it_starts() -> None:
    service = make_service(max_per_day=1, slot_interval=60)
    make_provider("Ann", offers=service, hours=["00:00-24:00"])
    make_session(service, at("23:30", SUNDAY), make_provider("Bob"))
    assert times(service, day=SUNDAY) == []
    assert times(service)


def test_sessions_before_the_window_that_is_asked_count_too() -> None:
    service, ann, _bob = make(max_per_day=1, max_per_week=2)
    make_session(service, at("10:00"), ann)
    assert service.slots(at("14:00"), at("15:00")) == []
    make_session(service, at("10:00", TUESDAY), ann)
    assert times(service, day=SUNDAY + 7 * DAY) == []


def test_a_limit_of_the_service_counts_in_the_zone_of_the_service() -> None:
    service = make_service(max_per_day=1, zone="Asia/Tokyo")
    ann = make_provider("Ann", offers=service, hours=["00:00-24:00"])
    make_session(service, at("16:00", SUNDAY), ann)  # Monday 01:00 in Tokyo
    assert times(service) == [f"{hour}:00" for hour in range(15, 24)]


def test_a_limit_of_a_provider_counts_in_the_zone_of_the_provider() -> None:
    service = make_service(max_per_provider_day=1, zone="Asia/Tokyo")
    zone = "America/New_York"
    ann = make_provider("Ann", offers=service, hours=["00:00-24:00"], zone=zone)
    make_session(service, at("04:00"), ann)  # Sunday 23:00 in New York
    assert times(service)[0] == "05:00"


def test_every_provider_who_serves_in_a_session_is_counted() -> None:
    service = make_service(max_per_provider_day=1)
    ann, bob = make_provider("Ann"), make_provider("Bob")
    make_need(service, ann, bob, quantity=None)
    make_session(service, at("10:00"), ann)
    assert times(service) == []


def test_an_hour_of_yesterday_that_comes_again_after_midnight_is_not_todays() -> None:
    zone = "America/St_Johns"  # on this day the clock went back from 00:01 to 23:01
    with freeze("2010-11-01"):
        service = make_service(max_per_day=1, zone=zone, duration=15, slot_interval=30)
        ann = make_provider("Ann", offers=service, hours=["00:00-24:00"], zone=zone)
        noon = datetime(2010, 11, 7, 12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        make_session(service, noon, ann)
        found = service.slots(noon - timedelta(hours=14), noon)
    shown = [slot.start.astimezone(ZoneInfo(zone)).strftime("%d %H:%M") for slot in found]
    assert shown[-3:] == ["06 23:00", "06 23:30", "06 23:30"]


def test_full_days_in_a_row_are_explained_each_with_the_limit_of_a_day() -> None:
    service, ann, _bob = make(max_per_day=1)
    for number in range(4):
        make_session(service, at("10:00") + number * DAY, ann)
    (reason,) = service.explain(at("15:00", TUESDAY))
    assert reason.text == "There are at most 1 of Consultation a day."
    assert reason.interval == (at("00:00", TUESDAY), at("24:00", TUESDAY))


def test_a_full_day_in_a_full_week_is_explained_with_both() -> None:
    service, ann, _bob = make(max_per_day=1, max_per_week=1)
    make_session(service, at("10:00"), ann)
    assert {str(reason) for reason in service.explain(at("15:00"))} == {
        "There are at most 1 of Consultation a day.",
        "There are at most 1 of Consultation a week.",
    }


@pytest.mark.parametrize("rule", [DailyLimit, WeeklyLimit])
def test_a_limit_of_the_service_is_guarded_by_the_service(rule: type[Rule]) -> None:
    service, _ann, _bob = make()
    query = ask(service, 0, 1)
    assert list(rule.guards(query)) == []
    service.max_per_provider_day = service.max_per_provider_week = 1
    assert list(rule.guards(query)) == []
    service.max_per_day = service.max_per_week = 1
    assert list(rule.guards(query)) == [f"service:{service.pk}"]
