from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.errors import InvalidQuery
from bookable.management.databases import add_database, database_of
from bookable.management.moments import read_moment
from bookable.payments.reconcile import Report, reconcile
from bookable.timeline import clock


class Command(BaseCommand):
    help = "Holds our books against the gateways': puts right what is certain, reports the rest."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--since",
            default="7",
            metavar="WHEN",
            help="a date or moment such as 2026-11-01, or a number of days; 7 days by default",
        )
        parser.add_argument(
            "--fail-on-diff",
            action="store_true",
            help="ends with exit status 1 if anything is left for a person",
        )
        add_database(parser, "work on")

    def handle(self, *args: Any, **options: Any) -> None:
        report = reconcile(since=_moment(options["since"]), using=database_of(options))
        self._tell(report)
        count = len(report.differences)
        if count and options["fail_on_diff"]:
            left = ngettext(
                "%(count)d difference is left.", "%(count)d differences are left.", count
            )
            raise CommandError(left % {"count": count})

    def _tell(self, report: Report) -> None:
        asked = ngettext(
            "%(count)d payment was looked at.",
            "%(count)d payments were looked at.",
            report.looked_at,
        )
        self.stdout.write(asked % {"count": report.looked_at})
        for line in report.repaired:
            self.stdout.write(_("Put right: %(what)s") % {"what": line})
        for found in report.differences:
            words = {"code": found.code, "what": found.text}
            self.stdout.write(_("To be looked at (%(code)s): %(what)s") % words)
        if not (report.repaired or report.differences):
            self.stdout.write(_("Our books and the gateways' agree."))


def _moment(text: str) -> datetime:
    """A number of days before now, or a moment; a date is read in UTC."""
    if text.isdecimal():
        try:
            return clock.now() - timedelta(days=int(text))
        except OverflowError as error:
            raise CommandError(_("%(days)s days are too many.") % {"days": text}) from error
    try:
        return read_moment(text, "UTC").start
    except InvalidQuery as error:
        raise CommandError(str(error)) from error
