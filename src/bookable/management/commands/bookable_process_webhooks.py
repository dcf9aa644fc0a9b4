from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from bookable.management.databases import add_database, database_of
from bookable.payments.webhooks import process_due


class Command(BaseCommand):
    help = "Acts on the messages of gateways that are due, new ones and those that failed before."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--again", action="store_true", help="those that were given up, too")
        parser.add_argument("--limit", type=int, default=200, metavar="N", help="at most so many")
        add_database(parser, "work on")

    def handle(self, *args: Any, **options: Any) -> None:
        count = process_due(
            limit=options["limit"], again=options["again"], using=database_of(options)
        )
        told = ngettext(
            "%(count)d message was processed.", "%(count)d messages were processed.", count
        )
        self.stdout.write(told % {"count": count})
