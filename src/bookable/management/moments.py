"""Reads a moment as somebody types it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bookable.errors import InvalidQuery
from bookable.timeline.zones import instants, reading_of, to_datetime, zone_info

#: Beyond these years no zone's rules are known, and no arithmetic has to hold.
_YEARS = range(1970, 2200)


@dataclass(frozen=True)
class Moment:
    """A moment in UTC, the zone in which it is shown, and what must be said about it."""

    start: datetime
    zone: str
    remarks: tuple[str, ...] = ()

    @property
    def end(self) -> datetime:
        return self.start + timedelta(seconds=1)

    def __str__(self) -> str:
        return f"{_written(self.start, self.zone)} {self.zone}"


def read_moment(text: str, zone: str) -> Moment:
    """A date and time on the zone's wall clock, or with an offset; InvalidQuery if it is neither.

    A reading that comes twice means the first, and a remark says so; one that the clock skips is
    refused.
    """
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidQuery(
            _("“%s” is not a date and time such as 2026-12-01 10:00.") % text
        ) from error
    if read.year not in _YEARS:
        raise InvalidQuery(_("The year %d is too far away.") % read.year)
    if read.utcoffset() is not None:
        return Moment(to_datetime(int(read.timestamp())), zone)
    found = [to_datetime(instant) for instant in instants(zone, reading_of(read))]
    if not found:
        raise InvalidQuery(
            _("There is no %(when)s in %(zone)s: the clock is put forward over it.")
            % {"when": text, "zone": zone}
        )
    return Moment(found[0], zone, tuple(_repeated(found, zone)) if found[1:] else ())


def _repeated(found: list[datetime], zone: str) -> list[str]:
    first, second = (_written(moment, zone) for moment in found)
    return [
        _("The clock shows this time twice; %(first)s is meant, not %(second)s.")
        % {"first": first, "second": second}
    ]


def _written(moment: datetime, zone: str) -> str:
    return moment.astimezone(zone_info(zone)).isoformat(" ", "minutes")
