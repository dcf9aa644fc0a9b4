"""Times an answer beside its floor, in the same process and one after the other."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import IntegerField, Q, Value
from django.db.models.functions import Cast
from django.test.utils import CaptureQueriesContext

from bookable.availability.answers import Day, Slot
from bookable.availability.asking import ask
from bookable.availability.diary import Diary
from bookable.availability.next_free import _Search
from bookable.catalog.candidates import candidate_rows, needs_of
from bookable.models import BusyTime, Claim, Service, TimeOff
from bookable.schedule.reads import hours_rows, session_rows, taken_rows
from bookable.timeline import clock
from bookable.timeline.openings import days_around
from bookable.timeline.zones import DAY, date_of, to_datetime

Result = dict[str, Any]


def compare(answer: Callable[[], Any], floor: Callable[[bool], Any], rounds: int) -> Result:
    """Medians of alternating rounds, so that a busy machine disturbs all alike.

    The floor takes its datetimes from the ORM as anybody would. The strict one takes them as
    numbers, by the very queries that the answer uses, which leaves nothing but the engine.
    """
    for warm_up in (answer, lambda: floor(False), lambda: floor(True)):
        warm_up()
    with CaptureQueriesContext(connection) as captured:
        found = answer()
    ours, theirs, strict = [], [], []
    for _round in range(rounds):
        ours.append(_seconds(answer))
        theirs.append(_seconds(lambda: floor(False)))
        strict.append(_seconds(lambda: floor(True)))
    return {
        "found": _size(found),
        "queries": len(captured),
        "ms": round(median(ours) * 1e3, 2),
        "floor_ms": round(median(theirs) * 1e3, 2),
        "ratio": round(median(ours) / median(theirs), 2),
        "strict_floor_ms": round(median(strict) * 1e3, 2),
        "strict_ratio": round(median(ours) / median(strict), 2),
    }


def memory(answer: Callable[[], Any]) -> float:
    """The most megabytes that an answer holds at once."""
    tracemalloc.start()
    answer()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return round(peak / 1e6, 1)


def slots_floor(service: Service, low: int, high: int) -> Callable[[bool], Any]:
    """Fetches the rows of a window with the same ORM and makes as many slots."""
    query = ask(service, low, high)
    count = len(service.slots(to_datetime(low), to_datetime(high)))
    providers = tuple(query.providers)

    def floor(strict: bool) -> list[Slot]:
        _fetch(service, query.diary, *query.reach, strict=strict)
        at = float(low)
        return [
            Slot(
                datetime.fromtimestamp(at, UTC),
                datetime.fromtimestamp(at, UTC),
                providers,
                None,
                1,
                len,  # type: ignore[arg-type]
            )
            for _number in range(count)
        ]

    return floor


def days_floor(service: Service, low: int, high: int) -> Callable[[bool], Any]:
    """Fetches the rows of a window with the same ORM and makes as many days."""
    query = ask(service, low, high)
    dates = [date_of(day * DAY) for day in range(low // DAY, high // DAY)]

    def floor(strict: bool) -> list[Day]:
        _fetch(service, query.diary, *query.reach, strict=strict)
        return [Day(day, 0) for day in dates]

    return floor


def next_floor(service: Service) -> Callable[[bool], Any]:
    """Fetches what a search to the end of the first look, and beyond it, has to read."""
    search = _Search([service], needs_of([service], "default"), None, "default", {})
    windows = list(search.windows())

    def floor(strict: bool) -> None:
        list(candidate_rows("default", [service.pk]))
        _fetch_hours(search.diary, search.low, search.high)
        for low, high in windows:
            _fetch_taken(search.diary, low, high, strict=strict)
        _fetch_sessions(service, search.low, search.high)

    return floor


def _fetch(service: Service, diary: Diary, low: int, high: int, *, strict: bool) -> None:
    list(candidate_rows("default", [service.pk]))
    _fetch_hours(diary, low, high)
    _fetch_taken(diary, low, high, strict=strict)
    _fetch_sessions(service, low, high)


def _fetch_hours(diary: Diary, low: int, high: int) -> None:
    days = days_around(low, high)
    list(hours_rows("default", diary.providers, date_of(days[0] * DAY), date_of(days[-1] * DAY)))


def _fetch_taken(diary: Diary, low: int, high: int, *, strict: bool) -> None:
    window = (to_datetime(low), to_datetime(high))
    if strict:
        list(taken_rows("default", diary.providers, *window, now=diary.now))
        return
    touching = Q(end__gt=window[0], start__lt=window[1])
    mine = Q(provider__in=diary.providers)
    live = Q(expires_at=None) | Q(expires_at__gt=diary.now)
    claims = Claim.objects.filter(live, touching, mine, released_at=None)
    others = (BusyTime.objects.filter(touching, mine), TimeOff.objects.filter(touching, mine))
    nothing = Cast(Value(None), IntegerField())
    list(
        claims.order_by()
        .annotate(what=Value("claim"))
        .values_list("what", "provider_id", "unit", "start", "end")
        .union(
            *(
                rows.order_by()
                .annotate(what=Value("other"), unit=nothing)
                .values_list("what", "provider_id", "unit", "start", "end")
                for rows in others
            ),
            all=True,
        )
    )


def _fetch_sessions(service: Service, low: int, high: int) -> None:
    window = (to_datetime(low), to_datetime(high))
    list(session_rows("default", [service.pk], *window, now=clock.now(), only_with_room=True))


def _seconds(action: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    action()
    return time.perf_counter() - begun


def _size(found: Any) -> int:
    return len(found) if isinstance(found, list) else int(found is not None)
