"""Reads the code in the pages, and runs it as a reader would: from the top of a page to its end.

How a block is marked says what becomes of it:

    ```python            runs; one namespace a page
    ```python settings   runs, and what it assigns in capitals is set for the rest of the page
    ```python fragment   is only compiled: a part of a file that can't stand alone
    ```pycon             runs, and must print what the page shows
"""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from django.test import override_settings
from django.utils import translation

from bookable.testing import freeze

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples"
#: In the pages it is Monday morning.
NOW = "2027-03-01 08:00"

_BLOCK = re.compile(r"^```(\w+)([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block: its language, how it is marked, its text and the line it begins on."""

    language: str
    mark: str
    text: str
    line: int


def pages() -> list[Path]:
    return [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(text: str, *languages: str) -> Iterator[Block]:
    """The fenced blocks of these languages, in order."""
    for match in _BLOCK.finditer(text):
        if match[1] in languages:
            line = text.count("\n", 0, match.start()) + 1
            yield Block(match[1], match[2].strip(), match[3], line)


def run(page: Path) -> None:
    """Runs all the code of a page; an AssertionError says where it goes wrong."""
    namespace: dict[str, Any] = {"__name__": page.stem}
    with ExitStack() as surroundings:
        surroundings.enter_context(freeze(NOW))
        surroundings.enter_context(translation.override("en"))
        for block in blocks(page.read_text("utf-8"), "python", "pycon"):
            if block.language == "pycon":
                _compare(block, namespace, page)
                continue
            code = compile("\n" * block.line + block.text, str(page), "exec")
            if block.mark == "settings":
                chosen: dict[str, Any] = {}
                exec(code, chosen)
                settings = {name: value for name, value in chosen.items() if name.isupper()}
                surroundings.enter_context(override_settings(**settings))
            elif block.mark != "fragment":
                assert not block.mark, f"{page}:{block.line} is marked “{block.mark}”"
                exec(code, namespace)


def _compare(block: Block, namespace: dict[str, Any], page: Path) -> None:
    told: list[str] = []
    test = doctest.DocTestParser().get_doctest(
        block.text, namespace, page.name, str(page), block.line
    )
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    runner.run(test, out=told.append, clear_globs=False)
    namespace.update(test.globs)
    assert not runner.failures, "".join(told)
