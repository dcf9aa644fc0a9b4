from __future__ import annotations

import gettext
from pathlib import Path
from zipfile import ZipFile

import pytest
from tools.check_wheel import expected_files, missing_from

PO = r"""
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\n"

msgid "hour"
msgstr "Stunde"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A package of a page, a translation and what Python leaves behind."""
    files = {
        "templates/bookable/page.html": "",
        "locale/de/LC_MESSAGES/django.po": PO,
        "__pycache__/models.cpython-311.pyc": "",
    }
    for name, text in files.items():
        path = tmp_path / "src" / "bookable" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return tmp_path / "src"


def test_a_wheel_needs_every_file_and_every_compiled_translation(source: Path) -> None:
    assert sorted(expected_files(source)) == [
        "bookable/locale/de/LC_MESSAGES/django.mo",
        "bookable/locale/de/LC_MESSAGES/django.po",
        "bookable/templates/bookable/page.html",
    ]


def test_what_a_wheel_lacks_is_named(tmp_path: Path) -> None:
    wheel = tmp_path / "bookable.whl"
    with ZipFile(wheel, "w") as archive:
        archive.writestr("bookable/models.py", "")
    assert missing_from(wheel, ["bookable/models.py", "bookable/py.typed"]) == ["bookable/py.typed"]


def test_a_compiled_translation_can_be_read(source: Path) -> None:
    pytest.importorskip("hatchling", reason="the build tools are not installed")
    from tools.build_translations import compile_translations

    (compiled,) = compile_translations(source.parent)
    with compiled.open("rb") as mo:
        assert gettext.GNUTranslations(mo).gettext("hour") == "Stunde"
