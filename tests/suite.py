"""One run of pytest for each database."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tests.databases import Server, mariadb, postgres, sqlite
from tests.outcomes import Outcome, describe, succeeded
from tests.processes import Unavailable

ROOT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
MOST_WORKERS = 4
#: With one of these pytest talks to a person, or was told how many workers to take.
ALONE = ("-n", "-s", "-h", "--numprocesses", "--pdb", "--trace", "--capture", "--co", "--help")


@dataclass(frozen=True)
class Database:
    name: str
    server: Server
    options: tuple[str, ...] = ("--database-only",)
    required: bool = True


DATABASES = {
    "sqlite": Database("SQLite", sqlite, options=()),
    "postgres": Database("PostgreSQL", postgres),
    "mariadb": Database("MariaDB", mariadb, required=False),
}


def run_suite(arguments: Sequence[str]) -> int:
    # So that no server outlives a run that is told to end.
    signal.signal(signal.SIGTERM, _end)
    try:
        outcomes = [run_on(database, arguments) for database in chosen()]
    except KeyboardInterrupt:
        print("\nStopped.")
        return 130
    print(f"\n──── All databases ────\n{describe(outcomes)}", flush=True)
    return 0 if succeeded(outcomes) else 1


def run_on(database: Database, arguments: Sequence[str]) -> Outcome:
    print(f"\n──── {database.name} ────", flush=True)
    try:
        with database.server() as url:
            return _run_pytest(database, url, [*workers(arguments), *arguments])
    except Unavailable as reason:
        return Outcome(database.name, failed=int(database.required), missing=str(reason))


def chosen() -> list[Database]:
    names = os.environ.get("BOOKABLE_DATABASES", "") or ",".join(DATABASES)
    wanted = [name.strip() for name in names.split(",")]
    for name in wanted:
        if name not in DATABASES:
            sys.exit(f"BOOKABLE_DATABASES may hold {', '.join(DATABASES)}, but not “{name}”.")
    return [database for name, database in DATABASES.items() if name in wanted]


def workers(arguments: Sequence[str]) -> list[str]:
    """pytest's option for as many processes as there are cores, within reason."""
    can_use = getattr(os, "sched_getaffinity", None)
    cores = len(can_use(0)) if can_use else os.cpu_count() or 1
    if cores == 1 or any(argument.startswith(ALONE) for argument in arguments):
        return []
    return ["-n", str(min(cores, MOST_WORKERS)), "--dist", "worksteal"]


def _run_pytest(database: Database, url: str, arguments: Sequence[str]) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        summary = Path(folder) / "summary.json"
        environment = {
            **os.environ,
            "BOOKABLE_DATABASE_URL": url,
            "BOOKABLE_SUMMARY": str(summary),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        command = [sys.executable, "-m", "pytest", *database.options, *arguments]
        started = time.monotonic()
        status = subprocess.call(command, cwd=ROOT, env=environment)
        told: dict[str, Any] = json.loads(summary.read_text()) if summary.exists() else {}
    outcome = Outcome(database.name, **told, seconds=time.monotonic() - started)
    if status in (0, NOTHING_COLLECTED) or outcome.failed:
        return outcome
    return Outcome(database.name, failed=1, missing=f"pytest ended with {status}")


def _end(signum: int, frame: object) -> NoReturn:
    sys.exit(128 + signum)
