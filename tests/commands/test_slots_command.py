from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.management.base import CommandError

from bookable.catalog.models import Offering, PaymentMode, Provider, Service
from bookable.money import Money
from bookable.schedule.models import DateHours
from bookable.schedule.set_date_hours import set_date_hours
from bookable.testing import freeze, make_provider, make_service

Call = Callable[..., str]
WEDNESDAY = "2026-03-04 12:00"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_wednesday() -> Iterator[None]:
    with freeze(WEDNESDAY):
        yield


@pytest.fixture
def ann() -> Provider:
    return make_provider("Ann", slug="ann", hours=())


def opened() -> list[str]:
    return [str(row).replace(" Other hours", "") for row in DateHours.objects.order_by("date")]


def test_weekdays_are_opened_from_tomorrow_on(ann: Provider, call: Call) -> None:
    said = call("bookable_slots", "--provider=ann", "--days=6")
    assert opened() == [f"2026-03-{day} 09:00–17:00" for day in ("05", "06", "09", "10")]
    assert said == "4 days opened for Ann, 09:00–17:00."


def test_a_month_is_opened_unless_told_otherwise(ann: Provider, call: Call) -> None:
    call("bookable_slots", "--provider=ann")
    assert (len(opened()), opened()[-1]) == (22, "2026-04-03 09:00–17:00")


def test_hours_and_weekends_can_be_chosen(ann: Provider, call: Call) -> None:
    hours = ("--start-hour=8", "--end-hour=12", "--weekends")
    call("bookable_slots", "--provider=ann", "--days=3", *hours)
    assert opened() == [f"2026-03-{day} 08:00–12:00" for day in ("05", "06", "07")]


def test_tomorrow_is_a_date_of_the_providers_zone(call: Call) -> None:
    make_provider("Kiri", slug="kiri", zone="Pacific/Kiritimati", hours=())
    call("bookable_slots", "--provider=kiri", "--days=1")
    assert opened() == ["2026-03-06 09:00–17:00"]


def test_a_second_run_changes_nothing(ann: Provider, call: Call) -> None:
    arguments = ("--provider=ann", "--service=advice", "--payment-amount=50.00")
    call("bookable_slots", *arguments)
    before = set(DateHours.objects.values_list("pk", flat=True))
    assert call("bookable_slots", *arguments).startswith("0 days opened")
    assert set(DateHours.objects.values_list("pk", flat=True)) == before
    assert (Service.objects.count(), Offering.objects.count()) == (1, 1)


def test_a_closed_date_stays_closed(ann: Provider, call: Call) -> None:
    set_date_hours(None, date(2026, 3, 5), kind="closed")
    call("bookable_slots", "--provider=ann", "--days=2")
    assert opened()[1:] == ["2026-03-06 09:00–17:00"]


def test_a_service_is_made_that_is_paid_in_full(ann: Provider, call: Call) -> None:
    service = ("--service=first-talk", "--duration=45", "--payment-amount=50.00")
    call("bookable_slots", "--provider=ann", *service)
    made = Service.objects.get(slug="first-talk")
    assert (made.name, made.duration, made.zone) == ("First talk", 45, "UTC")
    assert (made.base_price, made.payment) == (Money(5000, "EUR"), PaymentMode.FULL)
    assert made.offerings.get().provider == ann


def test_a_service_without_an_amount_costs_nothing(ann: Provider, call: Call) -> None:
    call("bookable_slots", "--provider=ann", "--service=advice")
    made = Service.objects.get(slug="advice")
    assert (made.duration, made.price, made.payment) == (60, 0, PaymentMode.NONE)


def test_a_service_that_is_there_changes_only_as_told(ann: Provider, call: Call) -> None:
    make_service("Advice", slug="advice", price=700, duration=20)
    call("bookable_slots", "--provider=ann", "--service=advice", "--duration=30")
    kept = Service.objects.get()
    assert (kept.name, kept.price, kept.payment, kept.duration) == ("Advice", 700, "none", 30)


def test_a_rehearsal_writes_nothing(ann: Provider, call: Call) -> None:
    said = call("bookable_slots", "--provider=ann", "--service=advice", "--days=2", "--dry-run")
    assert said.startswith("2 days opened")
    assert said.endswith("this was a rehearsal.")
    assert (opened(), Service.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--provider=bob"], "no provider “bob”"),
        (["--provider=ann", "--start-hour=17"], "the end must come after the start"),
        (["--provider=ann", "--start-hour=-1"], "not a time"),
        (["--provider=ann", "--days=0"], "between 1 and 1000"),
        (["--provider=ann", "--duration=30"], "needs --service"),
        (["--provider=ann", "--service=advice", "--duration=0"], "at least a minute"),
        (["--provider=ann", "--service=advice", "--payment-amount=many"], "not an amount"),
        (["--provider=ann", "--service=advice", "--payment-amount=-1"], "greater than or equal"),
        (["--provider=ann", "--service=not a slug"], "valid “slug”"),
    ],
)
def test_what_can_not_be_done_is_said_and_nothing_is_written(
    ann: Provider, call: Call, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        call("bookable_slots", *arguments)
    assert (opened(), Service.objects.count()) == ([], 0)
