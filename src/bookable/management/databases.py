"""The database that a command is told to work on."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError
from django.db import connections
from django.utils.translation import gettext as _


def add_database(parser: ArgumentParser, doing: str) -> None:
    """Lets the alias be given."""
    parser.add_argument("--database", metavar="ALIAS", help=f"the database to {doing}")


def database_of(options: Mapping[str, Any]) -> str | None:
    """The alias that was given, if any; CommandError if the settings have none of that name."""
    alias: str | None = options["database"]
    if alias is not None and alias not in connections.settings:
        raise CommandError(
            _("There is no database “%(alias)s” in DATABASES; there are: %(known)s.")
            % {"alias": alias, "known": ", ".join(connections.settings)}
        )
    return alias
