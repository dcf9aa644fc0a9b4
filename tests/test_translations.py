from __future__ import annotations

import re
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import bookable

PACKAGE = Path(bookable.__file__).parent
GERMAN = PACKAGE / "locale" / "de" / "LC_MESSAGES" / "django.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with GERMAN.open("rb") as source:
        return read_po(source, locale="de")


@pytest.fixture(scope="module")
def german(catalogue: Catalog) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def entries(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def test_every_sentence_is_translated(catalogue: Catalog) -> None:
    assert [one.id for one in entries(catalogue) if not all(texts(one.string))] == []


def test_no_translation_is_a_guess_or_out_of_use(catalogue: Catalog) -> None:
    assert [one.id for one in entries(catalogue) if one.fuzzy] == []
    assert list(catalogue.obsolete) == []


def test_the_placeholders_are_those_of_the_sentence(catalogue: Catalog) -> None:
    for one in entries(catalogue):
        wanted = set(PLACEHOLDER.findall(texts(one.id)[-1]))
        for translated in texts(one.string):
            assert set(PLACEHOLDER.findall(translated)) <= wanted, one.id
        assert set(PLACEHOLDER.findall(texts(one.string)[-1])) == wanted, one.id


def test_no_sentence_of_the_code_is_missing(catalogue: Catalog) -> None:
    found = extract_from_dir(
        PACKAGE,
        method_map=[("**.py", "python")],
        keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
    )
    known = {texts(one.id)[0] for one in entries(catalogue)}
    missing = {texts(message)[0] for _file, _line, message, _comments, _context in found} - known
    assert missing == set()


def test_a_reason_is_told_in_german(german: GNUTranslations) -> None:
    sentence = german.gettext("%(provider)s is away.") % {"provider": "Ann"}
    assert sentence != "Ann is away."
    assert "Ann" in sentence


def test_one_and_many_differ_in_german(german: GNUTranslations) -> None:
    words = ("%(service)s has %(count)d seat.", "%(service)s has %(count)d seats.")
    assert german.ngettext(*words, 1) != german.ngettext(*words, 2)
