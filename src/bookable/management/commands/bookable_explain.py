from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from bookable.availability.answers import Reason, Slot
from bookable.availability.asking import checked_zone
from bookable.availability.query import Asked
from bookable.catalog.models import Service
from bookable.errors import BookableError
from bookable.management.explaining import as_json, free_lines, reason_lines
from bookable.management.moments import Moment, read_moment


class Command(BaseCommand):
    help = "Says whether a service is free at a moment, or every reason why it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("service", metavar="SERVICE", help="the slug of a service")
        parser.add_argument(
            "when",
            metavar="WHEN",
            help='such as "2026-12-01 10:00", or with an offset: "2026-12-01 10:00+01:00"',
        )
        parser.add_argument("--provider", metavar="SLUG", help="ask for one provider only")
        parser.add_argument("--zone", help="read and show times in this zone (the service's)")
        parser.add_argument("--seats", type=int, default=1, metavar="N", help="one by default")
        parser.add_argument("--duration", type=int, metavar="N", help="in minutes")
        parser.add_argument("--json", action="store_true", help="everything, for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        service = Service.objects.filter(slug=options["service"]).first()
        if service is None:
            raise CommandError(_("There is no service “%s”.") % options["service"])
        try:
            zone = checked_zone(options["zone"] or service.zone)
            at = read_moment(options["when"], zone)
            slots, reasons = _answer(service, at, options)
        except BookableError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(as_json(service, at, slots, reasons), indent=2))
            return
        self.stdout.write(f"{service.name}, {at}")
        for line in [*at.remarks, *(reason_lines(reasons, at.zone) or free_lines(slots))]:
            self.stdout.write(line)


def _answer(
    service: Service, at: Moment, options: dict[str, Any]
) -> tuple[list[Slot], list[Reason]]:
    asked: Asked = {
        "provider": options["provider"],
        "seats": options["seats"],
        "duration": options["duration"],
    }
    reasons = service.explain(at.start, **asked)
    return ([] if reasons else service.slots(at.start, at.end, **asked)), reasons
