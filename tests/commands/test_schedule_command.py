from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from bookable.catalog.models import Provider
from bookable.schedule.exchange import export_schedule
from bookable.testing import make_provider

Call = Callable[..., str]
pytestmark = pytest.mark.django_db


@pytest.fixture
def ann() -> Provider:
    return make_provider("Ann", slug="ann", weekdays=[0])


@pytest.fixture
def bob() -> Provider:
    return make_provider("Bob", slug="bob", hours=())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "schedule.json"


def test_a_schedule_is_shown(ann: Provider, call: Call) -> None:
    assert json.loads(call("bookable_schedule", "export", "ann")) == export_schedule(ann)


def test_a_schedule_goes_through_a_file(
    ann: Provider, bob: Provider, call: Call, file: Path
) -> None:
    assert call("bookable_schedule", "export", "ann", "--output", file) == f"Written to {file}."
    said = call("bookable_schedule", "import", "bob", file)
    assert said == "The schedule of Bob was replaced."
    assert export_schedule(bob) == export_schedule(ann)


def test_a_rehearsal_replaces_nothing(ann: Provider, bob: Provider, call: Call, file: Path) -> None:
    call("bookable_schedule", "export", "ann", "--output", file)
    said = call("bookable_schedule", "import", "bob", file, "--dry-run")
    assert said.endswith("Nothing was written, this was a rehearsal.")
    assert export_schedule(bob)["weekly_hours"] == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("", "can't be read as JSON"), ("[]", "not an object"), ('{"version": 2}', "^version: ")],
)
def test_a_file_that_can_not_be_used_is_refused(
    ann: Provider, call: Call, file: Path, content: str, sentence: str
) -> None:
    file.write_text(content, "utf-8")
    with pytest.raises(CommandError, match=sentence):
        call("bookable_schedule", "import", "ann", file)
    assert len(export_schedule(ann)["weekly_hours"]) == 1


def test_a_file_that_is_not_there_is_refused(ann: Provider, call: Call, file: Path) -> None:
    with pytest.raises(CommandError, match=r"schedule\.json can't be read"):
        call("bookable_schedule", "import", "ann", file)


def test_a_folder_that_is_not_there_is_refused(ann: Provider, call: Call, file: Path) -> None:
    with pytest.raises(CommandError, match="can't be written"):
        call("bookable_schedule", "export", "ann", "--output", file / "x")


@pytest.mark.parametrize("action", [["export", "eve"], ["import", "eve", "x.json"]])
def test_somebody_who_is_not_there_is_refused(call: Call, action: list[str]) -> None:
    with pytest.raises(CommandError, match="There is no provider “eve”"):
        call("bookable_schedule", *action)
