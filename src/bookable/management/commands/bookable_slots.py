from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.catalog.offer_service import offer_service
from bookable.management.verb_command import VerbCommand, find_provider
from bookable.schedule.open_days import open_days
from bookable.schedule.ranges import DateRange
from bookable.timeline import clock
from bookable.timeline.zones import local_date


class Command(VerbCommand):
    help = (
        "Opens a provider for the next days, from tomorrow on; closed dates stay closed. "
        "Run twice, it changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--provider", required=True, metavar="SLUG", help="who is to work")
        parser.add_argument(
            "--service", metavar="SLUG", help="what they offer; it is made if it isn't there"
        )
        parser.add_argument("--days", type=int, default=30, help="how many days ahead (30)")
        parser.add_argument("--start-hour", type=int, default=9, help="from this hour (9)")
        parser.add_argument("--end-hour", type=int, default=17, help="to this hour (17)")
        parser.add_argument("--weekends", action="store_true", help="Saturdays and Sundays too")
        parser.add_argument("--duration", type=int, help="the service's length in minutes")
        parser.add_argument(
            "--payment-amount", metavar="50.00", help="the service's price, paid in full online"
        )

    def work(self, *, using: str, options: dict[str, Any]) -> str:
        _refuse_contradictions(options)
        provider = find_provider(options["provider"], using)
        if options["service"]:
            offer_service(
                provider,
                options["service"],
                duration=options["duration"],
                price=options["payment_amount"],
                using=using,
            )
        hours = DateRange(options["start_hour"] * 60, options["end_hour"] * 60)
        today = local_date(provider.zone, clock.now_instant())
        dates = _days_after(today, options["days"], weekends=options["weekends"])
        changed = open_days(provider, dates, [hours], using=using)
        return ngettext(
            "%(count)d day opened for %(provider)s, %(hours)s.",
            "%(count)d days opened for %(provider)s, %(hours)s.",
            len(changed),
        ) % {"count": len(changed), "provider": provider, "hours": hours}


def _refuse_contradictions(options: dict[str, Any]) -> None:
    if options["days"] not in range(1, 1001):
        raise CommandError(_("Give a number of days between 1 and 1000."))
    asked_of_service = (options["duration"], options["payment_amount"])
    if options["service"] is None and any(value is not None for value in asked_of_service):
        raise CommandError(_("A duration or an amount needs --service to say of what."))


def _days_after(today: date, days: int, *, weekends: bool) -> list[date]:
    ahead = (today + timedelta(days=number) for number in range(1, days + 1))
    return [day for day in ahead if weekends or day.weekday() < 5]
