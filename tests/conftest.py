from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis
from tests.outcomes import count
from tests.selection import uses_the_database

#: Markers of this suite, each with what it means.
MARKERS = {
    "once": "shows the same on every database, and takes long",
    "many": "many at once, which every database settles in its own way",
}

hypothesis.register_profile(
    "default",
    derandomize=False,
    deadline=None,
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "100")),
)
# the same examples every time, so that a change is judged by what it changes
hypothesis.register_profile(
    "ci", parent=hypothesis.get_profile("default"), derandomize=True, print_blob=True
)
hypothesis.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-only", action="store_true", help="run the tests that use the database"
    )


def pytest_configure(config: pytest.Config) -> None:
    for name, meaning in MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    if os.environ.get("BOOKABLE_MUST_BE_INSTALLED"):
        _refuse_the_source_tree()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database-only"):
        left_out = [item for item in items if not uses_the_database(item)]
        items[:] = [item for item in items if uses_the_database(item)]
        config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Leaves the numbers for run.py, which adds up what each database gave."""
    if target := os.environ.get("BOOKABLE_SUMMARY"):
        Path(target).write_text(json.dumps(count(terminalreporter.stats)))


def _refuse_the_source_tree() -> None:
    import bookable

    if "site-packages" not in Path(str(bookable.__file__)).parts:
        raise pytest.UsageError(f"This is to test the installed package, not {bookable.__file__}.")
