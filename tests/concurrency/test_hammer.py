"""The hammer in small, and the proof that it would find what it looks for.

In full: python -m tests.concurrency.strike --attempts 20000
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.concurrency.scenarios import SCENARIOS, World

from bookable.bookings.taking import placing
from bookable.conf import DEFAULT_RULES
from bookable.schedule.lane_constraint import LANE_CONSTRAINT
from bookable.testing import hammer, strike

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 16

#: Enough of each that somebody meets somebody else.
ATTEMPTS = 96

pytestmark = pytest.mark.django_db(transaction=True)
on_a_server = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="a SQLite database in memory belongs to one thread"
)
on_postgres = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="only PostgreSQL knows constraints of exclusion"
)


@on_a_server
@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_booked_twice(name: str) -> None:
    world = SCENARIOS[name](ATTEMPTS)
    report = hammer(world.blows, workers=WORKERS, attempts=ATTEMPTS)
    world.verdict()
    assert report.attempts == ATTEMPTS
    assert report.done > 0


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the others are struck right here")
def test_nothing_is_booked_twice_in_a_file_of_sqlite(tmp_path: Path) -> None:
    names = ("same_slot", "emptied_classes", "crossing_moves", "expiring_holds")
    command = [sys.executable, "-m", "tests.concurrency.strike", "--attempts", str(ATTEMPTS)]
    command += ["--workers", str(WORKERS)]
    for name in names:
        command += ["--scenario", name]
    ended = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "BOOKABLE_DATABASE_URL": f"sqlite:///{tmp_path}/hammer.sqlite3"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("errors: 0") == len(names), ended.stdout


@pytest.fixture
def without_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is to be locked is only named."""

    def name_them(keys: Collection[int], *, using: str, wait: bool) -> set[int]:
        return set(keys)

    monkeypatch.setattr(placing, "lock_lanes_of", name_them)


@pytest.fixture
def without_constraint() -> Iterator[None]:
    """As it is where there is no constraint of exclusion. What overlaps goes before it is back."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s",
            [LANE_CONSTRAINT],
        )
        [definition] = cursor.fetchone()
        cursor.execute(f"ALTER TABLE bookable_claim DROP CONSTRAINT {LANE_CONSTRAINT}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE bookable_claim CASCADE")
        cursor.execute(f"ALTER TABLE bookable_claim ADD CONSTRAINT {LANE_CONSTRAINT} {definition}")


def struck() -> World:
    return SCENARIOS["same_slot"](10 * ATTEMPTS)


@on_a_server
def test_the_hammer_finds_what_the_locks_prevent(
    without_constraint: None, without_locks: None
) -> None:
    with pytest.raises(AssertionError, match="overlap"):
        hammer(struck().blows, workers=WORKERS, attempts=4 * ATTEMPTS)


@on_postgres
def test_without_locks_the_constraint_refuses(without_locks: None) -> None:
    report = hammer(struck().blows, workers=WORKERS, attempts=2 * ATTEMPTS)
    assert report.refused["slot_taken"] > 0


@on_postgres
def test_without_any_question_the_constraint_alone_refuses(
    without_locks: None, settings: Any
) -> None:
    """Neither locks nor the rule that looks for claims."""
    rules = [rule for rule in DEFAULT_RULES if not rule.endswith(".Claims")]
    assert len(rules) == len(DEFAULT_RULES) - 1
    settings.BOOKABLE = {"RULESETS": {"default": rules}}
    report = hammer(struck().blows, workers=WORKERS, attempts=2 * ATTEMPTS)
    assert set(report.refused) == {"slot_taken"}


@on_a_server
def test_whatever_is_no_refusal_is_reported() -> None:
    def stumble(_chance: object) -> None:
        raise ZeroDivisionError

    report = strike([stumble], workers=2, attempts=6)
    assert len(report.errors) == 6
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        hammer([stumble], workers=2, attempts=2)
