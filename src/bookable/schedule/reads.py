"""The three reads that availability rests on, each one query for any number of providers."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    Exists,
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

CLAIM, BUSY, OFF = "claim", "busy", "off"
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
    """(what, provider, unit, start, end) of claims, busy times and time off that touch a window.

    Start and end are whole epoch seconds, rounded outwards. The claims of the sessions in
    `exclude` are left out, so are those of single `bookings`, and each (session, provider, unit)
    of `lanes`.
    """
    touching = Q(end__gt=low, start__lt=high)
    mine = Q(provider__in=providers)
    claims = Claim.objects.using(using).filter(
        Q(expires_at=None) | Q(expires_at__gt=now), touching, mine, released_at=None
    )
    if exclude:
        claims = claims.exclude(session__in=exclude)
    if bookings:
        claims = claims.exclude(booking__in=bookings)
    for session, provider, unit in lanes:
        claims = claims.exclude(session=session, provider=provider, unit=unit)
    busy = BusyTime.objects.using(using).filter(touching, mine)
    off = TimeOff.objects.using(using).filter(touching, mine | Q(provider=None))
    arms = [_taken(rows, what) for rows, what in ((claims, CLAIM), (busy, BUSY), (off, OFF))]
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
    given_back = giving_back(using, now, Q(bookings__in=bookings) if bookings else Q())
    if only_with_room:
        sessions = sessions.filter(
            Q(seats_taken__lt=F("capacity")) | (_SHARED & Q(Exists(given_back)))
        )
    seats = Case(When(_SHARED, then=Subquery(given_back.values("seats"))))
    claim = ("claims__provider_id", "claims__released_at", "claims__expires_at")
    return (
        sessions.annotate(given_back=seats)
        .order_by("start", "pk")
        .values_list(*SESSION_FIELDS, "given_back", *claim)
    )


@Prepared
def lapsed_rows(
    using: str, providers: Collection[int], low: datetime, high: datetime, *, now: datetime
) -> QuerySet[Any, Any]:
    """(session,) of claims in a window whose holds have run out, and that nobody released yet."""
    claims = Claim.objects.using(using).filter(
        end__gt=low, start__lt=high, provider__in=providers, released_at=None, expires_at__lte=now
    )
    return claims.order_by().values_list("session")


def giving_back(using: str, now: datetime, others: Q) -> QuerySet[Any, Any]:
    """The `seats` of holds that have run out in the session around, and of other bookings."""
    lapsed = Q(bookings__state="held", bookings__is_guarded=False, bookings__expires_at__lte=now)
    return (
        Session.objects.using(using)
        .filter(lapsed | others, pk=OuterRef("pk"), bookings__freed_at=None)
        .order_by()
        .values("pk")
        .annotate(seats=Sum("bookings__seats"))
    )


def _taken(rows: QuerySet[Any, Any], what: str) -> QuerySet[Any, Any]:
    lane = F("unit") if what == CLAIM else Cast(Value(None), IntegerField())
    rows = rows.order_by().annotate(
        what=Value(what),
        lane=lane,
        begins=EpochFloor("start"),
        ends=EpochCeil("end"),
    )
    return rows.values_list("what", "provider_id", "lane", "begins", "ends")
