"""The reference describes every code: of reasons, faults, checks and errors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.docs.reference import NAME, SOURCE, cells, names, page, section

import bookable.bookings.rules  # noqa: F401 - a rule is known once its module is read
from bookable import checks, errors
from bookable.availability import rules

#: Where a reason that no rule gives has its code.
REASONS = {"Reason": 1, "_reason": 0}


def subclasses(cls: type) -> Iterator[type]:
    yield cls
    for below in cls.__subclasses__():
        yield from subclasses(below)


def codes_in(folder: Path, places: Mapping[str, int] = REASONS) -> Iterator[str]:
    """The codes of reasons that no rule gives, by their place among the arguments."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = places.get(node.func.id, len(node.args))
                given = node.args[place : place + 1]
                yield from (one.value for one in given if isinstance(one, ast.Constant))


def test_every_code_of_a_reason_is_described() -> None:
    codes = {rule.code for rule in subclasses(rules.Rule) if rule.__module__.startswith("bookable")}
    others = {*codes_in(SOURCE / "availability"), *codes_in(SOURCE / "bookings")}
    assert names(page("reasons")) == codes | others


def test_every_kind_of_fault_is_described() -> None:
    limits = {rule.code for rule in subclasses(rules.Rule) if rule.code.endswith("_limit")}
    found = set(codes_in(SOURCE / "bookings", {"Fault": 0})) | limits
    told = section("commands", "bookable_check_claims")
    assert names(told[told.index("| fault ") :]) == found


def test_every_check_is_described_where_its_link_leads() -> None:
    sources = [path.read_text("utf-8") for path in Path(checks.__file__).parent.glob("*.py")]
    ids = {code for source in sources for code in re.findall(r"\b[EW]\d{3}\b", source)}
    found = re.findall(r"^\(bookable-(\w+)\)=\n## bookable\.(\w+)$", page("checks"), re.MULTILINE)
    assert sorted(code for _anchor, code in found) == sorted(ids)
    assert [code for anchor, code in found if anchor != code.lower()] == []


def test_every_error_is_described_with_its_code_and_its_parents() -> None:
    found = {
        tuple(NAME.findall("|".join(row)))
        for row in zip(*(cells(page("errors"), column) for column in range(3)), strict=True)
    }
    below = subclasses(errors.BookableError)
    own = {one for one in below if one.__module__.startswith(errors.__name__)}
    assert found == {
        (one.__name__, one.code, *(parent.__name__ for parent in one.__bases__)) for one in own
    }
    assert [one for one in own if getattr(errors, one.__name__, None) is not one] == []


def test_every_reason_that_the_library_gives_is_described() -> None:
    given = {
        word
        for path in (SOURCE / "bookings").rglob("*.py")
        for word in re.findall(r'\breason="(\w+)"', path.read_text("utf-8"))
    }
    assert names(section("recorders", "The reasons of events")) == given
