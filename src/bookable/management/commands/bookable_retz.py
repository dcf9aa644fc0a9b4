from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.bookings.find_drift import Drift, find_drift
from bookable.bookings.repair_drift import repair_all
from bookable.management.databases import add_database, database_of


class Command(BaseCommand):
    help = "Finds what was booked before the rules of its time zone changed, and puts it right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_database(parser, "look at")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="move them so that the clock shows what was agreed on",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        using = database_of(options)
        found = list(find_drift(using=using))
        for drift in found:
            self.stdout.write(_told(drift))
        count = len(found)
        if not found:
            self.stdout.write(_("Everything is where its clock says."))
        elif not options["repair"]:
            text = ngettext(
                "%(count)d session is off; --repair moves it.",
                "%(count)d sessions are off; --repair moves them.",
                count,
            )
            raise CommandError(text % {"count": count})
        else:
            self._repair(found, using)

    def _repair(self, found: list[Drift], using: str | None) -> None:
        refused = repair_all(found, using=using)
        done = len(found) - len(refused)
        text = ngettext("%(count)d session was moved.", "%(count)d sessions were moved.", done)
        self.stdout.write(text % {"count": done})
        for drift, error in refused:
            self.stdout.write(f"{drift.session}: {error}")
        if refused:
            left = ngettext(
                "%(count)d session can't be moved.",
                "%(count)d sessions can't be moved.",
                len(refused),
            )
            raise CommandError(left % {"count": len(refused)})


def _told(drift: Drift) -> str:
    session = drift.session
    return _("%(service)s, %(agreed)s %(zone)s: at %(before)s UTC, should be at %(after)s UTC") % {
        "service": session.service,
        "agreed": f"{drift.agreed:%Y-%m-%d %H:%M}",
        "zone": session.zone,
        "before": f"{session.start:%Y-%m-%d %H:%M}",
        "after": f"{drift.start:%Y-%m-%d %H:%M}",
    }
