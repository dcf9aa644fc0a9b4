from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.bookings.audit import find_faults
from bookable.bookings.audit_limits import find_limit_faults
from bookable.management.databases import add_database, database_of


class Command(BaseCommand):
    help = "Looks for times that are taken twice, lost or kept for nobody; fails if there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_database(parser, "look at")
        parser.add_argument(
            "--limits", action="store_true", help="look for limits that are overrun as well"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        using = database_of(options)
        faults = find_faults(using=using)
        if options["limits"]:
            faults += find_limit_faults(using=using)
        for fault in faults:
            self.stdout.write(str(fault))
        count = len(faults)
        if faults:
            found = ngettext("%(count)d fault was found.", "%(count)d faults were found.", count)
            raise CommandError(found % {"count": count})
        self.stdout.write(_("No faults were found."))
