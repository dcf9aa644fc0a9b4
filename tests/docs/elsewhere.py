"""Runs one page on a site of its own: `python -m tests.docs.elsewhere docs/howto/page.md`.

The settings module comes from the environment, as it does for `manage.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import django
from django.core.management import call_command

import bookable

ROOT = Path(__file__).parents[2]
#: What the suite tells its own process, and nobody else.
_OF_THE_SUITE = {"BOOKABLE_DATABASE_URL", "BOOKABLE_SUMMARY", "PYTEST_ADDOPTS"}


def on_site(settings: str, *arguments: str, path: tuple[Path, ...] = ()) -> tuple[bool, str]:
    """Whether `python -W error` with these arguments is content with a site, and what it said.

    It gets the very library that is being tested, be it the source or a wheel, and SQLite.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _OF_THE_SUITE}
    library = Path(bookable.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=ROOT,
        env={
            **kept,
            "DJANGO_SETTINGS_MODULE": settings,
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, library, *path))),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


def main(page: str) -> None:
    django.setup()
    from tests.docs.pages import run

    call_command("migrate", run_syncdb=True, verbosity=0)
    run(Path(page))


if __name__ == "__main__":
    main(sys.argv[1])
