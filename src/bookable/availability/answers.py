"""What availability answers with: value objects, never stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from bookable.catalog.models import Provider
from bookable.money import Money, total
from bookable.schedule.models import Session

if TYPE_CHECKING:
    from bookable.catalog.pricing import PricedLine

Quote = Callable[["Slot"], "list[PricedLine]"]


class Slot(NamedTuple):
    """An offered start. Times are UTC; `session` is set when it means joining one."""

    start: datetime
    end: datetime
    providers: tuple[Provider, ...]
    session: Session | None
    seats_left: int
    quote: Quote

    @property
    def price_lines(self) -> list[PricedLine]:
        """What it costs for the seats and extras that were asked for, line by line."""
        return self.quote(self)

    @property
    def price(self) -> Money:
        """What it costs in all, with the cheapest of its providers."""
        lines = self.quote(self)
        return total((line.total for line in lines), lines[0].unit.currency)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slot) and self[:5] == other[:5]

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:5])

    def __repr__(self) -> str:
        names = ", ".join(provider.name for provider in self.providers)
        return f"<Slot {self.start:%Y-%m-%d %H:%M}–{self.end:%H:%M} UTC {names}>"


class Day(NamedTuple):
    """A date on the asked zone's calendar and how many slots start on it."""

    date: date
    slots: int


class Reason(NamedTuple):
    """One rule that closes a moment, with the stretch of time over which it does."""

    rule: str
    code: str
    text: str
    interval: tuple[datetime, datetime] | None = None
    provider: Provider | None = None

    def __str__(self) -> str:
        return self.text
