"""Reads a schedule that somebody sent: every mistake is named by its path."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext as _

from bookable.catalog.models import Location
from bookable.errors import BookableError, InvalidSchedule, UnknownZone, UnreadableSchedule
from bookable.schedule.models import DateKind
from bookable.schedule.overlaps import refuse_weekly_overlaps
from bookable.schedule.periods import refuse_bad_period
from bookable.schedule.ranges import DateRange, HoursRange, checked_walltime, checked_weekday
from bookable.schedule.set_date_hours import checked_day
from bookable.timeline.zones import NoSuchZone, zone_info

VERSION = 1
_LONGEST_NOTE = 200

T = TypeVar("T")


class DayOfHours(NamedTuple):
    """What one entry says about a date."""

    date: date
    kind: DateKind
    hours: Sequence[DateRange]
    note: str


class Away(NamedTuple):
    start: datetime
    end: datetime
    note: str


@dataclass(frozen=True)
class Incoming:
    """A schedule that can be kept."""

    zone: str
    weekly_hours: list[HoursRange]
    date_hours: list[DayOfHours]
    time_off: list[Away]


def read_schedule(data: Mapping[str, Any], locations: Mapping[str, Location]) -> Incoming:
    """The schedule in `data`, or InvalidSchedule."""
    top = _Node(data, "", locations)
    if top.get("version", int) != VERSION:
        raise UnreadableSchedule(
            "version", _("only version %(version)d can be read.") % {"version": VERSION}
        )
    incoming = Incoming(
        top.read("zone", _zone),
        [_weekly(node) for node in top.each("weekly_hours")],
        [_day(node) for node in top.each("date_hours")],
        [_away(node) for node in top.each("time_off")],
    )
    with _at("weekly_hours"):
        refuse_weekly_overlaps(incoming.weekly_hours)
    _refuse_bad_dates(incoming.date_hours)
    return incoming


class _Node:
    """A dict inside the data, with the path that leads to it."""

    def __init__(self, data: Any, path: str, locations: Mapping[str, Location]) -> None:
        if not isinstance(data, Mapping):
            raise UnreadableSchedule(path, _("this is not an object."))
        self.data, self.path, self.locations = data, path, locations

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def each(self, key: str) -> Iterator[_Node]:
        for index, item in enumerate(self.get(key, list)):
            yield _Node(item, f"{self.at(key)}[{index}]", self.locations)

    def get(self, key: str, kind: type[T]) -> T:
        value = self.data.get(key)
        if not isinstance(value, kind) or isinstance(value, bool):
            raise UnreadableSchedule(self.at(key), _("this is missing or of the wrong kind."))
        return value

    def read(self, key: str, reader: Callable[[str], T]) -> T:
        with _at(self.at(key)):
            return reader(self.get(key, str))

    def maybe(self, key: str, reader: Callable[[str], T]) -> T | None:
        return None if self.data.get(key) is None else self.read(key, reader)

    def note(self) -> str:
        return self.maybe("note", _short) or ""

    def location(self) -> Location | None:
        return self.maybe("location", self._location)

    def _location(self, slug: str) -> Location:
        if slug not in self.locations:
            raise InvalidSchedule(_("there is no location “%(slug)s”.") % {"slug": slug})
        return self.locations[slug]


def _weekly(node: _Node) -> HoursRange:
    with _at(node.at("weekday")):
        weekday = checked_weekday(node.get("weekday", int))
    hours = (
        node.read("opens", checked_walltime),
        node.read("closes", checked_walltime),
        node.maybe("valid_from", _date),
        node.maybe("valid_until", _date),
        node.location(),
    )
    with _at(node.path):
        return HoursRange(weekday, *hours)


def _day(node: _Node) -> DayOfHours:
    day, kind = node.read("date", _date), node.get("kind", str)
    hours = []
    if kind != DateKind.CLOSED:
        opens, closes = (node.read(key, checked_walltime) for key in ("opens", "closes"))
        with _at(node.path):
            hours.append(DateRange(opens, closes, node.location()))
    with _at(node.at("kind")):
        return DayOfHours(day, checked_day(kind, hours), hours, node.note())


def _away(node: _Node) -> Away:
    start, end = (node.read(key, _moment) for key in ("start", "end"))
    with _at(node.path):
        refuse_bad_period(start, end)
    return Away(start, end, node.note())


def _refuse_bad_dates(days: Sequence[DayOfHours]) -> None:
    together: dict[tuple[date, DateKind], list[DateRange]] = defaultdict(list)
    for day in days:
        together[day.date, day.kind].extend(day.hours)
    for (_day, kind), hours in together.items():
        with _at("date_hours"):
            checked_day(kind, hours)


def _zone(name: str) -> str:
    try:
        zone_info(name)
    except NoSuchZone as error:
        raise UnknownZone(name) from error
    return name


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidSchedule(
            _("“%(text)s” is not a date such as 2030-12-31.") % {"text": text}
        ) from error


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidSchedule(
            _("“%(text)s” is not a moment such as 2030-12-31T09:00:00+00:00.") % {"text": text}
        ) from error


def _short(text: str) -> str:
    if len(text) > _LONGEST_NOTE or "\0" in text:
        raise InvalidSchedule(
            _("Please write at most %(most)d characters.") % {"most": _LONGEST_NOTE}
        )
    return text


@contextmanager
def _at(path: str) -> Iterator[None]:
    """Puts the path before whatever is said about what is wrong."""
    try:
        yield
    except UnreadableSchedule:
        raise
    except (BookableError, ValueError) as error:
        raise UnreadableSchedule(path, str(error)) from error
