"""What is wanted of one start, and what it comes to under the locks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bookable.availability.asking import moment
from bookable.availability.choose import Choice
from bookable.availability.query import Asked, Kept, Query
from bookable.catalog.models import Service
from bookable.catalog.pricing import PricedLine
from bookable.money import Money
from bookable.schedule.models import Session


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One start that is wanted, with everything that is asked of it."""

    service: Service
    start: datetime
    asked: Asked = field(default_factory=Asked)
    override: Collection[str] = ()
    waived: Collection[str] = ()  # what doesn't count here, though nobody decided against it
    is_optional: bool = False  # if it can't be had, the others are taken without it
    expected_price: Money | None = None
    join: bool = True
    within: int | None = None  # the one session that may be joined
    kept: Kept | None = None  # what is moved takes along

    @property
    def at(self) -> int:
        """The start in epoch seconds."""
        return moment("UTC", self.start)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a wish came to under the locks, ready to be written."""

    wish: Wish
    query: Query
    choice: Choice
    lines: Sequence[PricedLine]
    session: Session | None  # the one to join, locked and with room


class Taken(Exception):
    def __init__(self, wish: Wish) -> None:
        self.wish = wish
