"""The frame of a command around a verb that writes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import router, transaction
from django.utils.translation import gettext as _

from bookable.catalog.models import Provider
from bookable.errors import BookableError
from bookable.management.databases import add_database, database_of


class VerbCommand(BaseCommand):
    """Writes all or nothing, and nothing with `--dry-run`; errors become sentences."""

    #: Off for a verb that works in batches, each of them in a transaction of its own.
    all_or_nothing = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_database(parser, "write to")
        parser.add_argument("--dry-run", action="store_true", help="say it, but don't do it")

    def handle(self, *args: Any, **options: Any) -> None:
        using = database_of(options) or router.db_for_write(Provider)
        try:
            told = self._run(using, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except BookableError as error:
            raise CommandError(str(error)) from error
        if options["dry_run"]:
            told = _("%(told)s Nothing was written, this was a rehearsal.") % {"told": told}
        self.stdout.write(told)

    def _run(self, using: str, options: dict[str, Any]) -> str:
        if not (self.all_or_nothing or options["dry_run"]):
            return self.work(using=using, options=options)
        with transaction.atomic(using=using):
            told = self.work(using=using, options=options)
            if options["dry_run"]:
                transaction.set_rollback(True, using=using)
        return told

    def work(self, *, using: str, options: dict[str, Any]) -> str:
        """Calls the verb and says what it did."""
        raise NotImplementedError


def find_provider(slug: str, using: str) -> Provider:
    """The provider of that slug, or CommandError."""
    found = Provider.objects.using(using).filter(slug=slug).first()
    if found is None:
        raise CommandError(_("There is no provider “%(slug)s”.") % {"slug": slug})
    return found
