"""The example project passes its own tests, with its own settings, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bookable

PROJECT = Path(__file__).parents[2] / "example_project"


def manage(folder: Path, *arguments: str) -> str:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "settings",
        "EXAMPLE_DATABASE": str(folder / "db.sqlite3"),
        "PYTHONPATH": str(Path(str(bookable.__file__)).parents[1]),
    }
    command = [sys.executable, "-W", "error::DeprecationWarning", "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    told = done.stdout + done.stderr
    if done.returncode:
        pytest.fail(told)
    return told


def test_its_own_tests_pass(tmp_path: Path) -> None:
    assert "OK" in manage(tmp_path, "test")


def test_its_models_need_no_further_migration(tmp_path: Path) -> None:
    assert "No changes" in manage(tmp_path, "makemigrations", "--check", "--dry-run")


def test_its_settings_pass_the_system_checks(tmp_path: Path) -> None:
    assert "no issues" in manage(tmp_path, "check")


def test_a_new_database_is_filled_with_two_commands(tmp_path: Path) -> None:
    manage(tmp_path, "migrate", "--verbosity", "0")
    assert manage(tmp_path, "demo") == manage(tmp_path, "demo")
    assert "Free: with Ann" in manage(tmp_path, "bookable_explain", "massage", in_two_weeks())


def in_two_weeks() -> str:
    """A Thursday on which nothing but the hours decides."""
    from datetime import timedelta

    from bookable.timeline import clock

    today = clock.now()
    thursday = today + timedelta(days=14 + (3 - today.weekday()) % 7)
    return f"{thursday:%Y-%m-%d} 10:00"
