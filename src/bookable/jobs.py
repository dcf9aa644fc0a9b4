"""What has to be done from time to time: expiring holds, sending messages, asking gateways.

A job is a plain function that does what is due by now and says how much that was. It may be run by
any number of workers at once, and again after a crash, so it claims the rows that it works on.
Apps register theirs in `AppConfig.ready()`; `bookable_work` runs them all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

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
