from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from math import isfinite
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections
from django.utils.translation import gettext as _

from bookable import jobs

#: So long at most it takes until a worker that waits hears that it is to end.
_NAP = 0.2
#: Without a pause between the rounds it would do nothing but ask the database.
_SHORTEST_PAUSE = 1


class Command(BaseCommand):
    help = "Does what is due, again and again: expires holds, offers what became free and the like."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, for cron")
        parser.add_argument(
            "--interval",
            type=float,
            default=30,
            metavar="SECONDS",
            help="from the end of a round to the next, at least 1; 30 by default",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        pause: float = options["interval"]
        if not (isfinite(pause) and pause >= _SHORTEST_PAUSE):
            raise CommandError(_("Give an interval of at least one second."))
        if options["once"]:
            if failed := self._round():
                raise CommandError(_("Failed: %(jobs)s.") % {"jobs": ", ".join(failed)})
            return
        with _until_told() as end:
            while not end.is_told:
                self._round()
                # what the database has closed by the next round is opened anew
                close_old_connections()
                end.wait(pause)

    def _round(self) -> list[str]:
        """The names of the jobs that failed."""
        done = jobs.run_due()
        for name, count in done.items():
            if count:
                self.stdout.write(f"{name}: {count}")
        self.stdout.flush()
        return [name for name in jobs.names() if name not in done]


class _End:
    """Whether somebody has told the worker to end."""

    is_told = False

    def tell(self, signum: int, _frame: object) -> None:
        self.is_told = True
        # whoever says it again does not want to wait for the round
        signal.signal(signum, signal.SIG_DFL)

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_told and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _NAP))


@contextmanager
def _until_told() -> Iterator[_End]:
    end = _End()
    before = {number: signal.signal(number, end.tell) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield end
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
