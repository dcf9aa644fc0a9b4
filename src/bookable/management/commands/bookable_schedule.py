from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from bookable.management.databases import add_database
from bookable.management.verb_command import VerbCommand, find_provider
from bookable.schedule.exchange import export_schedule, import_schedule


class Command(VerbCommand):
    help = "Writes a provider's schedule to a file, or puts one from a file in its place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="to the screen, or to a file")
        export.add_argument("provider", metavar="SLUG")
        export.add_argument("--output", type=Path, metavar="FILE")
        add_database(export, "read from")
        export.set_defaults(dry_run=False)
        take = actions.add_parser("import", help="all of it or nothing")
        take.add_argument("provider", metavar="SLUG")
        take.add_argument("file", type=Path, metavar="FILE")
        super().add_arguments(take)

    def work(self, *, using: str, options: dict[str, Any]) -> str:
        provider = find_provider(options["provider"], using)
        if options["action"] == "import":
            import_schedule(provider, _load(options["file"]), using=using)
            return _("The schedule of %(provider)s was replaced.") % {"provider": provider}
        text = json.dumps(export_schedule(provider, using=using), ensure_ascii=False, indent=2)
        target: Path | None = options["output"]
        if target is None:
            return text
        try:
            target.write_text(f"{text}\n", "utf-8")
        except OSError as error:
            raise CommandError(
                _("%(file)s can't be written: %(error)s") % {"file": target, "error": error}
            ) from error
        return _("Written to %(file)s.") % {"file": target}


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(
            _("%(file)s can't be read as JSON: %(error)s") % {"file": path, "error": error}
        ) from error
