"""The reference describes everything in the testing kit."""

from __future__ import annotations

import inspect

from tests.docs.reference import names, page, section, sections, spoken

from bookable import testing
from bookable.testing import strategies


def test_everything_in_a_report_is_described() -> None:
    described = names(section("testing", "Report"))
    assert described == set(testing.Report.__dataclass_fields__)


def test_everything_in_the_testing_kit_is_described() -> None:
    headings = set(sections(page("testing")))
    for name in testing.__all__:
        found = getattr(testing, name)
        wanted = name if isinstance(found, type) else spoken(found, name)
        assert wanted in headings


def test_every_strategy_is_described() -> None:
    functions = inspect.getmembers(strategies, inspect.isfunction)
    own = {name for name, found in functions if found.__module__ == strategies.__name__}
    assert own <= names(section("testing", "bookable.testing.strategies"))
