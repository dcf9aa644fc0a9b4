"""What staff may book against, and what nobody can."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from django.test import override_settings
from tests.availability.times import at

from bookable.availability.answers import Reason
from bookable.availability.asking import ask
from bookable.availability.choose import choose
from bookable.availability.engine import Engine
from bookable.availability.explain import explain
from bookable.availability.rules import WeeklyHours
from bookable.catalog.models import Provider, Service
from bookable.errors import NotOverridable
from bookable.schedule.models import DateHours
from bookable.testing import (
    make_busy_time,
    make_location,
    make_provider,
    make_service,
    make_session,
    make_time_off,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

HERE = "tests.availability.test_overriding"
STRICT = {"RULESETS": {"default": [f"{HERE}.StrictHours", "bookable.availability.rules.Notice"]}}


class StrictHours(WeeklyHours):
    """Hours that nobody can book against."""

    is_soft: ClassVar[bool] = False


@pytest.fixture
def service(sunday: FrozenClock) -> Service:
    return make_service()


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


def is_free(service: Service, text: str, *override: str, **asked: Any) -> bool:
    """Whether something can start now, of which choosing and explaining must agree."""
    found = choose(service, at(text), override=override, **asked) is not None
    assert (codes(service, text, *override, **asked) == []) == found
    return found


def codes(service: Service, text: str, *override: str, **asked: Any) -> list[str]:
    reasons: list[Reason] = explain(service, at(text), override=override, **asked)
    return sorted({reason.code for reason in reasons})


def test_time_off_can_be_booked_against(service: Service, ann: Provider) -> None:
    make_time_off(ann, at("10:00"), at("11:00"))
    assert not is_free(service, "10:00")
    assert is_free(service, "10:00", "time_off")


def test_a_busy_time_can_be_booked_against(service: Service, ann: Provider) -> None:
    make_busy_time(ann, at("10:00"), at("11:00"))
    assert is_free(service, "10:00", "busy")


def test_too_little_notice_can_be_booked_against(
    service: Service, ann: Provider, sunday: FrozenClock
) -> None:
    service.min_notice = 90
    sunday.move_to(at("09:00"))
    assert not is_free(service, "10:00")
    assert is_free(service, "10:00", "notice")


def test_too_little_notice_can_be_joined_against(
    service: Service, ann: Provider, sunday: FrozenClock
) -> None:
    session = make_session(service, at("10:00"), ann, capacity=5)
    sunday.move_to(at("10:30"))
    assert choose(service, at("10:00")) is None
    choice = choose(service, at("10:00"), override=["notice"])
    assert choice is not None
    assert choice.session == session


def test_a_limit_can_be_booked_against(service: Service, ann: Provider) -> None:
    service.max_per_day = service.max_per_provider_day = 1
    make_session(service, at("15:00"), ann)
    assert codes(service, "10:00") == ["daily_limit"]
    assert is_free(service, "10:00", "daily_limit")


def test_one_rule_that_is_overridden_leaves_the_others_in_force(
    service: Service, ann: Provider
) -> None:
    make_time_off(ann, at("10:00"), at("11:00"))
    make_busy_time(ann, at("10:00"), at("11:00"))
    assert codes(service, "10:00", "time_off") == ["busy"]
    assert is_free(service, "10:00", "time_off", "busy")


def test_any_hour_can_be_booked_once_the_hours_are_overridden(
    service: Service, ann: Provider
) -> None:
    assert is_free(service, "20:17", "outside_hours")
    assert is_free(service, "08:30", "outside_hours")  # ends within the hours


def test_a_provider_without_any_hours_can_be_booked(service: Service) -> None:
    make_provider("Ann", offers=service, hours=[])
    assert is_free(service, "10:00", "outside_hours")


def test_within_the_hours_the_grid_holds_though_the_end_lies_outside(
    service: Service, ann: Provider
) -> None:
    assert codes(service, "16:30") == ["outside_hours"]
    assert codes(service, "16:30", "outside_hours") == ["off_grid"]
    assert is_free(service, "16:30", "outside_hours", "off_grid")


def test_the_grid_can_be_booked_against(service: Service, ann: Provider) -> None:
    assert codes(service, "10:07") == ["off_grid"]
    assert is_free(service, "10:07", "off_grid")


def test_the_hours_hold_though_the_grid_does_not(service: Service, ann: Provider) -> None:
    assert codes(service, "16:01", "off_grid") == ["outside_hours"]


def test_a_date_without_hours_can_be_booked_against_by_either_code(
    service: Service, ann: Provider
) -> None:
    DateHours.objects.create(provider=ann, date=at("10:00").date())
    assert codes(service, "10:00") == ["closed_on_date"]
    assert is_free(service, "10:00", "closed_on_date")
    assert is_free(service, "10:00", "outside_hours")


def test_who_is_booked_is_booked_whatever_is_overridden(service: Service, ann: Provider) -> None:
    make_session(make_service("Massage"), at("10:00"), ann)
    soft = ["outside_hours", "off_grid", "busy", "time_off", "notice", "horizon", "daily_limit"]
    assert codes(service, "10:00", *soft) == ["booked"]


def test_buffers_hold_though_the_grid_does_not(service: Service, ann: Provider) -> None:
    service.buffer_after = 15
    make_session(make_service("Massage"), at("11:00"), ann)
    assert not is_free(service, "09:50", "off_grid")
    assert is_free(service, "09:45", "off_grid")


def test_one_who_is_not_active_can_not_be_booked(service: Service, ann: Provider) -> None:
    Provider.objects.update(is_active=False)
    assert codes(service, "20:00", "outside_hours") == ["inactive"]


def test_one_at_another_place_can_not_be_booked(service: Service, ann: Provider) -> None:
    Provider.objects.update(location=make_location())
    place = make_location()
    assert codes(service, "10:00", "outside_hours", place=place) == ["place"]


@pytest.mark.parametrize("code", ["booked", "inactive", "capacity", "needs", "full", "nonsense"])
def test_what_can_not_be_overridden_is_refused(service: Service, ann: Provider, code: str) -> None:
    with pytest.raises(NotOverridable) as refused:
        ask(service, 0, 1, override=["notice", code])
    assert refused.value.codes == [code]


def test_a_rule_that_the_service_does_not_have_can_not_be_overridden(
    service: Service, ann: Provider
) -> None:
    with pytest.raises(NotOverridable):
        ask(service, 0, 1, override=["public_holiday"])


@override_settings(BOOKABLE=STRICT)
def test_a_site_can_make_a_rule_hard(service: Service, ann: Provider) -> None:
    assert is_free(service, "10:07", "off_grid", "notice")
    with pytest.raises(NotOverridable):
        choose(service, at("20:00"), override=["outside_hours"])


def test_a_window_of_one_start_offers_just_that(service: Service, ann: Provider) -> None:
    low = int(at("20:17").timestamp())
    query = ask(service, low, low + 1, override=["outside_hours", "off_grid"])
    assert [offer[0] for offer in Engine(query).offers()] == [low]
