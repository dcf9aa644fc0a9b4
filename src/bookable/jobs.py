"""What has to be done from time to time: expiring holds, sending messages, asking gateways.

A job is a plain function that does what is due by now and says how much that was. It may be run by
any number of workers at once, and again after a crash, so it claims the rows that it works on.
Apps register theirs in `AppConfig.ready()`; `bookable_work` runs them all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from bookable.errors import BookableError

Key = TypeVar("Key")
Job = Callable[[], int]

logger = logging.getLogger(__name__)

_jobs: dict[str, Job] = {}


def register(job: Job, *, name: str) -> Job:
    """Adds a job, or puts it in the place of the one of the same name."""
    _jobs[name] = job
    return job


def forget(name: str) -> None:
    """Takes a job out again."""
    _jobs.pop(name, None)


def names() -> list[str]:
    """All jobs in the order in which they are run, which is that of their registration."""
    return list(_jobs)


def run_due() -> dict[str, int]:
    """Runs every job once; how much each of them did.

    One that fails is logged and left out of the answer, and the others are run all the same.
    """
    done: dict[str, int] = {}
    for name, job in list(_jobs.items()):
        try:
            done[name] = job()
        except Exception:
            logger.exception("The job “%s” failed.", name)
    return done


def work_through(
    keys: Iterable[Key],
    work: Callable[[Key], int],
    *,
    failed: str,
    limit: int | None = None,
) -> int:
    """Does the work for one key after the other; the sum of what it answers.

    One that fails is logged, in the words of `failed` with the key in its place, and the others
    have their turn all the same. The limit is reached by keys whose work came to something: what
    fails or finds nothing to do in every round would starve the rest otherwise.
    """
    sum_of_all = count = 0
    for key in keys:
        if count == limit:
            break
        # what an error says may name people, so the message says only which one it is
        try:
            done = work(key)
        except BookableError as error:
            logger.warning(f"{failed}: %s", key, type(error).__name__)
            continue
        except Exception as error:
            logger.exception(f"{failed}: %s", key, type(error).__name__)
            continue
        sum_of_all += done
        count += done > 0
    return sum_of_all
