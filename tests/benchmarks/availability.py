"""Measures availability and prints JSON: python tests/benchmarks/availability.py

BOOKABLE_DATABASE_URL chooses the database, as for the tests; SQLite else. Every figure stands
beside its floor: the same rows fetched with the same ORM, and as many value objects made of them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=15)
    chosen = parser.parse_args()

    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    old = setup_databases(verbosity=0, interactive=False)
    try:
        print(json.dumps({connection.vendor: measure(chosen.claims, chosen.rounds)}, indent=1))
    finally:
        teardown_databases(old, verbosity=0)


def measure(claims: int, rounds: int) -> dict[str, object]:
    from tests.benchmarks.measure import compare, days_floor, memory, next_floor, slots_floor
    from tests.benchmarks.world import START, book, make_providers, make_service, settle

    from bookable.testing import freeze

    report: dict[str, object] = {}
    low = int(START.timestamp())

    def slots(service, days, label):  # type: ignore[no-untyped-def]
        high = low + days * 86_400
        end = START + timedelta(days=days)
        report[label] = compare(
            lambda: service.slots(START, end), slots_floor(service, low, high), rounds
        )

    def days(service, count, label):  # type: ignore[no-untyped-def]
        high = low + count * 86_400
        end = START + timedelta(days=count)
        report[label] = compare(
            lambda: service.days(START, end), days_floor(service, low, high), rounds
        )

    with freeze(START - timedelta(hours=1)):
        alone = make_service(make_providers(1, "alone"), "alone")
        for length in (30, 90, 365):
            slots(alone, length, f"slots, 1 provider, {length} days, empty table")

        few = make_providers(1, "few")
        small = make_service(few, "small")
        book(small, few, START, 1000, 2)
        for length in (30, 90, 365):
            slots(small, length, f"slots, 1 provider, {length} days, 1,000 claims in the table")

        staff = make_providers(500, "staff")
        month = make_service(staff, "month")
        of = {count: make_service(staff[:count], f"staff-{count}") for count in (1, 50)}
        # two a day on average, for years: mostly outside of any window that is asked about
        book(month, staff, START - timedelta(days=400), claims, 2)
        settle()
        for length in (30, 90, 365):
            slots(
                of[1], length, f"slots, 1 provider, {length} days, {claims:,} claims in the table"
            )
        for count, service in ((1, of[1]), (50, of[50]), (500, month)):
            days(service, 30, f"days, {count} providers, 30 days, {claims:,} claims in the table")
        odd = make_providers(500, "odd", alike=False)
        different = make_service(odd, "different-hours")
        book(different, odd, START, 30_000, 2)
        settle()
        days(different, 30, "days, 500 providers whose hours differ, 30 days")
        end = START + timedelta(days=90)
        report["memory in MB, days, 500 providers, 90 days"] = memory(
            lambda: month.days(START, end)
        )

        full = make_providers(500, "full")
        crowded = make_service(full, "crowded")
        crowded.horizon_days = 90
        crowded.save()
        book(crowded, full, START - timedelta(days=1), 500 * 61 * 9, 9)
        settle()
        report["next free, 500 providers, full for 60 days"] = compare(
            crowded.next_slot, next_floor(crowded), max(3, rounds // 3)
        )
    return report


if __name__ == "__main__":
    main()
