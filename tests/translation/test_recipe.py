"""Names in several languages, on a site that follows docs/howto/translate-names.md."""

from __future__ import annotations

from tests.docs.elsewhere import on_site

SETTINGS = "tests.sites.translated.settings"
TESTS = "tests/sites/translated/in_two_languages.py"


def test_the_recipe_holds_on_a_site_in_two_languages() -> None:
    options = [f"--ds={SETTINGS}", "-o", "pythonpath=.", "-q", "-p", "no:cacheprovider"]
    is_well, told = on_site(SETTINGS, "-m", "pytest", *options, TESTS)
    assert is_well, told
