from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import TestCase
from tests import suite
from tests.outcomes import Outcome, count, describe, succeeded
from tests.selection import uses_the_database
from tests.tooling.test_databases import no_server


def test_a_plain_test_is_not_repeated_on_other_databases(request: pytest.FixtureRequest) -> None:
    assert not uses_the_database(request.node)


@pytest.mark.django_db
def test_a_marked_test_is_repeated(request: pytest.FixtureRequest) -> None:
    assert uses_the_database(request.node)


@pytest.mark.once
@pytest.mark.django_db
def test_what_shows_the_same_everywhere_is_not_repeated(request: pytest.FixtureRequest) -> None:
    assert not uses_the_database(request.node)


@pytest.mark.once
@pytest.mark.many
@pytest.mark.django_db
def test_what_many_do_at_once_is_repeated_all_the_same(request: pytest.FixtureRequest) -> None:
    assert uses_the_database(request.node)


def test_a_test_whose_fixtures_need_the_database_is_repeated(
    request: pytest.FixtureRequest, admin_user: object
) -> None:
    assert uses_the_database(request.node)


class DjangosTestCase(TestCase):
    @pytest.fixture(autouse=True)
    def remember_node(self, request: pytest.FixtureRequest) -> None:
        self.node = request.node

    def test_is_repeated(self) -> None:
        assert uses_the_database(self.node)


def test_an_optional_database_may_be_missing() -> None:
    outcome = suite.run_on(suite.Database("MariaDB", no_server, required=False), [])
    assert str(outcome) == "MariaDB: skipped, because nobody installed it"
    assert succeeded([Outcome("SQLite", passed=1), outcome])


def test_a_required_database_may_not_be_missing() -> None:
    outcome = suite.run_on(suite.Database("PostgreSQL", no_server), [])
    assert str(outcome) == "PostgreSQL: failed, because nobody installed it"
    assert not succeeded([Outcome("SQLite", passed=1), outcome])


def test_a_run_without_any_test_is_no_success() -> None:
    assert not succeeded([Outcome("SQLite"), Outcome("PostgreSQL")])


def test_the_last_line_counts_all_databases() -> None:
    outcomes = [Outcome("SQLite", passed=3, skipped=1), Outcome("PostgreSQL", passed=2, failed=1)]
    assert describe(outcomes).splitlines()[-1] == "5 passed, 1 failed, 1 skipped"


def test_the_reasons_of_skipped_tests_are_told() -> None:
    outcome = Outcome("SQLite", passed=1, skipped=2, reasons={"needs chromium": 2})
    assert "    2 skipped: needs chromium" in describe([outcome]).splitlines()


def test_an_error_counts_as_a_failure() -> None:
    counts = count({"passed": [None], "failed": [None], "error": [None]})
    assert (counts["passed"], counts["failed"]) == (1, 2)


def test_equal_reasons_are_counted_together() -> None:
    skipped = SimpleNamespace(longrepr=("test_x.py", 1, "Skipped: no chromium"))
    assert count({"skipped": [skipped, skipped]})["reasons"] == {"no chromium": 2}


@pytest.mark.parametrize("option", ["-n0", "-s", "--pdb", "--numprocesses=1"])
def test_whoever_wants_to_talk_to_pytest_gets_one_process(option: str) -> None:
    assert suite.workers(["tests", option]) == []


def test_the_databases_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKABLE_DATABASES", "postgres, sqlite")
    assert [database.name for database in suite.chosen()] == ["SQLite", "PostgreSQL"]


def test_an_unknown_choice_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOKABLE_DATABASES", "oracle")
    with pytest.raises(SystemExit, match="may hold sqlite, postgres, mariadb, but not “oracle”"):
        suite.chosen()
