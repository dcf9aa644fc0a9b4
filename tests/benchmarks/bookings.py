"""Measures bookings per second and prints JSON: python tests/benchmarks/bookings.py

BOOKABLE_DATABASE_URL chooses the database, as for the tests; a file of SQLite else. Beside each
figure stands its floor: the same lock, and the same rows inserted by the same ORM, without a
question asked.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=200, help="of each round")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--workers", type=int, default=8, help="of the contended figure")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("BOOKABLE_DATABASE_URL", f"sqlite:///{folder}/bookings.sqlite3")
        import django

        django.setup()
        from django.db import connection
        from django.test.utils import setup_databases, teardown_databases

        old = setup_databases(verbosity=0, interactive=False)
        try:
            report = measure(chosen.bookings, chosen.rounds, chosen.workers)
            print(json.dumps({connection.vendor: report}, indent=1))
        finally:
            connection.close()
            teardown_databases(old, verbosity=0)


def measure(bookings: int, rounds: int, workers: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    report: dict[str, Any] = {}
    for name, workers_of_it, providers in (
        ("named provider, alone", 1, 1),
        ("any of 20 providers, alone", 1, 20),
        (f"one provider, {workers} at once", workers, 1),
        (f"any of 20 providers, {workers} at once", workers, 20),
    ):
        ours, floor = _world(providers)
        with CaptureQueriesContext(connection) as captured:
            ours()
        floor()
        _gather_statistics()
        pairs = [
            (_rate(ours, bookings, workers_of_it), _rate(floor, bookings, workers_of_it))
            for _round in range(rounds)
        ]
        report[name] = {
            "queries": len([one for one in captured if not _is_border(one["sql"])]),
            "per_second": round(median(one for one, _other in pairs)),
            "floor_per_second": round(median(other for _one, other in pairs)),
            "ratio": round(median(one / other for one, other in pairs), 2),
        }
    return report


def _world(providers: int) -> tuple[Callable[[], object], Callable[[], object]]:
    """A booking at the next free start, and the same rows without asking."""
    from bookable.bookings.hold import hold
    from bookable.testing import make_customer, make_provider, make_service
    from bookable.timeline import clock

    service = make_service(duration=10, price=5000, horizon_days=1000)
    people = [
        make_provider(f"Person {number}", offers=service, hours=("00:00-24:00",))
        for number in range(providers)
    ]
    customer = make_customer()
    begin = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=2)
    far = begin + timedelta(days=300)
    mine, bare = itertools.count(), itertools.count()
    named = {"provider": people[0]} if providers == 1 else {}

    def ours() -> object:
        start = begin + timedelta(minutes=10 * (next(mine) // (1 if providers == 1 else 4)))
        return hold(service, start, customer=customer, **named)  # type: ignore[misc]

    def floor() -> object:
        number = next(bare)
        start = far + timedelta(minutes=10 * (number // providers))
        return _insert(service, people[number % providers], customer, start)

    return ours, floor


def _insert(service: Any, provider: Any, customer: Any, start: datetime) -> object:
    from django.db import transaction

    from bookable.bookings.references import new_reference
    from bookable.catalog.locking import lock_providers
    from bookable.models import Booking, BookingEvent, Claim, Order, OrderLine, Session
    from bookable.timeline import clock

    now, end = clock.now(), start + timedelta(minutes=10)
    until = now + timedelta(minutes=10)
    with transaction.atomic():
        lock_providers([provider], using="default")
        order = Order.objects.create(currency="EUR", created=now, **customer.columns())
        session = Session.objects.create(
            service=service, start=start, end=end, zone="UTC", utc_offset=0, seats_taken=1,
            created=now,
        )  # fmt: skip
        booking = Booking.objects.create(
            reference=new_reference(service), session=session, order=order, expires_at=until,
            created=now, last_seq=1,
        )  # fmt: skip
        Claim.objects.bulk_create(
            [Claim(session=session, provider=provider, start=start, end=end, expires_at=until)]
        )
        OrderLine.objects.bulk_create(
            [
                OrderLine(
                    order=order, created=now, owner="booking", reference=str(booking.uuid),
                    kind="service", label=service.name, unit_amount=5000,
                )
            ]
        )  # fmt: skip
        return BookingEvent.objects.create(
            booking=booking, seq=1, at=now, verb="hold", after="held", role="system", data={}
        )


def _gather_statistics() -> None:
    """As a database does by itself after a while; its plans are poor before."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _rate(act: Callable[[], object], many: int, workers: int) -> float:
    """How often it was done in a second, by so many threads together."""
    from django.db import connection

    def work(share: int) -> None:
        for _ in range(share):
            act()
        if workers > 1:
            connection.close()

    started = time.perf_counter()
    if workers == 1:
        work(many)
    else:
        threads = [threading.Thread(target=work, args=(many // workers,)) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return many / (time.perf_counter() - started)


def _is_border(sql: str) -> bool:
    return sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))


if __name__ == "__main__":
    main()
