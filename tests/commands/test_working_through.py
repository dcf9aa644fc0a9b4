"""A job works through its rows, whatever becomes of one of them."""

from __future__ import annotations

import logging

import pytest

from bookable.errors import TryAgain
from bookable.jobs import work_through

FAILED = "Row %s could not be worked on"


def work(key: int) -> int:
    """Negative ones are refused, zero is a mistake, the others do as much as they say."""
    if key < 0:
        raise TryAgain
    return 12 // key * key // 12 and key


def test_what_each_row_came_to_is_added_up() -> None:
    assert work_through([1, 2, 3], work, failed=FAILED) == 6


def test_one_that_fails_keeps_none_of_the_others_from_their_turn() -> None:
    assert work_through([1, 0, -1, 2], work, failed=FAILED) == 3


def test_a_mistake_is_logged_with_where_it_happened(caplog: pytest.LogCaptureFixture) -> None:
    work_through([0], work, failed=FAILED)
    [record] = caplog.records
    assert record.getMessage() == "Row 0 could not be worked on: ZeroDivisionError"
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None


def test_a_refusal_is_logged_by_its_name(caplog: pytest.LogCaptureFixture) -> None:
    work_through([-1], work, failed=FAILED)
    [record] = caplog.records
    assert record.getMessage() == "Row -1 could not be worked on: TryAgain"
    assert record.levelno == logging.WARNING


def test_it_ends_when_as_many_rows_came_to_something_as_are_wanted() -> None:
    assert work_through([3, 4, 5], work, failed=FAILED, limit=2) == 7


def test_rows_that_come_to_nothing_do_not_use_up_the_limit() -> None:
    def even(key: int) -> int:
        if key == 0:
            raise LookupError
        return key % 2

    assert work_through([0, 2, 4, 0, 1, 3], even, failed=FAILED, limit=1) == 1


def test_whoever_tells_the_worker_to_end_is_heard() -> None:
    def interrupted(_key: int) -> int:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_through([1], interrupted, failed=FAILED)
