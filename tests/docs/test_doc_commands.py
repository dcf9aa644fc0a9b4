"""The reference describes every command, job, signal and registry."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest
from django.dispatch import Signal
from tests.docs.reference import NAME, SOURCE, cells, names, page, section, sections

from bookable import events, jobs, signals


def test_every_command_is_described_with_its_options() -> None:
    paths = sorted((SOURCE / "management" / "commands").glob("bookable_*.py"))
    assert set(sections(page("commands"))) == {path.stem for path in paths} | {"Commands"}
    for path in paths:
        given = set(re.findall(r'add_argument\(\s*"(--[\w-]+)"', path.read_text("utf-8")))
        told = section("commands", path.stem)
        assert [option for option in given - {"--database"} if option not in told] == []


def test_every_job_is_described_in_its_order() -> None:
    told = section("jobs", "Jobs that come with the library")
    assert [NAME.findall(cell)[0] for cell in cells(told)] == jobs.names()


def test_every_signal_is_described() -> None:
    own = {name for name, found in vars(signals).items() if isinstance(found, Signal)}
    told = {heading for heading in sections(page("signals")) if " " not in heading}
    assert told == own | {"Signals"}


REGISTRIES = [("jobs", "bookable.jobs", jobs), ("recorders", "Recorders", events)]


@pytest.mark.parametrize(("name", "heading", "module"), REGISTRIES)
def test_every_function_of_a_registry_is_described(name: str, heading: str, module: Any) -> None:
    functions = inspect.getmembers(module, inspect.isfunction)
    own = {name for name, found in functions if found.__module__ == module.__name__}
    assert own <= names(section(name, heading))
