"""What is said about one date, handed as a whole to the verbs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from bookable.catalog.models import Location, Provider
from bookable.errors import InvalidSchedule
from bookable.schedule.clear_date_hours import clear_date_hours
from bookable.schedule.models import DateHours, DateKind
from bookable.schedule.ranges import DateRange
from bookable.schedule.set_date_hours import checked_day, set_date_hours

_NOTE_LENGTH = 200


class Said(NamedTuple):
    """One row about a date."""

    kind: str
    opens: int | None = None
    closes: int | None = None
    location: Location | None = None
    note: str = ""

    @classmethod
    def of(cls, row: DateHours) -> Said:
        return cls(row.kind, row.opens, row.closes, row.location, row.note)

    @property
    def hours(self) -> DateRange | None:
        if self.opens is None or self.closes is None:
            return None
        return DateRange(self.opens, self.closes, self.location)


def check_day(rows: Iterable[Said]) -> None:
    """Raises what the verb would raise."""
    for part in _parts(rows):
        checked_day(part[0].kind, _ranges(part))


def write_day(provider: Provider | None, day: date, rows: Sequence[Said]) -> list[DateHours]:
    """Makes exactly these rows hold on a date."""
    check_day(rows)
    if _gone(provider, day, rows):
        clear_date_hours(provider, day)
    written: list[DateHours] = []
    for part in _parts(rows):
        written += set_date_hours(
            provider, day, kind=part[0].kind, hours=_ranges(part), note=_note(part)
        )
    return written


def _gone(provider: Provider | None, day: date, rows: Iterable[Said]) -> bool:
    """Whether a part is to go that no other part replaces."""
    before = DateHours.objects.filter(provider=provider, date=day).values_list("kind", flat=True)
    return not {kind == DateKind.EXTRA for kind in before} <= {
        row.kind == DateKind.EXTRA for row in rows
    }


def _parts(rows: Iterable[Said]) -> list[list[Said]]:
    """Extra hours apart from what replaces the weekly ones."""
    parts: list[list[Said]] = [[], []]
    for row in rows:
        parts[row.kind == DateKind.EXTRA].append(row)
    if len({row.kind for row in parts[0]}) > 1:
        raise InvalidSchedule(_("A date is closed or has other hours, but not both."))
    return [part for part in parts if part]


def _ranges(rows: Iterable[Said]) -> list[DateRange]:
    return [hours for row in rows if (hours := row.hours) is not None]


def _note(rows: Iterable[Said]) -> str:
    return "; ".join(dict.fromkeys(row.note for row in rows if row.note))[:_NOTE_LENGTH]
