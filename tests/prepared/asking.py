"""Questions to queries that are kept, and what they would find if they were written each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from tests.bookings.times import HOUR, at

from bookable.catalog.candidates import candidate_rows
from bookable.models import Provider, Service
from bookable.prepared import Prepared
from bookable.schedule.reads import hours_rows, session_rows

NOW = at("08:00", day=4)


def same(rows: Prepared, *values: Any, **named: Any) -> list[tuple[Any, ...]]:
    """What it finds, which is what the plain query finds, whether it was asked before or not."""
    plain = sorted(map(tuple, rows.build("default", *values, **named)), key=repr)
    for _again in range(2):
        assert sorted(map(tuple, rows("default", *values, **named)), key=repr) == plain
    return plain


def questions(rows: Prepared) -> Iterator[Callable[[Any], Any]]:
    providers = list(Provider.objects.order_by("pk").values_list("pk", flat=True))
    services = list(Service.objects.order_by("pk").values_list("pk", flat=True))
    for number in range(6):
        low = at("00:00", 4 + number % 4)
        high, some = low + timedelta(days=3), 1 + number % 3
        named: dict[str, Any] = {"now": NOW + number * HOUR}
        if rows.build is hours_rows.build:
            values: list[Any] = [providers[:some], low.date(), high.date()]
            named = {}
        elif rows.build is candidate_rows.build:
            values, named = [services[:some]], {}
        elif rows.build is session_rows.build:
            values = [services[:some], low, high]
            named["only_with_room"] = number > 2
        else:
            values = [providers[:some], low, high]
        yield partial(_ask, values, named)


def _ask(values: list[Any], named: dict[str, Any], rows: Any) -> Any:
    return rows("default", *values, **named)
