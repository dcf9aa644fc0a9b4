"""What happens when several people change the same thing in the same moment."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bookable.catalog.locking import lock_providers
from bookable.schedule.ranges import BusyPeriod, HoursRange
from bookable.schedule.replace_busy_times import replace_busy_times
from bookable.schedule.set_hours import set_hours
from bookable.testing import make_provider

pytestmark = pytest.mark.django_db(transaction=True)
NINE = datetime(2026, 5, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _needs_several_connections(db: None) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a SQLite database in memory belongs to one thread")


def at_once(*calls: Callable[[], object]) -> None:
    """Starts all of them in the same moment, each on a connection of its own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(run, call) for call in calls]:
            done.result(timeout=30)


def test_hours_set_twice_at_once_end_as_one_complete_set() -> None:
    ann = make_provider("Ann", hours=())
    early = [HoursRange(day, "06:00", "12:00") for day in range(7)]
    late = [HoursRange(day, "11:00", "20:00") for day in range(7)]
    for _round in range(10):
        at_once(lambda: set_hours(ann, early), lambda: set_hours(ann, late))
        found = [HoursRange.of(row) for row in ann.weekly_hours.all()]
        assert found in (early, late)


def test_providers_are_locked_in_the_order_of_their_keys() -> None:
    keys = [make_provider(hours=()).pk for _number in range(3)]
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        locked = lock_providers(reversed(keys), using="default")
    [query] = (found["sql"] for found in asked.captured_queries if "FOR " in found["sql"])
    assert [provider.pk for provider in locked] == keys
    assert re.search(r"ORDER BY \S*id\S* ASC FOR (NO KEY )?UPDATE\b", query)


def test_the_same_calendar_imported_twice_at_once_is_there_once() -> None:
    ann = make_provider("Ann", hours=())
    hour = timedelta(hours=1)
    times = [BusyPeriod(NINE + n * hour, NINE + (n + 1) * hour, f"id {n}") for n in range(20)]

    def take_over() -> None:
        replace_busy_times(ann, times, source="ics", start=NINE, end=NINE + 20 * hour)

    at_once(take_over, take_over, take_over)
    assert ann.busy_times.count() == 20
