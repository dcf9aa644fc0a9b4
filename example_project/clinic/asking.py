"""What a visitor asks for in the query string. What can't be meant is refused with a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.http import QueryDict

from bookable.availability.query import Asked, Options
from bookable.errors import InvalidQuery, UnknownZone
from bookable.models import Booking, Provider, Service, Visibility
from bookable.timeline import clock
from clinic.zones import all_zones

YEARS = range(2000, 2100)
#: What stands before the slug of an extra.
EXTRA = "extra."


@dataclass(frozen=True)
class Question:
    """One service, and what the query string says about it."""

    service: Service
    params: QueryDict
    #: What the visitor holds already; to them it is free.
    own: Sequence[Booking] = ()

    @cached_property
    def zone(self) -> str:
        name = self.params.get("zone") or self.service.zone
        if name not in all_zones():
            raise UnknownZone(name)
        return name

    @cached_property
    def here(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def asked(self) -> Asked:
        """The keywords that service.slots(), .days(), .next_slot() and .explain() share."""
        return {**self.options, "exclude": list(self.own) or None}

    @cached_property
    def options(self) -> Options:
        """What is chosen beside the time, as hold() takes it."""
        seats = self.number("seats")
        return {
            "provider": self.params.get("provider") or None,
            "duration": self.number("duration"),
            "seats": 1 if seats is None else seats,
            "extras": self.extras,
        }

    @cached_property
    def extras(self) -> dict[str, int]:
        """How many of each extra, by its slug."""
        counts = {
            name.removeprefix(EXTRA): self.number(name) or 0
            for name in self.params
            if name.startswith(EXTRA)
        }
        return {slug: count for slug, count in counts.items() if count}

    @cached_property
    def today(self) -> date:
        return clock.now().astimezone(self.here).date()

    @cached_property
    def last_day(self) -> date:
        """The last day that can be booked."""
        furthest = self.today + timedelta(days=self.service.horizon_days)
        return min(furthest, self.service.bookable_until or furthest)

    @cached_property
    def day(self) -> date | None:
        """The day that is asked for, or else that of the one moment."""
        text, start = self.params.get("day"), self.start()
        if text:
            return read_date(text)
        return start.astimezone(self.here).date() if start is not None else None

    @cached_property
    def month(self) -> date:
        """The first of the month to show, never one in which nothing can be booked."""
        text = self.params.get("month")
        wanted = read_date(f"{text}-01") if text else self.day or self.today
        return max(self.today, min(wanted, self.last_day)).replace(day=1)

    def number(self, name: str) -> int | None:
        text = self.params.get(name)
        if not text:
            return None
        try:
            return int(text)
        except ValueError as error:
            raise InvalidQuery(f"“{text[:20]}” is not a number.") from error

    def start(self) -> datetime | None:
        """The one moment that is asked for; the first one where the clock shows it twice."""
        text = self.params.get("at")
        return read_moments(text, self.here)[0].astimezone(UTC) if text else None

    def midnight(self, day: date) -> datetime:
        """The moment at which a day begins for the visitor."""
        return datetime(day.year, day.month, day.day, tzinfo=self.here)


def query_of(booking: Booking) -> QueryDict:
    """A query string that asks for the same again, at any time."""
    query, asked, service = QueryDict(mutable=True), booking.asked_again(), booking.service
    if provider := Provider.objects.filter(pk=asked.get("provider")).first():
        query["provider"] = provider.slug
    if "duration" in asked:
        query["duration"] = str(asked["duration"])
    if booking.seats > 1:
        query["seats"] = str(booking.seats)
    for row in booking.booked_extras.filter(extra__is_active=True).select_related("extra"):
        query[f"{EXTRA}{row.extra.slug}"] = str(row.quantity)
    if booking.order.customer_zone:
        query["zone"] = booking.order.customer_zone
    if service.visibility == Visibility.LINK:
        query["link"] = str(service.link_token)
    return query


def read_date(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidQuery(f"“{text[:20]}” is not a date such as 2026-12-01.") from error
    if day.year not in YEARS:
        raise InvalidQuery(f"The year {day.year} is too far away.")
    return day


def read_moments(text: str, here: ZoneInfo) -> list[datetime]:
    """The moments at which a clock on the wall shows this: two when it is put back over them.

    With an offset behind it, a text means one moment wherever you are.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidQuery(f"“{text[:40]}” is not a date and time.") from error
    if read.year not in YEARS:
        raise InvalidQuery(f"The year {read.year} is too far away.")
    if read.tzinfo is not None:
        return [read]
    both = [read.replace(tzinfo=here, fold=fold) for fold in (0, 1)]
    real = {moment.timestamp(): moment for moment in both if is_shown(moment)}
    if not real:
        raise InvalidQuery(f"The clock skips {read:%H:%M} on that day: it is put forward.")
    return [real[instant] for instant in sorted(real)]


def is_shown(moment: datetime) -> bool:
    """Whether the clock on the wall ever shows this reading."""
    there_and_back = datetime.fromtimestamp(moment.timestamp(), moment.tzinfo)
    return there_and_back.replace(tzinfo=None, fold=0) == moment.replace(tzinfo=None, fold=0)
