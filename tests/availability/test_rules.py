"""Every rule of the library passes the contract, and the contract catches those that shouldn't."""

from __future__ import annotations

import unittest
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import override_settings
from tests.availability.times import DAY, at

from bookable.availability.query import Query
from bookable.availability.rules import Rule
from bookable.catalog.models import Provider, Service
from bookable.errors import Misconfigured
from bookable.schedule.models import BusyTime, DateHours, TimeOff
from bookable.testing import (
    RuleContract,
    freeze,
    make_busy_time,
    make_provider,
    make_service,
    make_session,
    make_time_off,
)
from bookable.timeline.intervals import Intervals, union

HERE = "tests.availability.test_rules"
#: The contract's clock stands at the start of this day.
TODAY = date(2030, 3, 20)


def on(day: int, hour: int = 12) -> Any:
    return at(f"{hour:02d}:00", TODAY) + day * DAY


class WeeklyHoursTests(RuleContract):
    rule = "bookable.availability.rules.WeeklyHours"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        Provider.objects.update(zone="America/New_York")
        providers[0].weekly_hours.update(closes=26 * 60, valid_until=TODAY + 12 * DAY)


class DateHoursTests(RuleContract):
    rule = "bookable.availability.rules.DateHours"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        hours = {"opens": 540, "closes": 26 * 60}
        for number, provider in enumerate(providers):
            day = TODAY + (number % 14) * DAY
            DateHours.objects.create(provider=provider, date=day, kind="extra", **hours)
            DateHours.objects.create(provider=provider, date=TODAY + 10 * DAY)
        DateHours.objects.create(date=TODAY + 11 * DAY, kind="instead", **hours)


class AcceptingTests(RuleContract):
    rule = "bookable.availability.rules.Accepting"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        Provider.objects.update(accepts_from=TODAY + DAY, accepts_until=TODAY + 10 * DAY)


class TimeOffTests(RuleContract):
    rule = "bookable.availability.rules.TimeOff"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        for provider in (None, *providers):
            make_time_off(provider, on(10), on(10, hour=18))
            make_time_off(provider, on(10, hour=15), on(11))


class BusyTimesTests(RuleContract):
    rule = "bookable.availability.rules.BusyTimes"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        for provider in providers:
            make_busy_time(provider, on(10), on(10, hour=18) + timedelta(microseconds=7))
            make_busy_time(provider, on(10, hour=15), on(11))


class ClaimsTests(RuleContract):
    rule = "bookable.availability.rules.Claims"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        Provider.objects.update(units=2)
        for provider in providers:
            make_session(service, on(10), (provider, 0))
            make_session(service, on(10, hour=14), (provider, 1), expires_at=on(1))


class DailyLimitTests(RuleContract):
    rule = "bookable.availability.rules.DailyLimit"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        service.max_per_day = service.max_per_week = 3
        service.max_per_provider_day = service.max_per_provider_week = 1
        service.save()
        for provider in providers:
            make_session(service, on(10), provider)


class WeeklyLimitTests(DailyLimitTests):
    rule = "bookable.availability.rules.WeeklyLimit"


class NoticeTests(RuleContract):
    rule = "bookable.availability.rules.Notice"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        service.min_notice = 10 * 24 * 60 + 90
        service.save()


class HorizonTests(RuleContract):
    rule = "bookable.availability.rules.Horizon"

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        service.bookable_from, service.bookable_until = TODAY + DAY, TODAY + 10 * DAY
        service.save()


class PublicHolidaysTests(RuleContract):
    rule = "bookable.availability.rules.PublicHolidays"
    options = {"country": "GB", "subdivision": "ENG"}

    def make_rows(self, service: Service, providers: Sequence[Provider]) -> None:
        Provider.objects.update(zone="Europe/London")
        good_friday = date(2030, 4, 19)
        hours = {"opens": 540, "closes": 720}
        DateHours.objects.create(provider=providers[0], date=good_friday, kind="extra", **hours)


# -- rules that the contract must not let pass


class AsksForEachProvider(Rule):
    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self.found = [query.rows(BusyTime).filter(provider=one).first() for one in query.providers]


class AsksTwice(Rule):
    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self.found = [query.rows(model).first() for model in (BusyTime, TimeOff)]


class AsksLater(Rule):
    def busy(self, provider: Provider) -> Intervals:
        self.query.rows(BusyTime).filter(provider=provider).first()
        return ()


class AsksAnyDatabase(Rule):
    def prepare(self, query: Query) -> None:
        super().prepare(query)
        self.found = list(BusyTime.objects.all())


class Unsorted(Rule):
    def closes(self, provider: Provider) -> Intervals:
        low = self.query.low
        return [(low + 7200, low + 10800), (low, low + 3600)]

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        return "Closed."


class Overlapping(Unsorted):
    def closes(self, provider: Provider) -> Intervals:
        low = self.query.low
        return [(low, low + 3600), (low + 1800, low + 5400)]


class Empty(Unsorted):
    def closes(self, provider: Provider) -> Intervals:
        return [(self.query.low, self.query.low)]


class Fractions(Unsorted):
    def closes(self, provider: Provider) -> Intervals:
        return [(self.query.low, self.query.low + 1.5)]  # type: ignore[list-item]


class TiedToTheWindow(Unsorted):
    def closes(self, provider: Provider) -> Intervals:
        return [(self.query.low, self.query.low + 3600)]


class Speechless(Unsorted):
    def closes(self, provider: Provider) -> Intervals:
        low = self.query.now + 10 * 86400
        return union([(low, low + 3600)])

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        return " "


def broken(rule: str) -> set[str]:
    """The names of the contract's tests that a rule does not pass."""
    case = type("Contract", (RuleContract,), {"rule": f"{HERE}.{rule}"})
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert result.testsRun == 6
    return {test.id().rpartition(".")[2] for test, _traceback in (*result.failures, *result.errors)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rule", "test"),
    [
        ("AsksForEachProvider", "test_it_reads_at_most_once_whatever_the_number_of_providers"),
        ("AsksTwice", "test_it_reads_at_most_once_whatever_the_number_of_providers"),
        ("AsksLater", "test_it_reads_nothing_once_it_is_prepared"),
        ("AsksAnyDatabase", "test_it_reads_through_the_database_of_the_query"),
        ("Unsorted", "test_its_intervals_are_whole_seconds_sorted_and_disjoint"),
        ("Overlapping", "test_its_intervals_are_whole_seconds_sorted_and_disjoint"),
        ("Empty", "test_its_intervals_are_whole_seconds_sorted_and_disjoint"),
        ("Fractions", "test_its_intervals_are_whole_seconds_sorted_and_disjoint"),
        ("TiedToTheWindow", "test_its_answer_does_not_depend_on_the_window_that_is_asked"),
        ("Speechless", "test_its_reasons_are_sentences"),
    ],
)
def test_a_rule_that_breaks_the_contract_is_caught(rule: str, test: str) -> None:
    assert test in broken(rule)


@pytest.mark.django_db
def test_a_rule_that_keeps_the_contract_passes_it_whole() -> None:
    case = type("Contract", (ClaimsTests,), {})
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    assert (result.testsRun, result.failures, result.errors) == (6, [], [])


# -- what a site's own rules can do


class LunchBreak(Rule):
    """Nobody works at noon."""

    code = "lunch"

    def closes(self, provider: Provider) -> Intervals:
        low, high = self.query.reach
        noons = range(low // 86400 * 86400 + 43200, high, 86400)
        return [(noon, noon + 3600) for noon in noons]

    def reason(self, provider: Provider | None, interval: tuple[int, int]) -> str:
        return "It is noon."


class OpenAtNight(Rule):
    """Everybody can be had from 22:00 on."""

    def opens(self, provider: Provider) -> Any:
        low, high = self.query.reach
        nights = range(low // 86400 * 86400 + 22 * 3600, high, 86400)
        return self.openings(provider, [(night, night + 7200) for night in nights])


def ruled(*rules: str, **fields: Any) -> tuple[Service, list[str]]:
    """A service under these rules and the library's hours, and its starts on a day."""
    standard = ["bookable.availability.rules.WeeklyHours", "bookable.availability.rules.DateHours"]
    sets = {"own": [*standard, *rules]}
    with override_settings(BOOKABLE={"RULESETS": sets}), freeze(on(0, hour=0)):
        service = make_service(rule_set="own", **fields)
        make_provider(offers=service, hours=["10:00-15:00"])
        slots = service.slots(on(1, hour=0), on(2, hour=0))
        reasons = service.explain(on(1))
    return service, [f"{slot.start:%H:%M}" for slot in slots] + [str(one) for one in reasons]


@pytest.mark.django_db
def test_a_rule_of_the_site_closes_and_says_why() -> None:
    _service, found = ruled(f"{HERE}.LunchBreak")
    assert found == ["10:00", "11:00", "13:00", "14:00", "It is noon."]


@pytest.mark.django_db
def test_a_rule_of_the_site_opens_beside_the_hours() -> None:
    _service, found = ruled(f"{HERE}.OpenAtNight")
    assert found == ["10:00", "11:00", "12:00", "13:00", "14:00", "22:00", "23:00"]


# -- public holidays

ENGLAND = {
    "RULE": "bookable.availability.rules.PublicHolidays",
    "OPTIONS": {"country": "GB", "subdivision": "ENG"},
}
BOXING_DAY = date(2029, 12, 26)


def on_boxing_day(day: date = BOXING_DAY) -> tuple[list[str], list[str]]:
    """The starts of a provider in London, and why none is at noon."""
    from bookable.conf import DEFAULT_RULES

    with (
        override_settings(BOOKABLE={"RULESETS": {"default": [*DEFAULT_RULES, ENGLAND]}}),
        freeze(at("00:00", day) - 10 * DAY),
    ):
        service = Service.objects.get()
        found = service.slots(day, day + DAY)
        reasons = service.explain(at("12:00", day))
    starts = [f"{slot.start.astimezone(ZoneInfo('Europe/London')):%H:%M}" for slot in found]
    return starts, [str(reason) for reason in reasons]


@pytest.fixture
def london(db: None) -> Provider:
    service = make_service(zone="Europe/London")
    return make_provider(offers=service, zone="Europe/London", hours=["11:00-14:00"])


def test_a_public_holiday_is_closed_and_named(london: Provider) -> None:
    assert on_boxing_day() == ([], ["Dec. 26, 2029 is a public holiday: Boxing Day."])


def test_the_day_after_a_public_holiday_is_open(london: Provider) -> None:
    assert on_boxing_day(BOXING_DAY + DAY)[0] == ["11:00", "12:00", "13:00"]


def test_hours_that_are_given_for_a_public_holiday_go_before_it(london: Provider) -> None:
    london.date_hours.create(date=BOXING_DAY, kind="instead", opens=12 * 60, closes=13 * 60)
    assert on_boxing_day()[0] == ["12:00"]


def test_a_date_closed_by_hand_stays_closed_on_a_public_holiday(london: Provider) -> None:
    london.date_hours.create(date=BOXING_DAY)
    assert on_boxing_day()[0] == []


def test_a_country_without_a_calendar_is_a_mistake_of_the_site(london: Provider) -> None:
    nowhere = {**ENGLAND, "OPTIONS": {"country": "XX"}}
    with (
        override_settings(BOOKABLE={"RULESETS": {"default": [nowhere]}}),
        pytest.raises(Misconfigured, match="does not know “XX”"),
    ):
        Service.objects.get().slots(BOXING_DAY, BOXING_DAY + DAY)


def test_a_shift_into_a_holiday_ends_at_its_midnight(london: Provider) -> None:
    london.weekly_hours.update(opens=22 * 60, closes=26 * 60)
    assert on_boxing_day(BOXING_DAY - 2 * DAY)[0][-2:] == ["22:00", "23:00"]
