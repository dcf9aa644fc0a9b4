"""The dates of a series: which they are, and which of them can be had."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple, Unpack

from django.db import router
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.availability.answers import Reason, Slot
from bookable.availability.asking import ask, nearby, planned_lanes
from bookable.availability.engine import Engine, Offer
from bookable.availability.explain import AROUND, explain_in
from bookable.availability.overriding import as_far_as_known
from bookable.availability.query import Asked, OwnLane, Planned, Query
from bookable.availability.slots import as_slots
from bookable.bookings.asking import wish_for
from bookable.bookings.models import Booking
from bookable.bookings.refusing import AFTER, BEFORE, MOST_ALTERNATIVES
from bookable.bookings.taking.wishes import Wish
from bookable.catalog.models import Service
from bookable.errors import InvalidSeries
from bookable.timeline.recurrence import BadRule, TooManyOccurrences, UnboundedRule, occurrences
from bookable.timeline.zones import local_date

#: How many dates a series may have, and how long it may go on.
MOST, LONGEST = 104, timedelta(days=366)


class Occurrence(NamedTuple):
    """A date of a series; if it is not free, why not and what is free around it."""

    start: datetime
    free: bool
    reasons: list[Reason]
    nearest: list[Slot]


def preview_series(
    service: Service | str | int, start: datetime, rule: str, **asked: Unpack[Asked]
) -> list[Occurrence]:
    """What would become of each date of a series. Nothing is taken.

    Raises InvalidSeries for a rule that can't be followed.
    """
    own = service._state.db if isinstance(service, Service) else None
    using = asked.get("using") or own or router.db_for_read(Booking)
    return look_ahead(series_wishes(wish_for(service, start, None, asked, using), rule))


def series_wishes(first: Wish, rule: str) -> list[Wish]:
    """A wish for each date. The horizon is asked of the first only, with which the others come."""
    service = first.service
    _first, *others = _dates(service, first.start, rule)
    return [first, *(replace(first, start=one, waived=waived_for(service, one)) for one in others)]


def waived_for(service: Service, start: datetime) -> tuple[str, ...]:
    """What a further date of a series need not keep: the horizon, unless the season is over."""
    day = local_date(service.zone, int(start.timestamp()))
    first, last = service.bookable_from, service.bookable_until
    in_season = (first is None or first <= day) and (last is None or day <= last)
    return as_far_as_known(["horizon"] if in_season else [], service.rule_set)


def look_ahead(wishes: Sequence[Wish]) -> list[Occurrence]:
    """What would become of each wish if those before it that are free were taken."""
    outlook = _Outlook(wishes)
    looked_at = [outlook.reasons_against(wish) for wish in wishes]
    return [
        Occurrence(wish.start, True, [], [])
        if reasons is None
        else Occurrence(wish.start, False, reasons, outlook.nearest(wish))
        for wish, reasons in zip(wishes, looked_at, strict=True)
    ]


class _Outlook:
    """Reads everything once for all wishes that ask the same."""

    def __init__(self, wishes: Sequence[Wish]) -> None:
        self.low = min(wish.at for wish in wishes) - int(BEFORE.total_seconds())
        self.high = max(wish.at for wish in wishes) + int(AFTER.total_seconds())
        self.planned: list[Planned] = []
        self._asked: list[tuple[Asked, Query]] = []
        self._offers: dict[tuple[int, frozenset[str]], list[Offer]] = {}

    def reasons_against(self, wish: Wish) -> list[Reason] | None:
        """Why it can't be had; None if it is free, and then it is planned for."""
        query = self._at(wish, margin=0)
        offer = next(iter(Engine(query).offers()), None)
        if offer is None:
            return explain_in(self._at(wish, margin=AROUND))
        self.planned.append(_planned(query, offer))
        return None

    def nearest(self, wish: Wish) -> list[Slot]:
        """The free starts around it, in order of time, beside what is planned for."""
        query, offers = self._free(wish)
        low = bisect_left(offers, wish.at - BEFORE.total_seconds(), key=_start)
        high = bisect_left(offers, wish.at + AFTER.total_seconds(), key=_start)
        others = [one for one in offers[low:high] if not self._overlaps(one)]
        closest = sorted(others, key=lambda one: abs(one[0] - wish.at))[:MOST_ALTERNATIVES]
        return as_slots(query, sorted(closest, key=_start))

    def _at(self, wish: Wish, *, margin: int) -> Query:
        """The question for one wish, answered from what was read for all."""
        query = replace(
            self._wide(wish),
            low=wish.at,
            high=wish.at + 1,
            margin=margin,
            override=frozenset((*wish.override, *wish.waived)),
            planned=tuple(self.planned),
        )
        query.visit = tuple(nearby(query, planned_lanes(self.planned)))
        query.diary = query.diary.around(*query.reach)
        return query

    def _free(self, wish: Wish) -> tuple[Query, list[Offer]]:
        wide = self._wide(wish)
        query = replace(wide, margin=0, override=frozenset(wish.waived))
        key = (id(wide), query.override)
        if key not in self._offers:
            self._offers[key] = list(Engine(query).offers())
        return query, self._offers[key]

    def _wide(self, wish: Wish) -> Query:
        for asked, query in self._asked:
            if asked == wish.asked:
                return query
        query = ask(
            wish.service,
            self.low,
            self.high,
            every_session=True,
            margin=AROUND,
            override=(*wish.override, *wish.waived),
            **wish.asked,
        )
        query.diary.taken(*query.reach)  # the widest comes first, and the others are part of it
        self._asked.append((wish.asked, query))
        return query

    def _overlaps(self, offer: Offer) -> bool:
        return any(one.start < offer[1] and offer[0] < one.end for one in self.planned)


def _start(offer: Offer) -> int:
    return offer[0]


def _planned(query: Query, offer: Offer) -> Planned:
    start, end, who, session = offer
    lanes = [OwnLane(None, one.pk, 0, start, end) for one in who[:1]] if session is None else []
    return Planned(
        service=query.service.pk,
        start=start,
        end=end,
        session=session.pk if session is not None else None,
        seats=query.seats,
        lanes=tuple(lanes),
        extras=query.extras,
    )


def _dates(service: Service, start: datetime, rule: str) -> list[datetime]:
    try:
        dates = occurrences(rule, start, service.zone, limit=MOST)
    except TooManyOccurrences as error:
        sentence = ngettext(
            "A series can have %(count)d date at most.",
            "A series can have %(count)d dates at most.",
            error.limit,
        )
        raise InvalidSeries(sentence % {"count": error.limit}) from error
    except UnboundedRule as error:
        raise InvalidSeries(_("Say when the series ends, or how many dates it has.")) from error
    except BadRule as error:
        raise InvalidSeries(_("This is not a repetition that can be followed.")) from error
    if dates[-1] - dates[0] > LONGEST:
        raise InvalidSeries(_("A series can go on for a year at most."))
    return dates
