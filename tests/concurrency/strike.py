"""Strikes a database as hard as is asked: python -m tests.concurrency.strike --attempts 20000

BOOKABLE_DATABASE_URL names the database, a file of SQLite by default. Prints one line a scenario.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path


def main() -> int:
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("BOOKABLE_DATABASE_URL", f"sqlite:///{folder}/hammer.sqlite3")
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        return _strike_all(options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attempts", type=int, default=20_000, help="of each scenario")
    parser.add_argument("--workers", type=int, default=32)
    parser.add_argument("--scenario", action="append", help="only this one, by its name")
    return parser.parse_args()


def _strike_all(options: argparse.Namespace) -> int:
    from django.db import connection
    from django.test.runner import DiscoverRunner
    from tests.concurrency.scenarios import SCENARIOS

    runner = DiscoverRunner(verbosity=0, interactive=False)
    before = runner.setup_databases()
    failed = 0
    try:
        print(f"{connection.vendor}, {options.workers} workers")
        for name in options.scenario or SCENARIOS:
            failed += not _strike(name, options)
    finally:
        connection.close()
        runner.teardown_databases(before)
    return 1 if failed else 0


def _strike(name: str, options: argparse.Namespace) -> bool:
    from django.core.management import call_command
    from tests.concurrency.scenarios import SCENARIOS

    from bookable.testing import hammer

    call_command("flush", verbosity=0, interactive=False)
    world = SCENARIOS[name](options.attempts)
    try:
        report = hammer(world.blows, workers=options.workers, attempts=options.attempts)
        world.verdict()
    except AssertionError as fault:
        print(f"{name}: FAULT {fault}", flush=True)
        return False
    print(f"{name}: {report}", flush=True)
    return True


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
