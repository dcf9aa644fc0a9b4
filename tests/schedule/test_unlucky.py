"""Whoever loses a lock while a calendar is changed begins anew, and changes it once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from tests.bookings.threads import deadlock

from bookable.catalog.deactivate import deactivate
from bookable.catalog.offer_service import offer_service
from bookable.catalog.set_needs import NeedSpec, set_needs
from bookable.catalog.withdraw_service import withdraw_service
from bookable.errors import TryAgain
from bookable.models import BusyTime, DateHours, Need, Offering, Provider, TimeOff, WeeklyHours
from bookable.schedule.add_busy_time import add_busy_time
from bookable.schedule.add_time_off import add_time_off
from bookable.schedule.clear_date_hours import clear_date_hours
from bookable.schedule.copy_hours import copy_hours
from bookable.schedule.exchange import export_schedule, import_schedule
from bookable.schedule.open_days import open_days
from bookable.schedule.ranges import BusyPeriod, DateRange, HoursRange
from bookable.schedule.remove_busy_time import remove_busy_time
from bookable.schedule.remove_time_off import remove_time_off
from bookable.schedule.replace_busy_times import replace_busy_times
from bookable.schedule.set_date_hours import set_date_hours
from bookable.schedule.set_hours import set_hours
from bookable.testing import make_provider, make_service

pytestmark = pytest.mark.django_db(transaction=True)

NOON, ONE = (datetime(2030, 1, 7, hour, tzinfo=UTC) for hour in (12, 13))
DAY = date(2030, 1, 7)

Act = Callable[[], object]


class Unlucky:
    """Somebody else goes first, so many times, whenever a statement of ours is half done."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        if self.left and connection.in_atomic_block and not sql.startswith("SELECT"):
            self.left -= 1
            raise deadlock()
        return answer


def rows() -> list[list[tuple[Any, ...]]]:
    """All that a calendar is made of, without the keys and the moments at which it was written."""
    kinds = (BusyTime, DateHours, Need, Offering, TimeOff, WeeklyHours)
    left_out = {"id", "created", "modified", "service"}
    found = [
        sorted(
            kind.objects.values_list(
                *(field.attname for field in kind._meta.fields if field.name not in left_out)
            ),
            key=str,
        )
        for kind in kinds
    ]
    return [*found, sorted(Provider.objects.values_list("name", "is_active", "zone"))]


def acts() -> dict[str, Act]:
    """What can be done with the calendar of somebody who has a little of everything."""
    service = make_service("Massage")
    ann = make_provider("Ann", offers=service, hours=["09:00-17:00"], weekdays=range(5))
    away, busy = add_time_off(ann, NOON, ONE), add_busy_time(ann, NOON, ONE)
    set_date_hours(ann, DAY, kind="extra", hours=[DateRange("18:00", "19:00")])
    exported = export_schedule(ann)
    return {
        "add_busy_time": lambda: add_busy_time(ann, NOON, ONE, external_id="x"),
        "add_time_off": lambda: add_time_off(ann, NOON, ONE),
        "clear_date_hours": lambda: clear_date_hours(ann, DAY),
        "copy_hours": lambda: copy_hours(ann, 0, [5, 6]),
        "deactivate": lambda: deactivate(ann),
        "import_schedule": lambda: import_schedule(ann, {**exported, "time_off": []}),
        "offer_service": lambda: offer_service(ann, "another", price="50.00"),
        "open_days": lambda: open_days(ann, [DAY], [DateRange("06:00", "07:00")]),
        "remove_busy_time": lambda: remove_busy_time(busy),
        "remove_time_off": lambda: remove_time_off(away),
        "replace_busy_times": lambda: replace_busy_times(
            ann, [BusyPeriod(NOON, ONE, "y")], source="feed", start=NOON, end=ONE
        ),
        "set_date_hours": lambda: set_date_hours(ann, DAY, kind="closed"),
        "set_hours": lambda: set_hours(ann, [HoursRange(0, "10:00", "11:00")]),
        "set_needs": lambda: set_needs(service, [NeedSpec(providers=(ann,))]),
        "withdraw_service": lambda: withdraw_service(service, ann),
    }


NAMES = [
    "add_busy_time",
    "add_time_off",
    "clear_date_hours",
    "copy_hours",
    "deactivate",
    "import_schedule",
    "offer_service",
    "open_days",
    "remove_busy_time",
    "remove_time_off",
    "replace_busy_times",
    "set_date_hours",
    "set_hours",
    "set_needs",
    "withdraw_service",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_change_that_lost_is_made_all_over_again_and_once(name: str) -> None:
    act, before = acts()[name], rows()
    with transaction.atomic():
        act()
        expected = rows()
        transaction.set_rollback(True)
    unlucky = Unlucky(1)
    with connection.execute_wrapper(unlucky):
        act()
    assert unlucky.left == 0
    assert rows() == expected != before


@pytest.mark.parametrize("name", ["set_hours", "add_time_off"])
def test_a_change_that_loses_again_and_again_says_so_and_changes_nothing(name: str) -> None:
    act, before = acts()[name], rows()
    with connection.execute_wrapper(Unlucky(99)), pytest.raises(TryAgain):
        act()
    assert rows() == before
