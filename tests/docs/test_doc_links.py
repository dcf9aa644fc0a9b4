"""Whoever follows a link arrives, and whoever opens the list of contents finds every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.pages import DOCS, ROOT, name_of, pages

PUBLISHED = "https://django-bookable.readthedocs.io/en/latest/"
_DOC = re.compile(r"\{doc\}`(?:[^`<]*<)?([^`<>]+)>?`")
_REF = re.compile(r"\{ref\}`(?:[^`<]*<)?([^`<>]+)>?`")
_INCLUDED = re.compile(r"^```\{literalinclude\} (\S+)$", re.MULTILINE)
_PUBLISHED = re.compile(re.escape(PUBLISHED) + r"([\w/-]+)\.html")
_TARGET = re.compile(r"^\(([\w-]+)\)=$", re.MULTILINE)
_TOC = re.compile(r"^```\{toctree\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_the_pages_and_files_that_a_page_names_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    wanted = [page.parent / f"{target}.md" for target in _DOC.findall(text)]
    wanted += [page.parent / target for target in _INCLUDED.findall(text)]
    wanted += [DOCS / f"{target}.md" for target in _PUBLISHED.findall(text)]
    assert [str(path) for path in wanted if not path.is_file()] == []


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_the_places_that_a_page_names_are_there(page: Path) -> None:
    targets = {name for one in pages() for name in _TARGET.findall(one.read_text("utf-8"))}
    assert set(_REF.findall(page.read_text("utf-8"))) <= targets


def test_every_page_is_in_the_list_of_contents() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    lines = [line for toc in _TOC.findall(index) for line in toc.splitlines()]
    listed = {line for line in lines if line and not line.startswith(":")}
    found = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")}
    assert listed == found - {"index"}


def test_the_readme_can_be_read_in_one_sitting() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150
