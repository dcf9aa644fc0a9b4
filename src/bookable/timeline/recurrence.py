"""Repeated starts: an RRULE of RFC 5545, followed on the clock on the wall.

- The start is the first occurrence whether or not the rule would have chosen it, and COUNT counts
  it.
- All later ones show the same time on the wall. A time that the clock skips is moved forward by as
  much as was skipped: where 02:00 is followed by 03:00, 02:30 becomes 03:30. A time that comes
  twice means the first. Two that fall on one moment, because a whole day was skipped, are one.
- A monthly or yearly rule without BY… parts keeps to the day of the start, and to the last day of
  a month that doesn't have it: the 31st is followed by the 28th or 29th of February. With
  BYMONTHDAY=31 such months are left out, as the RFC says.
- UNTIL is a date, of which all that the zone has belongs to it, or a moment in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import islice, takewhile
from math import floor

from dateutil.rrule import rrulestr

from bookable.timeline.zones import DAY, instant, local_date, reading_of, to_datetime, zone_info

_LONGEST_RULE = 500
_YEARS = 100
_FURTHEST = _YEARS * 366 * DAY


class BadRule(ValueError):
    """A rule that can't be read or followed."""


class UnboundedRule(BadRule):
    """A rule that never ends."""

    def __init__(self) -> None:
        super().__init__("A rule of repetition needs COUNT or UNTIL, so that it ends.")


class TooManyOccurrences(BadRule):
    """A rule with more occurrences than anybody plans ahead."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"A rule of repetition may have at most {limit} occurrences.")


def occurrences(rule: str, start: datetime, zone: str, *, limit: int = 400) -> list[datetime]:
    """Every start that a rule gives, in order, as UTC datetimes; the page above says how.

    Raises BadRule, UnboundedRule or TooManyOccurrences, and NoSuchZone.
    """
    if start.utcoffset() is None:
        raise ValueError("A repetition needs an aware datetime to start from.")
    parts, first = _read(rule), floor(start.timestamp())
    count = int(parts["COUNT"]) if "COUNT" in parts else None
    if count is not None and count > limit:
        raise TooManyOccurrences(limit)
    ends = _end(parts["UNTIL"], zone, first) if count is None else first + _FURTHEST
    inside = takewhile(lambda each: each < ends, _instants(parts, zone, first))
    found = list(islice(inside, limit + 1 if count is None else count))
    if len(found) > limit:
        raise TooManyOccurrences(limit)
    if count is not None and len(found) < count:
        raise BadRule(f"This rule doesn't have {count} occurrences within {_YEARS} years.")
    return [to_datetime(each) for each in found]


def weekly(
    every: int = 1, *, count: int | None = None, until: date | datetime | None = None
) -> str:
    """A rule for the same weekday each week, or each so many weeks."""
    return _written("WEEKLY", every, count, until)


def monthly(*, count: int | None = None, until: date | datetime | None = None) -> str:
    """A rule for the same day each month; the last one of a month that doesn't have it."""
    return _written("MONTHLY", 1, count, until)


def _written(frequency: str, every: int, count: int | None, until: date | datetime | None) -> str:
    parts = {"FREQ": frequency}
    if every != 1:
        parts["INTERVAL"] = str(every)
    if count is not None:
        parts["COUNT"] = str(count)
    if until is not None:
        parts["UNTIL"] = _until(until)
    rule = _joined(parts)
    _read(rule)
    return rule


def _until(until: date | datetime) -> str:
    if not isinstance(until, datetime):
        return f"{until:%Y%m%d}"
    if until.utcoffset() is None:
        raise BadRule(f"“{until}” has no time zone, so it is not clear when the rule ends.")
    return f"{until.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _joined(parts: Mapping[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _several(item: str) -> str:
    return f"(?:{item})(?:,(?:{item}))*"


_DAYS = "MO|TU|WE|TH|FR|SA|SU"
_GRAMMAR = {
    # shorter ones would change the time on the wall, as BYHOUR and its kin would
    "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": "[1-9][0-9]{0,3}",
    "COUNT": "[1-9][0-9]{0,8}",
    "UNTIL": "[0-9]{8}(?:T[0-9]{6}Z)?",
    "WKST": _DAYS,
    "BYMONTH": _several("0?[1-9]|1[0-2]"),
    "BYWEEKNO": _several("[+-]?(?:0?[1-9]|[1-4][0-9]|5[0-3])"),
    "BYYEARDAY": _several("[+-]?[1-9][0-9]{0,2}"),
    "BYMONTHDAY": _several("[+-]?(?:0?[1-9]|[12][0-9]|3[01])"),
    "BYDAY": _several(f"(?:[+-]?(?:0?[1-9]|[1-4][0-9]|5[0-3]))?(?:{_DAYS})"),
    "BYSETPOS": _several("[+-]?[1-9][0-9]{0,2}"),
}
_PARTS = {name: re.compile(pattern) for name, pattern in _GRAMMAR.items()}
#: What the RFC allows with some frequencies only.
_ONLY_WITH = {
    "BYWEEKNO": {"YEARLY"},
    "BYYEARDAY": {"YEARLY"},
    "BYMONTHDAY": {"DAILY", "MONTHLY", "YEARLY"},
}


def _read(rule: str) -> dict[str, str]:
    """The parts of a rule that can be followed."""
    if len(rule) > _LONGEST_RULE:
        raise BadRule(f"A rule of repetition has at most {_LONGEST_RULE} characters.")
    parts: dict[str, str] = {}
    for piece in rule.strip().upper().removeprefix("RRULE:").split(";"):
        name, _equals, value = piece.partition("=")
        if name in parts or name not in _PARTS or not _PARTS[name].fullmatch(value):
            raise BadRule(f"“{piece}” can't be part of a rule of repetition.")
        parts[name] = value
    _refuse_misfits(parts)
    return parts


def _refuse_misfits(parts: Mapping[str, str]) -> None:
    frequency = parts.get("FREQ")
    if frequency is None:
        raise BadRule("A rule of repetition needs FREQ.")
    for name, frequencies in _ONLY_WITH.items():
        if name in parts and frequency not in frequencies:
            raise BadRule(f"{name} can't be used with FREQ={frequency}.")
    if re.search("[0-9]", parts.get("BYDAY", "")) and (
        frequency not in {"MONTHLY", "YEARLY"} or "BYWEEKNO" in parts
    ):
        raise BadRule("A number before a weekday is for months and years.")
    if "BYSETPOS" in parts and not _choosing(parts) - {"BYSETPOS"}:
        raise BadRule("BYSETPOS needs another BY… part to choose from.")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule("A rule of repetition has either COUNT or UNTIL.")
    if "COUNT" not in parts and "UNTIL" not in parts:
        raise UnboundedRule


def _choosing(parts: Mapping[str, str]) -> set[str]:
    return {name for name in parts if name.startswith("BY")}


def _end(until: str, zone: str, first: int) -> int:
    """The first instant that no longer belongs to a rule."""
    try:
        moment = datetime.fromisoformat(until)
    except ValueError as error:
        raise BadRule(f"“UNTIL={until}” is no date.") from error
    if abs(moment.date() - local_date(zone, first)).days * DAY > _FURTHEST:
        raise BadRule(f"A rule of repetition can't reach further than {_YEARS} years.")
    ends = (
        instant(zone, reading_of(moment.date()) + DAY)
        if moment.tzinfo is None
        else floor(moment.timestamp()) + 1
    )
    if ends <= first:
        raise BadRule("A rule of repetition can't end before its start.")
    return ends


def _instants(parts: Mapping[str, str], zone: str, first: int) -> Iterator[int]:
    info, last = zone_info(zone), first
    yield first
    for reading in _readings(parts, datetime.fromtimestamp(first, info).replace(tzinfo=None)):
        # fold=0 is the first of two, and in a gap it counts with the offset from before it
        found = floor(reading.replace(tzinfo=info).timestamp())
        if found > last:
            yield found
            last = found


def _readings(parts: Mapping[str, str], wall: datetime) -> Iterator[datetime]:
    # the calendar is the same every 400 years, and at its end a search for a date that
    # doesn't exist is over soon
    shift = (9899 - wall.year) // 400 * 400
    days = {**parts, **_kept_day(parts, wall)}
    endless = {name: value for name, value in days.items() if name not in {"COUNT", "UNTIL"}}
    try:
        found = rrulestr(_joined(endless), dtstart=wall.replace(year=wall.year + shift))
    except ValueError as error:
        raise BadRule(f"This rule can't be followed: {error}") from error
    for reading in found:
        yield reading.replace(year=reading.year - shift)


def _kept_day(parts: Mapping[str, str], wall: datetime) -> dict[str, str]:
    """What makes a plain rule take the last day of a month that is too short."""
    if _choosing(parts) or parts["FREQ"] not in {"MONTHLY", "YEARLY"} or wall.day <= 28:
        return {}
    days = ",".join(str(day) for day in range(28, wall.day + 1))
    month = {"BYMONTH": str(wall.month)} if parts["FREQ"] == "YEARLY" else {}
    return {"BYMONTHDAY": days, "BYSETPOS": "-1", **month}
