"""The three reads that availability rests on, each one query for any number of providers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import (
    BigIntegerField,
    Case,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from bookable.prepared import Prepared
from bookable.schedule.epoch import EpochCeil, EpochFloor
from bookable.schedule.models import BusyTime, Claim, DateHours, Session, TimeOff, WeeklyHours

CLAIM, BUSY, OFF, LAPSED = "claim", "busy", "off", "lapsed"
WEEKLY = "weekly"

SESSION_FIELDS = tuple(column.attname for column in Session._meta.concrete_fields)

# only these outlive the hold of one customer, so only of these are seats worth counting
_SHARED = Q(capacity__gt=1) | Q(opened_by_staff=True)


@Prepared
def hours_rows(
    using: str, providers: Collection[int], first: date, last: date
) -> QuerySet[Any, Any]:
    """(provider, location, opens, closes, kind, note, weekday, from, until) of all hours."""
    on_dates = DateHours.objects.using(using).filter(
        Q(provider__in=providers) | Q(provider=None), date__range=(first, last)
    )
    weekly = WeeklyHours.objects.using(using).filter(
        Q(valid_from=None) | Q(valid_from__lte=last),
        Q(valid_until=None) | Q(valid_until__gte=first),
        provider__in=providers,
    )
    shared = ("provider_id", "location_id", "opens", "closes")
    return (
        weekly.order_by()
        .annotate(kind=Value(WEEKLY), note=Value(""))
        .values_list(*shared, "kind", "note", "weekday", "valid_from", "valid_until")
        .union(
            on_dates.order_by()
            .annotate(weekday=Cast(Value(None), IntegerField()), until=F("date"))
            .values_list(*shared, "kind", "note", "weekday", "date", "until"),
            all=True,
        )
        .order_by()
    )


@Prepared
def taken_rows(
    using: str,
    providers: Collection[int],
    low: datetime,
    high: datetime,
    *,
    now: datetime,
    exclude: Collection[int] = (),
    bookings: Collection[int] = (),
    lanes: Iterable[tuple[int, int, int]] = (),
) -> QuerySet[Any, Any]:
    """(what, provider, unit, start, end, session) of what touches a window: claims, busy times and
    time off; and claims whose holds have run out though nobody released them yet.

    Start and end are whole epoch seconds, rounded outwards. The claims of the sessions in
    `exclude` are left out, so are those of single `bookings`, and each (session, provider, unit)
    of `lanes`.
    """
    touching = Q(end__gt=low, start__lt=high)
    mine = Q(provider__in=providers)
    claims = Claim.objects.using(using).filter(touching, mine, released_at=None)
    if exclude:
        claims = claims.exclude(session__in=exclude)
    if bookings:
        claims = claims.exclude(booking__in=bookings)
    for session, provider, unit in lanes:
        claims = claims.exclude(session=session, provider=provider, unit=unit)
    busy = BusyTime.objects.using(using).filter(touching, mine)
    off = TimeOff.objects.using(using).filter(touching, mine | Q(provider=None))
    has_lapsed = When(expires_at__lte=now, then=Value(LAPSED))
    arms = [
        _taken(claims, Case(has_lapsed, default=Value(CLAIM)), lane="unit", session="session_id"),
        _taken(busy, Value(BUSY)),
        _taken(off, Value(OFF)),
    ]
    return arms[0].union(*arms[1:], all=True).order_by()


@Prepared
def session_rows(
    using: str,
    services: Collection[int],
    low: datetime,
    high: datetime,
    *,
    now: datetime,
    only_with_room: bool,
    bookings: Collection[int] = (),
) -> QuerySet[Any, Any]:
    """Live sessions that start in a window, one row for each of their claims: all of the
    session's fields and the seats that came back to it, then the claim's provider, release and
    expiry."""
    sessions = Session.objects.using(using).filter(
        service__in=services, start__gte=low, start__lt=high, released_at=None
    )
    given_back = giving_back(using, now, Q(pk__in=bookings) if bookings else Q())
    if only_with_room:
        sessions = sessions.filter(Q(seats_taken__lt=F("capacity")) | _SHARED)
    seats = Case(When(_SHARED, then=Subquery(given_back)))
    claim = ("claims__provider_id", "claims__released_at", "claims__expires_at")
    return (
        sessions.annotate(given_back=seats)
        .order_by("start", "pk")
        .values_list(*SESSION_FIELDS, "given_back", *claim)
    )


def giving_back(using: str, now: datetime, others: Q) -> QuerySet[Any, Any]:
    """The `seats` of holds that have run out in the session around, and of other bookings."""
    lapsed = Q(state="held", is_guarded=False, expires_at__lte=now)
    bookings = apps.get_model("bookable", "Booking").objects.using(using)
    return (
        bookings.filter(lapsed | others, session=OuterRef("pk"), freed_at=None)
        .order_by()
        .values("session")
        .annotate(given=Sum("seats"))
        .values("given")
    )


def _taken(
    rows: QuerySet[Any, Any],
    what: Case | Value,
    *,
    lane: str | None = None,
    session: str | None = None,
) -> QuerySet[Any, Any]:
    rows = rows.order_by().annotate(
        what=what,
        lane=F(lane) if lane else Cast(Value(None), IntegerField()),
        begins=EpochFloor("start"),
        ends=EpochCeil("end"),
        of_session=F(session) if session else Cast(Value(None), BigIntegerField()),
    )
    return rows.values_list("what", "provider_id", "lane", "begins", "ends", "of_session")
