"""Finds what can't be: what somebody wrote past the verbs, or what a fault of ours left behind.

Each kind of fault is found by one query, so that whatever is written at the same moment is seen
as a whole or not at all. Big tables are read in portions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import router
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from bookable.bookings.models import Booking
from bookable.bookings.states import TABLE, State
from bookable.catalog.models import Provider
from bookable.schedule.models import Claim, Session
from bookable.timeline import clock

_ARROWS = frozenset(TABLE)


class Fault(NamedTuple):
    """Something that can't be. The ids are primary keys of what the text speaks of."""

    code: str
    text: str
    ids: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.code}: {self.text}"


def find_faults(*, using: str | None = None) -> list[Fault]:
    """Everything about claims, seats, bookings and their histories that contradicts itself."""
    alias, now = using or router.db_for_write(Booking), clock.now()
    return [
        *_overlaps(alias, now),
        *_seats(alias),
        *_without_place(alias, now),
        *_stuck(alias, now),
        *_short(alias, now),
        *_histories(alias),
    ]


def live_claims_at(now: datetime, using: str) -> QuerySet[Claim]:
    """The claims that take their lanes at a moment."""
    rows = Claim.objects.using(using).filter(released_at=None)
    return rows.filter(Q(expires_at=None) | Q(expires_at__gt=now))


def _overlaps(using: str, now: datetime) -> list[Fault]:
    """Two live claims that take the same lane at the same time."""
    rows = live_claims_at(now, using).order_by("provider", "unit", "start", "pk")
    found: list[tuple[int, int, int, int]] = []
    lane, latest, ends = None, 0, now  # the claim that lasts longest of those before it
    for key, provider, unit, start, end in _read(rows, "pk", "provider", "unit", "start", "end"):
        is_same = (provider, unit) == lane
        if is_same and start < ends:
            found.append((provider, unit, latest, key))
        if not is_same or end > ends:
            lane, latest, ends = (provider, unit), key, end
    names = dict(
        Provider.objects.using(using)
        .filter(pk__in={provider for provider, *_rest in found})
        .values_list("pk", "name")
    )
    return [
        _overlap(names[provider], unit, first, second) for provider, unit, first, second in found
    ]


def _overlap(name: str, unit: int, first: int, second: int) -> Fault:
    text = _("Claims %(first)d and %(second)d take %(provider)s, number %(number)d, together.")
    words = {"first": first, "second": second, "provider": name, "number": unit + 1}
    return Fault("overlap", text % words, (first, second))


def _seats(using: str) -> Iterator[Fault]:
    """A session whose seats are not those of its bookings, or more than it has."""
    sessions = Session.objects.using(using).filter(released_at=None).order_by("pk")
    seats = Coalesce(Sum("bookings__seats", filter=Q(bookings__freed_at=None)), 0)
    counted = sessions.values("pk", "seats_taken", "capacity").annotate(booked=seats)
    wrong = counted.filter(~Q(booked=F("seats_taken")) | Q(seats_taken__gt=F("capacity")))
    for key, taken, capacity, booked in _read(wrong, "pk", "seats_taken", "capacity", "booked"):
        words = {"session": key, "taken": taken, "capacity": capacity, "booked": booked}
        if taken != booked:
            text = _("Session %(session)d counts %(taken)d seats, but %(booked)d are booked.")
            yield Fault("seats", text % words, (key,))
        if taken > capacity:
            text = _("Session %(session)d has %(capacity)d seats, but %(taken)d are taken.")
            yield Fault("overfull", text % words, (key,))


def _without_place(using: str, now: datetime) -> Iterator[Fault]:
    """A booking that stands, though nothing keeps its place."""
    claims = live_claims_at(now, using).filter(
        Q(booking=None) | Q(booking=OuterRef("pk")), session=OuterRef("session")
    )
    ahead = Q(state__in=[State.REQUESTED, State.CONFIRMED], session__start__gt=now)
    held = Q(state=State.HELD) & (Q(is_guarded=True) | Q(expires_at__gt=now))
    standing = Booking.objects.using(using).filter(ahead | held).order_by("pk")
    lost = standing.filter(
        Q(freed_at__isnull=False) | Q(session__released_at__isnull=False) | ~Exists(claims)
    )
    for key, reference in _read(lost, "pk", "reference"):
        text = _("Booking %(booking)s stands, but it has no place.") % {"booking": reference}
        yield Fault("no_place", text, (key,))


def _stuck(using: str, now: datetime) -> Iterator[Fault]:
    """A live claim for which nobody comes."""
    bookings = Booking.objects.using(using).filter(session=OuterRef("session"), freed_at=None)
    live = live_claims_at(now, using).order_by("pk")
    left = Q(session__opened_by_staff=False) & ~Exists(bookings)
    given_back = Q(booking__freed_at__isnull=False, session__capacity__gt=1)
    stuck = live.filter(Q(session__released_at__isnull=False) | left | given_back)
    for key, session in _read(stuck, "pk", "session"):
        words = {"claim": key, "session": session}
        text = _("Claim %(claim)d of session %(session)d keeps time that nobody uses.") % words
        yield Fault("stuck", text, (key,))


def _short(using: str, now: datetime) -> Iterator[Fault]:
    """A live claim that leaves a part of its session open to others."""
    live = live_claims_at(now, using).order_by("pk")
    short = live.filter(Q(start__gt=F("session__start")) | Q(end__lt=F("session__end")))
    for key, session in _read(short, "pk", "session"):
        words = {"claim": key, "session": session}
        text = _("Claim %(claim)d does not cover all of session %(session)d.") % words
        yield Fault("short", text, (key,))


def _histories(using: str) -> Iterator[Fault]:
    """A booking whose events do not lead to its state."""
    rows = Booking.objects.using(using).order_by("pk", "events__seq")
    event = ("events__seq", "events__verb", "events__before", "events__after")
    read = _read(rows, "pk", "reference", "state", "last_seq", *event)
    for (key, reference, state, last), events in groupby(read, itemgetter(0, 1, 2, 3)):
        wrong = _contradiction([tuple(row[4:]) for row in events if row[4]], state, last)
        if wrong:
            text = _("The history of booking %(booking)s is wrong: %(why)s") % {
                "booking": reference,
                "why": wrong,
            }
            yield Fault("history", text, (key,))


def _contradiction(events: list[tuple[int, str, str, str]], state: str, last: int) -> str:
    """What is wrong with a history; nothing if it leads to the state."""
    if [seq for seq, *_rest in events] != list(range(1, last + 1)):
        return _("its events are not numbered from 1 to %(last)d.") % {"last": last}
    known = ""
    for seq, verb, before, after in events:
        if before != known:
            return _("event %(seq)d does not follow on the one before.") % {"seq": seq}
        if before not in ("", after) and (verb, before, after) not in _ARROWS:
            words = {"verb": verb, "before": before, "after": after}
            return _("“%(verb)s” does not lead from %(before)s to %(after)s.") % words
        known = after
    if known != state:
        return _("it leads to “%(known)s”, not to “%(state)s”.") % {"known": known, "state": state}
    return ""


def _read(rows: QuerySet[Any], *columns: str) -> Iterable[tuple[Any, ...]]:
    found: QuerySet[Any, Any] = rows.values_list(*columns)
    return found.iterator(chunk_size=2000)
