"""Several people at once, each on a connection of their own, and transactions that linger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event
from time import sleep
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from bookable import transactions
from bookable.errors import BookableError
from bookable.events import forget_recorder, record_bookings
from bookable.models import BookingEvent

PATIENCE = 20
#: Long enough for whoever isn't kept waiting to be done.
MOMENT = 0.4

Call = Callable[[], Any]


def needs_several_connections() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a SQLite database in memory belongs to one thread")


def outcome(call: Call) -> Any:
    """What somebody gets, or with what they are refused."""
    try:
        return call()
    except BookableError as refusal:
        return refusal
    finally:
        connection.close()


def at_once(*calls: Call) -> list[Any]:
    """What everybody gets who asks in the same moment."""
    gate = Barrier(len(calls))

    def run(call: Call) -> Any:
        gate.wait(PATIENCE)
        return outcome(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        asked = [pool.submit(run, call) for call in calls]
        return [one.result(3 * PATIENCE) for one in asked]


def refused(outcomes: list[Any]) -> list[str]:
    return [one.code for one in outcomes if isinstance(one, BookableError)]


def begin(call: Call) -> Future[Any]:
    """Somebody who begins now; their outcome comes when it comes."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(outcome, call)
    pool.shutdown(wait=False)
    return future


def is_kept_waiting(someone: Future[Any]) -> bool:
    sleep(MOMENT)
    return not someone.done()


class Lingering:
    """Somebody in the middle of a transaction, until they are told to go on."""

    def __init__(self) -> None:
        self.is_inside, self.may_go_on = Event(), Event()

    def linger(self) -> None:
        self.is_inside.set()
        assert self.may_go_on.wait(PATIENCE)


@contextmanager
def lingering(call: Call, verb: str) -> Iterator[Future[Any]]:
    """Somebody who has written what this verb writes, and commits when the block ends."""
    them = Lingering()

    def linger(event: BookingEvent) -> None:
        if event.verb == verb and not them.is_inside.is_set():
            them.linger()

    record_bookings(linger)
    try:
        with _beside(lambda: outcome(call), them) as future:
            yield future
    finally:
        forget_recorder(linger)


@contextmanager
def locked(*rows: Any) -> Iterator[None]:
    """Somebody else has these rows locked."""
    them = Lingering()

    def hold_on() -> None:
        try:
            with transaction.atomic():
                for row in rows:
                    type(row).objects.select_for_update().get(pk=row.pk)
                them.linger()
        finally:
            connection.close()

    with _beside(hold_on, them):
        yield


@contextmanager
def _beside(call: Call, them: Lingering) -> Iterator[Future[Any]]:
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(call)
        try:
            assert them.is_inside.wait(PATIENCE), future
            yield future
        finally:
            them.may_go_on.set()
            future.result(PATIENCE)


@pytest.fixture
def deadlocks(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Whatever was lost to somebody else and tried again."""
    lost: list[BaseException] = []
    is_lost = transactions._is_lost

    def note(error: Any) -> bool:
        lost.append(error)
        return is_lost(error)

    monkeypatch.setattr(transactions, "_is_lost", note)
    return lost


def deadlock() -> OperationalError:
    """As each database says that somebody else had to go first."""
    error = OperationalError(1213, "Deadlock found: database is locked")
    error.__cause__ = Exception()
    error.__cause__.sqlstate = "40P01"  # type: ignore[attr-defined]
    return error
