"""Availability rules about what bookings share: a customer's number of them, a stock of extras."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from bookable.availability.diary import inside
from bookable.availability.query import Query
from bookable.availability.rules import Rule
from bookable.bookings.customers import Customer
from bookable.bookings.models import Booking, BookingExtra
from bookable.bookings.states import OPEN
from bookable.catalog.models import Extra, Provider
from bookable.timeline.intervals import NEVER, Interval, Intervals, blocked_starts, union
from bookable.timeline.zones import to_datetime


class CustomerLimit(Rule):
    """No further booking for a customer who has as many ahead as the service allows."""

    code: ClassVar[str] = "customer_limit"
    bars_joining: ClassVar[bool] = True

    @classmethod
    def guards(cls, query: Query) -> Collection[str]:
        limited = query.service.max_per_customer is not None and query.customer is not None
        if not limited:
            return ()
        return [f"customer:{one}" for one in Customer.of(query.customer).identities]

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        limit = query.service.max_per_customer
        self.is_reached = (
            limit is not None and query.customer is not None and self._count(query) >= limit
        )

    def bars_start(self, provider: Provider | None) -> Intervals:
        return [self.query.reach] if provider is None and self.is_reached else NEVER

    def reason(self, provider: Provider | None, interval: Interval) -> str:
        service = self.query.service
        return _("A customer may have at most %(limit)s of %(service)s ahead.") % {
            "limit": service.max_per_customer,
            "service": service.name,
        }

    def _count(self, query: Query) -> int:
        customer = Customer.of(query.customer)
        own = Q(order__user=customer.user) if customer.user is not None else Q(pk__in=())
        if customer.email:
            own |= Q(order__email=customer.email)
        elif customer.phone:
            own |= Q(order__phone=customer.phone)
        rows = query.rows(Booking).filter(
            own,
            state__in=OPEN,
            freed_at=None,
            session__service=query.service,
            session__start__gt=to_datetime(query.now),
        )
        standing = rows.exclude(_lapsed(query)).exclude(pk__in=query.diary.exclude.bookings)
        planned = [one for one in query.planned if one.service == query.service.pk]
        return standing.count() + len(planned)


class ExtraStock(Rule):
    """No start at which more of an extra would be in use than there are."""

    code: ClassVar[str] = "extra_stock"
    bars_joining: ClassVar[bool] = True
    is_soft: ClassVar[bool] = False

    @classmethod
    def guards(cls, query: Query) -> Collection[str]:
        return [f"extra:{extra.pk}" for extra, _quantity in query.extras if extra.stock is not None]

    def prepare(self, query: Query) -> None:
        super().prepare(query)
        wanted = {extra: many for extra, many in query.extras if extra.stock is not None}
        used = self._used(query, wanted) if wanted else {}
        self.short = {
            extra: crowded(used.get(extra.pk, ()), (extra.stock or 0) - many)
            for extra, many in wanted.items()
        }

    def bars_start(self, provider: Provider | None) -> Intervals:
        if provider is not None or not any(self.short.values()):
            return NEVER
        return blocked_starts(union(*self.short.values()), self.query.longest)

    def reason(self, provider: Provider | None, interval: Interval) -> str:
        names = ", ".join(extra.name for extra, times in self.short.items() if times)
        return _("There is not enough left of: %(extras)s.") % {"extras": names}

    def _used(self, query: Query, wanted: Iterable[Extra]) -> dict[int, list[tuple[Interval, int]]]:
        low, high = query.reach
        rows = (
            query.rows(BookingExtra)
            .filter(
                extra__in=[extra.pk for extra in wanted],
                booking__freed_at=None,
                booking__session__end__gt=to_datetime(low),
                booking__session__start__lt=to_datetime(high),
            )
            .exclude(_lapsed(query, "booking__"))
            .exclude(booking__in=query.diary.exclude.bookings)
            .exclude(booking__session__in=query.diary.exclude.sessions)
        )
        times = ("booking__session__start", "booking__session__end")
        used: dict[int, list[tuple[Interval, int]]] = defaultdict(list)
        for extra, many, start, end in rows.values_list("extra", "quantity", *times):
            used[extra].append((inside(start, end), many))
        for one in query.planned:
            for planned, many in one.extras:
                used[planned.pk].append(((one.start, one.end), many))
        return used


def _lapsed(query: Query, prefix: str = "") -> Q:
    return Q(
        **{
            f"{prefix}state": "held",
            f"{prefix}is_guarded": False,
            f"{prefix}expires_at__lte": to_datetime(query.now),
        }
    )


def crowded(used: Iterable[tuple[Interval, int]], room: int) -> list[Interval]:
    """When more than `room` are in use; always if there is less than none."""
    if room < 0:
        return [(-(2**40), 2**40)]
    changes: dict[int, int] = defaultdict(int)
    for (start, end), many in used:
        changes[start] += many
        changes[end] -= many
    found, level, since = [], 0, 0
    for at in sorted(changes):
        before, level = level, level + changes[at]
        if before <= room < level:
            since = at
        elif level <= room < before:
            found.append((since, at))
    return found
