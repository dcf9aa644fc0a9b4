"""Runs a verb's work as one transaction, again from the start if it was merely unlucky."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connections, transaction

from bookable.errors import TryAgain

T = TypeVar("T")

MOST_ATTEMPTS = 12
_LONGEST_PAUSE = 0.3
_LOST_STATES = {"40001", "40P01", "55P03"}
_LOST_NUMBERS = {1205, 1213}


class Stale(Exception):
    """What was read before the locks were taken is not true any more."""


def in_transaction(work: Callable[[], T], *, using: str) -> T:
    """The result of the work. Inside another transaction only a savepoint can be begun anew.

    Raises TryAgain if it was unlucky too often.
    """
    is_outermost = not connections[using].in_atomic_block
    for attempt in range(MOST_ATTEMPTS):
        try:
            with transaction.atomic(using=using):
                return work()
        except Stale:
            pass  # whoever was quicker is done by now
        except OperationalError as error:
            # within a foreign transaction the database has undone more than ours
            if not (is_outermost and _is_lost(error)):
                raise
            time.sleep(random.uniform(0, min(0.01 * 2**attempt, _LONGEST_PAUSE)))
    raise TryAgain


def _is_lost(error: OperationalError) -> bool:
    """Whether a deadlock or a long wait ended it, and not a mistake."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in _LOST_STATES:
        return True
    if error.args and error.args[0] in _LOST_NUMBERS:
        return True
    return "locked" in str(error)
