"""Finds limits that are overrun: by a fault, by staff who booked against them, or since lowered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db import router
from django.db.models import Max, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bookable.availability.asking import ask, moment
from bookable.availability.diary import Diary, SessionRow, inside
from bookable.availability.query import Query
from bookable.availability.rules.limits import DailyLimit, WeeklyLimit
from bookable.bookings.audit import Fault
from bookable.bookings.models import Booking, BookingExtra, State
from bookable.bookings.rules import crowded
from bookable.catalog.candidates import needs_of
from bookable.catalog.models import Service
from bookable.schedule.models import Session
from bookable.timeline import clock
from bookable.timeline.intervals import Interval
from bookable.timeline.zones import local_date, to_datetime

_BY_DAY = ("max_per_day", "max_per_week", "max_per_provider_day", "max_per_provider_week")
_CONTACT = ("order__user", "order__email", "order__phone")


def find_limit_faults(*, using: str | None = None) -> list[Fault]:
    """Limits of services, providers, customers and extras that are overrun, from today on."""
    alias = using or router.db_for_write(Booking)
    return [*_full_periods(alias), *_busy_customers(alias), *_scarce_extras(alias)]


def _full_periods(using: str) -> Iterator[Fault]:
    for query in _queries(using):
        for rule in (DailyLimit(), WeeklyLimit()):
            rule.prepare(query)
            yield from _overrun(query, rule)


def _queries(using: str) -> Iterator[Query]:
    """One for each service with such a limit, over everything that lies ahead."""
    is_limited = Q(*((f"{name}__isnull", False) for name in _BY_DAY), _connector=Q.OR)
    services = list(Service.objects.using(using).filter(is_limited))
    ahead = Session.objects.using(using).filter(service__in=services, released_at=None)
    last = ahead.aggregate(last=Max("start"))["last"]
    if last is None or last <= clock.now():
        return
    low, high = moment("UTC", clock.now()), moment("UTC", last) + 1
    needs = needs_of(services, using)
    diary = Diary((), services, using=using, low=low, high=high, now=clock.now())
    for service in services:
        yield ask(service, low, high, needs=needs[service.pk], diary=diary, using=using)


def _overrun(query: Query, rule: DailyLimit | WeeklyLimit) -> Iterator[Fault]:
    service = query.service
    sessions = query.diary.sessions[service.pk]
    yield from _too_many(rule, rule.of_service, service.zone, sessions, service.name)
    for provider in query.providers if rule.of_provider is not None else ():
        if provider.pk in rule.givers:
            own = [row for row in sessions if provider.pk in row.providers]
            who = _("%(service)s with %(provider)s") % {"service": service, "provider": provider}
            yield from _too_many(rule, rule.of_provider, provider.zone, own, who)


def _too_many(
    rule: DailyLimit | WeeklyLimit,
    limit: int | None,
    zone: str,
    sessions: Iterable[SessionRow],
    what: str,
) -> Iterator[Fault]:
    if limit is None:
        return
    today = local_date(zone, clock.now_instant())
    periods: dict[date, list[int]] = defaultdict(list)
    for row in sessions:
        periods[rule.begins(local_date(zone, row.start))].append(row.session.pk)
    for first, keys in sorted(periods.items()):
        if len(keys) > limit and first + timedelta(days=rule.days) > today:
            text = _("%(what)s: %(count)d instead of at most %(limit)d from %(date)s on.") % {
                "what": what,
                "count": len(keys),
                "limit": limit,
                "date": date_format(first),
            }
            yield Fault(rule.code, text, tuple(keys))


def _busy_customers(using: str) -> Iterator[Fault]:
    limited = Q(session__service__max_per_customer__isnull=False)
    # an earlier time that is offered takes the place of the booking, and is none besides
    instead = Q(state=State.HELD, offered_to__booking__isnull=False)
    rows = Booking.objects.using(using).ahead().filter(limited).exclude(instead).order_by("pk")
    service = ("session__service", "session__service__max_per_customer")
    known: dict[tuple[int, str], list[int]] = defaultdict(list)
    limits: dict[int, int] = {}
    for key, given, limit, *contact in rows.values_list("pk", *service, *_CONTACT):
        limits[given] = limit
        for name in _names(*contact):
            known[given, name].append(key)
    # whoever is known by two names has one limit all the same
    groups = dict.fromkeys((given, tuple(keys)) for (given, _name), keys in known.items())
    for given, keys in groups:
        if len(keys) > limits[given]:
            yield _busy_customer(keys, limits[given])


def _busy_customer(bookings: tuple[int, ...], limit: int) -> Fault:
    text = _("One customer has %(count)d bookings ahead instead of at most %(limit)d.")
    return Fault("customer_limit", text % {"count": len(bookings), "limit": limit}, bookings)


def _names(user: object, email: str, phone: object) -> Iterator[str]:
    """By what a customer is known: the account as well as the address."""
    if user is not None:
        yield f"user {user}"
    if email or phone:
        yield f"email {email}" if email else f"phone {phone}"


def _scarce_extras(using: str) -> Iterator[Fault]:
    """Extras of which more are in use at once than there are."""
    rows = BookingExtra.objects.using(using).filter(
        booking__in=Booking.objects.using(using).with_place(),
        booking__session__end__gt=clock.now(),
        extra__stock__isnull=False,
    )
    used: dict[tuple[int, str, int], list[tuple[Interval, int]]] = defaultdict(list)
    extra = ("extra", "extra__name", "extra__stock")
    times = ("booking__session__start", "booking__session__end")
    for key, name, stock, many, *during in rows.values_list(*extra, "quantity", *times):
        used[key, name, stock].append((inside(*during), many))
    for (key, name, stock), during in sorted(used.items()):
        for start, _end in crowded(during, stock):
            text = _("More than %(stock)d of %(extra)s are in use at %(start)s.")
            words = {"stock": stock, "extra": name, "start": to_datetime(start).isoformat(" ")}
            yield Fault("extra_stock", text % words, (key,))
