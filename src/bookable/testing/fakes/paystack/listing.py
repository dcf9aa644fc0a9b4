"""Lists in pages, newest first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from bookable.testing.fakes.paystack.fields import moment

_USUAL_SIZE = 50


class Dated(Protocol):
    @property
    def created_at(self) -> datetime: ...


Row = TypeVar("Row", bound=Dated)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and how many there are in all."""

    rows: list[Row]
    total: int
    size: int
    number: int

    @property
    def meta(self) -> dict[str, Any]:
        return {
            "total": self.total,
            "skipped": (self.number - 1) * self.size,
            "perPage": self.size,
            "page": self.number,
            "pageCount": math.ceil(self.total / self.size),
        }

    @property
    def is_last(self) -> bool:
        return self.number * self.size >= self.total


def page_of(rows: Iterable[Row], values: Mapping[str, Any]) -> Page[Row]:
    """The page that is asked for of the rows within the period that is asked for."""
    newest_first = [row for row in rows if _within(row.created_at, values)][::-1]
    size = int(values.get("perPage") or values.get("per_page") or 0) or _USUAL_SIZE
    number = int(values.get("page") or 0) or 1
    start = (number - 1) * size
    return Page(newest_first[start : start + size], len(newest_first), size, number)


def _within(created: datetime, values: Mapping[str, Any]) -> bool:
    if "from" in values and created < moment(values["from"]):
        return False
    return "to" not in values or created <= moment(values["to"])
