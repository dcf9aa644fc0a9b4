"""Bookings on a site with a user model of its own, whose keys are no numbers."""

from __future__ import annotations

from tests.docs.elsewhere import on_site

SETTINGS = "tests.sites.uuid_users.settings"
TESTS = "tests/sites/uuid_users/with_uuids.py"


def test_users_need_no_numbers() -> None:
    options = [f"--ds={SETTINGS}", "-o", "pythonpath=.", "-q", "-p", "no:cacheprovider"]
    is_well, told = on_site(SETTINGS, "-m", "pytest", *options, TESTS)
    assert is_well, told
