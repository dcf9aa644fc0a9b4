"""Many at once against one database: what a site runs in its own CI to see that nothing breaks.

Needs a test case whose transactions are real, such as `TransactionTestCase`, and a database that
several connections share: a file on SQLite, or a server.
"""

from __future__ import annotations

import random
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connections

from bookable.errors import BookableError
from bookable.testing.verdict import assert_never_double_booked

#: One attempt at something. Refusals are what is expected; any other error is a finding.
Blow = Callable[[random.Random], object]


_IN_A_TRANSACTION = (
    "The hammer strikes over connections of its own, and they see nothing of what is written in "
    "a transaction that is still open, so it would prove nothing. Use TransactionTestCase, or "
    "django_db(transaction=True) with pytest."
)


class NothingToDo(Exception):
    """A blow raises it that found nothing to strike, so that it does not count as done."""


@dataclass
class Report:
    """What came of all the attempts."""

    attempts: int = 0
    done: int = 0
    idle: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def __str__(self) -> str:
        refused = ", ".join(f"{many} {code}" for code, many in self.refused.most_common())
        return (
            f"{self.attempts} attempts in {self.seconds:.1f} s: {self.done} done, "
            f"{self.idle} idle, refused: {refused or 'none'}, errors: {len(self.errors)}"
        )


def hammer(
    blows: Sequence[Blow],
    *,
    workers: int = 32,
    attempts: int = 2000,
    using: str = "default",
    seed: int = 1,
) -> Report:
    """Strikes with all workers at once, then looks whether anything was booked twice.

    Each attempt is one of the blows, drawn by chance. Raises AssertionError with the faults that
    were found, or with the first error that was no refusal. Raises RuntimeError within a
    transaction.
    """
    report = strike(blows, workers=workers, attempts=attempts, using=using, seed=seed)
    if report.errors:
        raise AssertionError(f"{report}\n{report.errors[0]}")
    assert_never_double_booked(using=using)
    return report


def strike(
    blows: Sequence[Blow],
    *,
    workers: int = 32,
    attempts: int = 2000,
    using: str = "default",
    seed: int = 1,
) -> Report:
    """The attempts alone, without a verdict."""
    if connections[using].in_atomic_block:
        raise RuntimeError(_IN_A_TRANSACTION)
    shared = _Shared(threading.Barrier(workers), using)
    threads = [
        threading.Thread(
            target=_work,
            args=(shared, blows, count, random.Random(seed * 1000 + number)),
            name=f"hammer-{number}",
        )
        for number, count in enumerate(_shares(attempts, workers))
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    shared.report.seconds = time.monotonic() - started
    return shared.report


@dataclass
class _Shared:
    """What the threads have in common."""

    gate: threading.Barrier
    using: str
    report: Report = field(default_factory=Report)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, outcome: str, error: str | None) -> None:
        with self.lock:
            self.report.attempts += 1
            self.report.done += outcome == "done"
            self.report.idle += outcome == "idle"
            if error is not None:
                self.report.errors.append(error)
            elif outcome not in ("done", "idle"):
                self.report.refused[outcome] += 1


def _shares(attempts: int, workers: int) -> Iterable[int]:
    each, rest = divmod(attempts, workers)
    return (each + (number < rest) for number in range(workers))


def _work(shared: _Shared, blows: Sequence[Blow], count: int, chance: random.Random) -> None:
    try:
        shared.gate.wait()
        for _ in range(count):
            shared.note(*_strike_once(chance.choice(blows), chance))
    finally:
        connections[shared.using].close()


def _strike_once(blow: Blow, chance: random.Random) -> tuple[str, str | None]:
    try:
        blow(chance)
    except NothingToDo:
        return "idle", None
    except BookableError as refusal:
        return refusal.code, None
    except Exception:
        return "error", traceback.format_exc()
    return "done", None
