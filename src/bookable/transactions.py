"""Runs a verb's work as one transaction, again from the start if it was merely unlucky."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import OperationalError, connections, transaction
from django.db.models import Model, QuerySet

from bookable.errors import TransactionOpen, TryAgain

M = TypeVar("M", bound=Model)
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
            _forget_frames(error)
            time.sleep(random.uniform(0, min(0.01 * 2**attempt, _LONGEST_PAUSE)))
    raise TryAgain


def in_own_transaction(work: Callable[[], T], *, using: str) -> T:
    """The same for what must be committed once it returns; TransactionOpen inside another one."""
    blocks: list[Any] = connections[using].atomic_blocks
    if blocks and not blocks[-1]._from_testcase:
        raise TransactionOpen
    return in_transaction(work, using=using)


def for_update(rows: QuerySet[M], *, wait: bool = True) -> QuerySet[M]:
    """The rows locked against other writers, but not against those who only point at them."""
    features = connections[rows.db].features
    options: dict[str, Any] = {"no_key": features.has_select_for_no_key_update}
    if not wait and features.has_select_for_update_skip_locked:
        options["skip_locked"] = True
    return rows.select_for_update(of=_SELF if features.has_select_for_update_of else (), **options)


_SELF = ("self",)


def _forget_frames(error: BaseException) -> None:
    """Lets go of the cursor that failed, here and now.

    Its frames point at the error and the error at them, so it would be left to the garbage
    collector, in whichever thread that runs. On SQLite that thread would have to wait for ours,
    which may be waiting for it.
    """
    error.__traceback__ = None
    if error.__cause__ is not None:
        _forget_frames(error.__cause__)


def _is_lost(error: OperationalError) -> bool:
    """Whether a deadlock or a long wait ended it, and not a mistake."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in _LOST_STATES:
        return True
    if error.args and error.args[0] in _LOST_NUMBERS:
        return True
    return "locked" in str(error)
