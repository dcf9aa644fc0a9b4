from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bookable.models import DurationChoice, Offering, Provider, Service
from bookable.testing import (
    freeze,
    make_busy_time,
    make_provider,
    make_service,
    make_session,
    make_time_off,
)

pytestmark = pytest.mark.django_db

TUESDAY = "2026-12-01"


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with freeze("2026-11-21 09:00"):
        yield


@pytest.fixture
def cut() -> Service:
    return make_service("Cut", slug="cut", zone="Europe/London")


@pytest.fixture
def ann(cut: Service) -> Provider:
    return make_provider("Ann", slug="ann", offers=cut)


def explain(*arguments: str, **options: Any) -> str:
    told = StringIO()
    call_command("bookable_explain", *arguments, stdout=told, **options)
    return told.getvalue()


def as_data(*arguments: str) -> Any:
    return json.loads(explain(*arguments, "--json"))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_free_moment_names_who_could_take_it(cut: Service, ann: Provider) -> None:
    make_provider("Bob", offers=cut)
    assert explain("cut", f"{TUESDAY} 10:00") == (
        "Cut, 2026-12-01 10:00+00:00 Europe/London\nFree: with Ann, Bob\n"
    )


def test_every_reason_is_told_with_its_rule_and_interval(cut: Service, ann: Provider) -> None:
    make_busy_time(ann, moment("2026-12-01 10:00"), moment("2026-12-01 11:00"))
    make_time_off(ann, moment("2026-12-01 00:00"), moment("2026-12-02 00:00"))
    told = explain("cut", f"{TUESDAY} 10:00").splitlines()
    assert told[1:] == [
        "Not free:",
        "TimeOff (time_off)",
        "  Ann is away. [Tue 2026-12-01 00:00 – Wed 2026-12-02 00:00]",
        "BusyTimes (busy)",
        "  Ann is busy elsewhere. [Tue 2026-12-01 10:00 – Tue 2026-12-01 11:00]",
    ]


def test_a_session_that_can_be_joined_says_how_many_seats_are_left(ann: Provider) -> None:
    yoga = make_service("Yoga", slug="yoga", capacity=5)
    Offering.objects.create(service=yoga, provider=ann)
    make_session(yoga, moment("2026-12-01 10:00"), ann, seats_taken=3)
    assert "Free: joins the session with Ann, 2 seats left" in explain("yoga", f"{TUESDAY} 10:00")


def test_the_moment_is_read_and_shown_in_the_zone(cut: Service, ann: Provider) -> None:
    told = explain("cut", f"{TUESDAY} 19:00", zone="Asia/Tokyo")
    assert "2026-12-01 19:00+09:00 Asia/Tokyo\nFree" in told
    late = explain("cut", f"{TUESDAY} 10:00", zone="Asia/Tokyo")
    assert "[Tue 2026-12-01 02:00 – Tue 2026-12-01 18:00]" in late


def test_an_offset_counts_more_than_the_zone(cut: Service, ann: Provider) -> None:
    assert "2026-12-01 09:00+00:00" in explain("cut", f"{TUESDAY}T18:00+09:00")


def test_an_hour_that_comes_twice_is_said(cut: Service, ann: Provider) -> None:
    told = explain("cut", "2027-10-31 01:30")
    assert "twice; 2027-10-31 01:30+01:00 is meant, not 2027-10-31 01:30+00:00." in told


def test_an_interval_over_a_clock_change_shows_its_offsets(cut: Service, ann: Provider) -> None:
    make_time_off(ann, moment("2027-03-28 00:00"), moment("2027-03-28 12:00"))
    told = explain("cut", "2027-03-28 11:00")
    assert "[Sun 2027-03-28 00:00 UTC+0000 – Sun 2027-03-28 13:00 UTC+0100]" in told


def test_a_provider_a_duration_and_seats_can_be_asked_for(cut: Service, ann: Provider) -> None:
    DurationChoice.objects.create(service=cut, minutes=480)
    make_provider("Bob", slug="bob", offers=cut)
    assert "Free: with Bob\n" in explain("cut", f"{TUESDAY} 10:00", provider="bob")
    assert "Ann works 09:00–17:00" in explain("cut", f"{TUESDAY} 10:00", duration=480)
    assert "Cut has 1 seat." in explain("cut", f"{TUESDAY} 10:00", seats=2)


def test_many_with_the_same_reason_are_counted(cut: Service) -> None:
    people = [Provider(name=f"P{number}", slug=f"p{number}", zone="UTC") for number in range(500)]
    made = Provider.objects.bulk_create(people)
    Offering.objects.bulk_create(Offering(service=cut, provider=one) for one in made)
    told = explain("cut", f"{TUESDAY} 10:00")
    assert "  … and 497 more\n" in told
    assert told.count("does not work") + told.count("is not open") == 3


def test_many_who_are_free_are_counted(cut: Service) -> None:
    for number in range(5):
        make_provider(f"P{number}", offers=cut)
    assert "Free: with P0, P1, P2, … and 2 more\n" in explain("cut", f"{TUESDAY} 10:00")


def test_programs_get_what_is_free_as_json(cut: Service, ann: Provider) -> None:
    data = as_data("cut", f"{TUESDAY} 10:00")
    assert data["start"] == "2026-12-01T10:00:00+00:00"
    assert data["free"][0]["providers"] == ["ann"]
    assert data["reasons"] == []


def test_programs_get_every_reason_as_json(cut: Service, ann: Provider) -> None:
    make_busy_time(ann, moment("2026-12-01 10:00"), moment("2026-12-01 11:00"))
    data = as_data("cut", f"{TUESDAY} 10:00")
    assert data["free"] == []
    assert data["reasons"] == [
        {
            "rule": "BusyTimes",
            "code": "busy",
            "text": "Ann is busy elsewhere.",
            "provider": "ann",
            "start": "2026-12-01T10:00:00+00:00",
            "end": "2026-12-01T11:00:00+00:00",
        }
    ]


def test_a_reason_without_an_interval_has_none_as_json(cut: Service) -> None:
    (reason,) = as_data("cut", f"{TUESDAY} 10:00")["reasons"]
    assert (reason["code"], reason["start"], reason["end"]) == ("no_provider", None, None)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing", "2026-12-01 10:00"], "There is no service “nothing”."),
        (["cut", "tomorrow"], "“tomorrow” is not a date and time such as 2026-12-01 10:00."),
        (["cut", "9999-12-31 23:00"], "The year 9999 is too far away."),
        (["cut", "0001-01-01T00:00+14:00"], "The year 1 is too far away."),
        (["cut", "2027-03-28 01:30"], "There is no 2027-03-28 01:30 in Europe/London"),
        (["cut", "2026-12-01 10:00", "--zone", "Mars"], "“Mars” is not a known time zone."),
        (["cut", "2026-12-01 10:00", "--provider", "bob"], "There is no provider “bob”."),
        (["cut", "2026-12-01 10:00", "--duration", "7"], "7 minutes are not offered"),
        (["cut", "2026-12-01 10:00", "--seats", "0"], "At least one seat must be asked for."),
    ],
)
def test_what_is_unknown_is_refused_with_a_sentence(
    cut: Service, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence.replace("(", r"\(")):
        explain(*arguments)
