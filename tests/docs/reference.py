"""Reads the pages of the reference: their sections, their tables and the names in them."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

from tests.docs.pages import DOCS

import bookable

SOURCE = Path(bookable.__file__).parent
REFERENCE = DOCS / "reference"
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
NAME = re.compile(r"`(\w+)")


def page(name: str) -> str:
    return (REFERENCE / f"{name}.md").read_text("utf-8")


def sections(text: str) -> dict[str, str]:
    """What stands under each heading, by the heading without its back quotes."""
    parts = _HEADING.split(text)
    return {
        heading.strip("`"): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def section(name: str, heading: str) -> str:
    return sections(page(name))[heading]


def cells(text: str, column: int = 0) -> list[str]:
    """A column of all tables, without their headings."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    kept = [
        row
        for row, below in zip(rows, [*rows[1:], ""], strict=True)
        if not row.startswith("|---") and not below.startswith("|---")
    ]
    return [row.split("|")[column + 1] for row in kept]


def names(text: str, column: int = 0) -> set[str]:
    return {name for cell in cells(text, column) for name in NAME.findall(cell)}


def parameters(what: Any) -> list[str]:
    return list(inspect.signature(what).parameters)


def spoken(what: Any, name: str) -> str:
    """A signature as the headings have it, with defaults as they are written."""
    plain = [
        one.replace(annotation=inspect.Parameter.empty)
        for one in inspect.signature(what).parameters.values()
    ]
    written = str(inspect.Signature(plain)).replace("Ellipsis", "...")
    return name + re.sub(r"<(\w+\.\w+): [^>]*>", r"\1", written)
