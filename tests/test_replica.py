"""A replica that lags behind never decides anything."""

from __future__ import annotations

from tests.docs.elsewhere import on_site

SETTINGS = "tests.sites.replica.settings"
TESTS = "tests/sites/replica/behind_the_writer.py"


def test_a_site_that_reads_from_a_replica_books_nothing_twice() -> None:
    options = [f"--ds={SETTINGS}", "-o", "pythonpath=.", "-q", "-p", "no:cacheprovider"]
    is_well, told = on_site(SETTINGS, "-m", "pytest", *options, TESTS)
    assert is_well, told
