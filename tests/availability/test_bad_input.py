"""Questions that can't be answered as they are put: a typed error with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings
from tests.availability.times import DAY, MONDAY, TUESDAY, at

from bookable import errors
from bookable.availability.choose import choose
from bookable.catalog.models import Extra, Provider, Service
from bookable.testing import make_provider, make_service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sunday")]

NAIVE = datetime(2026, 3, 2, 10)  # noqa: DTZ001


@pytest.fixture
def service() -> Service:
    service = make_service()
    make_provider(offers=service)
    return service


def refuse(error: type[errors.BookableError], words: str, ask: Callable[..., Any]) -> None:
    with pytest.raises(error, match=words) as refused:
        ask()
    assert isinstance(refused.value, errors.InvalidQuery)
    assert str(refused.value).endswith(".")


BAD_QUERIES: list[tuple[dict[str, Any], type[errors.BookableError], str]] = [
    ({"seats": 0}, errors.InvalidSeats, "At least one seat"),
    ({"seats": -1}, errors.InvalidSeats, "At least one seat"),
    ({"seats": True}, errors.InvalidSeats, "At least one seat"),
    ({"seats": "2"}, errors.InvalidSeats, "At least one seat"),
    ({"duration": 0}, errors.DurationNotOffered, "0 minutes are not offered; choose from: 60"),
    ({"duration": -60}, errors.DurationNotOffered, "-60 minutes"),
    ({"duration": 45}, errors.DurationNotOffered, "45 minutes are not offered"),
    ({"channel": "pigeon"}, errors.UnknownChannel, "“pigeon” is not a way to meet"),
    ({"provider": "nobody"}, errors.NotFound, "There is no provider “nobody”"),
    ({"provider": 10**9}, errors.NotFound, "There is no provider"),
    ({"place": "nowhere"}, errors.NotFound, "There is no location “nowhere”"),
    ({"extras": ["gold"]}, errors.InvalidExtra, "“gold” can't be had with this service"),
    ({"exclude": "x"}, errors.NotFound, "There is no session “x”"),
    ({"exclude": uuid4()}, errors.NotFound, "There is no session"),
]


@pytest.mark.parametrize(("asked", "error", "words"), BAD_QUERIES)
@pytest.mark.parametrize("question", ["slots", "days", "next_slot", "explain", "choose"])
def test_a_bad_query_is_refused_wherever_it_is_asked(
    service: Service,
    question: str,
    asked: dict[str, Any],
    error: type[errors.BookableError],
    words: str,
) -> None:
    ask: dict[str, Callable[[], Any]] = {
        "slots": lambda: service.slots(MONDAY, TUESDAY, **asked),
        "days": lambda: service.days(MONDAY, TUESDAY, **asked),
        "next_slot": lambda: service.next_slot(**asked),
        "explain": lambda: service.explain(at("10:00"), **asked),
        "choose": lambda: choose(service, at("10:00"), **asked),
    }
    refuse(error, words, ask[question])


@pytest.mark.parametrize(
    ("start", "end"),
    [(TUESDAY, MONDAY), (MONDAY, MONDAY), (at("10:00"), at("10:00")), (at("10:00"), at("09:00"))],
)
def test_a_period_that_ends_before_it_starts_is_refused(
    service: Service, start: date, end: date
) -> None:
    refuse(errors.EmptyPeriod, "The end must come", lambda: service.slots(start, end))
    refuse(errors.EmptyPeriod, "The end must come", lambda: service.days(start, end))


def test_a_moment_without_a_zone_is_refused(service: Service) -> None:
    words = "“2026-03-02 10:00:00” has no time zone"
    refuse(errors.NaiveDatetime, words, lambda: service.slots(NAIVE, at("12:00")))
    refuse(errors.NaiveDatetime, words, lambda: service.days(at("08:00"), NAIVE))
    refuse(errors.NaiveDatetime, words, lambda: service.next_slot(NAIVE))
    refuse(errors.NaiveDatetime, words, lambda: service.explain(NAIVE))
    refuse(errors.NaiveDatetime, words, lambda: Service.objects.next_free(after=NAIVE))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "Europe", "\0"])
def test_a_zone_that_does_not_exist_is_refused(service: Service, zone: str) -> None:
    refuse(errors.UnknownZone, "is not a known", lambda: service.days(MONDAY, TUESDAY, zone=zone))


def test_a_window_longer_than_three_years_is_refused(service: Service) -> None:
    refuse(
        errors.PeriodTooLong,
        "At most 1100 days",
        lambda: service.slots(MONDAY, MONDAY + timedelta(days=1101)),
    )
    assert service.days(MONDAY, MONDAY + timedelta(days=1100))


@pytest.mark.parametrize(
    "day",
    [date(1, 1, 1), date(1600, 2, 3), date(1899, 12, 31), date(9990, 1, 1), date(9999, 12, 30)],
)
def test_the_far_ends_of_the_calendar_are_empty_or_refused_with_a_sentence(
    service: Service, day: date
) -> None:
    for question in (service.slots, service.days):
        try:
            found = question(day, day + timedelta(days=1))
        except errors.EmptyPeriod:
            pytest.fail("The period was not empty.")
        except errors.InvalidQuery:
            continue
        assert sum(getattr(each, "slots", 1) for each in found) == 0


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_a_moment_at_the_far_ends_is_explained_or_refused_with_a_sentence(
    service: Service, day: date
) -> None:
    with suppress(errors.InvalidQuery):
        assert service.explain(at("00:00", day))


@pytest.mark.parametrize("many", [0, 3, -1])
def test_an_extra_is_had_within_its_bounds(service: Service, many: int) -> None:
    Extra.objects.create(service=service, name="Towel", slug="towel", max_quantity=2)
    refuse(
        errors.InvalidExtra,
        "Of “Towel” you can have between 1 and 2",
        lambda: service.slots(MONDAY, TUESDAY, extras={"towel": many}),
    )


def test_an_extra_that_is_not_active_is_refused(service: Service) -> None:
    extra = Extra.objects.create(service=service, name="Towel", slug="towel", is_active=False)
    for key in ("towel", extra):
        refuse(
            errors.InvalidExtra,
            "can't be had",
            lambda key=key: service.slots(MONDAY, TUESDAY, extras=[key]),
        )


def test_an_extra_of_another_service_is_refused(service: Service) -> None:
    extra = Extra.objects.create(service=make_service("Massage"), name="Oil", slug="oil")
    refuse(errors.InvalidExtra, "“Oil”", lambda: service.slots(MONDAY, TUESDAY, extras=[extra]))


def test_a_service_that_does_not_exist_is_refused() -> None:
    words = "There is no service “yoga”"
    refuse(errors.NotFound, words, lambda: Service.objects.next_free(["yoga"]))
    refuse(errors.NotFound, "There is no provider", lambda: Service.objects.next_free([], ["bo"]))


def test_a_rule_set_that_does_not_exist_is_a_mistake_of_the_site(service: Service) -> None:
    service.rule_set = "gym"
    with pytest.raises(errors.UnknownRuleSet, match="There is no rule set “gym”"):
        service.slots(MONDAY, TUESDAY)


@override_settings(BOOKABLE={"RULESETS": {"default": ["bookable.availability.rules.Nothing"]}})
def test_a_rule_that_does_not_exist_is_a_mistake_of_the_site(service: Service) -> None:
    with pytest.raises(errors.Misconfigured, match="can't be imported"):
        service.slots(MONDAY, TUESDAY)


def test_an_offset_is_as_good_as_a_zone(service: Service) -> None:
    start = at("10:00").astimezone(timezone(timedelta(hours=5, minutes=45)))
    (slot,) = service.slots(start, start + timedelta(minutes=1))
    assert slot.start == start
    assert slot.start.tzinfo is UTC


def test_a_date_is_read_in_the_zone_of_the_service() -> None:
    service = make_service(zone="Asia/Tokyo")
    make_provider(offers=service, hours=["00:00-24:00"])
    found = service.slots(MONDAY, TUESDAY)
    assert (found[0].start, len(found)) == (at("15:00") - DAY, 24)


def test_a_fraction_of_a_second_is_rounded_so_that_nothing_earlier_is_offered(
    service: Service,
) -> None:
    start = at("10:00") + timedelta(microseconds=1)
    assert [slot.start for slot in service.slots(start, at("12:00"))] == [at("11:00")]


def test_no_services_at_all_have_no_next_start(service: Service) -> None:
    assert Service.objects.next_free([]) is None
    assert Provider.objects.none().next_free_each() == []
