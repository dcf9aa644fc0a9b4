"""What the pages show really happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands
from tests.docs.elsewhere import on_site
from tests.docs.pages import EXAMPLES, blocks, name_of, pages, run

#: Pages that need models of their own, and the settings of the site that has them.
SITES = {
    "docs/howto/link-your-model.md": "tests.docs.linked",
    "docs/howto/translate-names.md": "tests.sites.translated.settings",
}
ORDINARY = [page for page in pages() if name_of(page) not in SITES]
#: Commands of other packages, which a page tells how to install.
FOREIGN = {"update_translation_fields"}
_MANAGE = re.compile(r"manage\.py (\w+)")


@pytest.mark.django_db
@pytest.mark.parametrize("page", ORDINARY, ids=name_of)
def test_the_code_of_a_page_runs_from_its_top_to_its_end(page: Path) -> None:
    if "bookable_demo" in page.read_text("utf-8"):
        call_command("bookable_demo", verbosity=0)
    run(page)


@pytest.mark.parametrize("page", SITES)
def test_the_code_of_a_page_runs_on_the_site_it_speaks_of(page: str) -> None:
    is_well, told = on_site(SITES[page], "-m", "tests.docs.elsewhere", page, path=(EXAMPLES,))
    assert is_well, told


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    shell = "".join(block.text for block in blocks(page.read_text("utf-8"), "console", "bash"))
    assert set(_MANAGE.findall(shell)) <= FOREIGN | get_commands().keys()


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_block_of_code_says_what_it_is(page: Path) -> None:
    fences = re.findall(r"^```(.*)$", page.read_text("utf-8"), re.MULTILINE)
    assert [line for line, fence in enumerate(fences[::2]) if not fence] == []
    assert set(fences[1::2]) <= {""}
