"""Rules of the house that no other tool looks after."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

import bookable

ROOT = Path(__file__).parent.parent
#: What somebody wrote by hand beside the library.
BESIDE = ("docs", "example_project", "tests", "tools")
LIMIT = 400


def source_files(*folders: Path) -> list[Path]:
    """Every Python file that somebody wrote by hand."""
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        if not {"migrations", "locale"} & set(path.relative_to(folder).parts)
    ]


def too_long(paths: list[Path]) -> list[str]:
    counts = {path: len(path.read_text("utf-8").splitlines()) for path in paths}
    return [f"{path.name} has {count} lines" for path, count in counts.items() if count > LIMIT]


@pytest.fixture(scope="module")
def house() -> list[Path]:
    return source_files(Path(bookable.__file__).parent, *(ROOT / name for name in BESIDE))


def test_no_file_is_longer_than_one_sitting(house: list[Path]) -> None:
    assert house
    assert too_long(house) == []


def test_no_file_is_called_utils(house: list[Path]) -> None:
    assert [path for path in house if path.stem in {"util", "utils", "helpers", "misc"}] == []
    assert [path for path in house if path.parent.name == "utils"] == []


def test_a_file_of_one_line_too_many_is_found(tmp_path: Path) -> None:
    (tmp_path / "just.py").write_text("pass\n" * LIMIT, "utf-8")
    (tmp_path / "over.py").write_text("pass\n" * (LIMIT + 1), "utf-8")
    assert too_long(source_files(tmp_path)) == ["over.py has 401 lines"]


def test_what_was_generated_may_be_long(tmp_path: Path) -> None:
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "0001_initial.py").write_text("pass\n" * 999, "utf-8")
    assert source_files(tmp_path) == []


@pytest.mark.django_db
def test_the_models_need_no_further_migration() -> None:
    told = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=told, stderr=told)
    except SystemExit:
        pytest.fail(told.getvalue())
