"""Runs the suite on every database: python3 tests/run.py [arguments of pytest]

Nothing needs to be installed but Python. BOOKABLE_DATABASES=sqlite,postgres limits the databases.
"""

from __future__ import annotations

import sys

# Before anything else, so that an older Python says this sentence and not what it can't read.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("The tests need Python 3.11 or newer; this is Python " + sys.version.split()[0] + ".")

from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools.environment import Environment

TESTS = Environment("tests", "django-bookable with its test tools", extras=("dev",))

if __name__ == "__main__":
    TESTS.enter(Path(__file__).resolve(), sys.argv[1:])

    from tests.suite import run_suite

    sys.exit(run_suite(sys.argv[1:]))
