"""What it costs: pure functions of what was asked for, through the socket `PRICING`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import floor

from django.utils.translation import gettext as _

from bookable.catalog.models import Extra, Provider, Service
from bookable.conf import settings
from bookable.errors import Misconfigured, NaiveDatetime
from bookable.money import Money, total
from bookable.sockets import shared
from bookable.timeline.openings import weekday
from bookable.timeline.walltime import MINUTES_A_DAY, parse_walltime
from bookable.timeline.zones import DAY, offset_at


@dataclass(frozen=True)
class PriceRequest:
    """What is to be priced. Prices are minor units for one seat, lengths are minutes.

    The provider's own price is for their own duration, and for the service's if they have none.
    """

    service: Service
    start: datetime
    provider: Provider | None = None
    own_price: int | None = None
    own_duration: int | None = None
    duration: int | None = None
    duration_price: int | None = None
    seats: int = 1
    extras: tuple[tuple[Extra, int], ...] = ()

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None:
            raise NaiveDatetime(self.start)


@dataclass(frozen=True)
class PricedLine:
    """One line of what it costs; `kind` is "service", "extra", "surcharge" or a word of yours."""

    kind: str
    label: str
    quantity: int
    unit: Money

    @property
    def total(self) -> Money:
        return self.unit * self.quantity


class Pricing:
    """The socket `BOOKABLE["PRICING"]`. One instance serves all requests: keep no state in it."""

    def lines(self, request: PriceRequest) -> list[PricedLine]:
        """At least one line, all in the service's currency, without asking the database."""
        raise NotImplementedError


class StandardPricing(Pricing):
    """The seats, longer or shorter in proportion, and the extras."""

    def lines(self, request: PriceRequest) -> list[PricedLine]:
        return [self.service_line(request), *self.extra_lines(request)]

    def service_line(self, request: PriceRequest) -> PricedLine:
        unit = Money(_seat_price(request), request.service.currency)
        return PricedLine("service", request.service.name, request.seats, unit)

    def extra_lines(self, request: PriceRequest) -> Iterator[PricedLine]:
        for extra, quantity in request.extras:
            unit = Money(extra.price, request.service.currency)
            yield PricedLine("extra", extra.name, quantity, unit)


class PeakPricing(StandardPricing):
    """A surcharge in per cent at certain hours, or a discount if `percent` is negative.

    The hours may run past midnight: `start="22:00", end="06:00 +1"`. Raises Misconfigured for
    options that can't be meant.
    """

    def __init__(
        self,
        percent: int,
        weekdays: Sequence[int] = (5, 6),
        start: str = "00:00",
        end: str = "24:00",
    ) -> None:
        self.percent = _checked_percent(percent)
        self.weekdays = _checked_weekdays(weekdays)
        self.opens, self.closes = _checked_hours(start, end)

    def lines(self, request: PriceRequest) -> list[PricedLine]:
        service, *others = super().lines(request)
        surcharge = service.unit.percent(self.percent)
        if not surcharge or not self.applies(request):
            return [service, *others]
        label = _("Peak surcharge") if self.percent > 0 else _("Off-peak discount")
        return [service, PricedLine("surcharge", label, service.quantity, surcharge), *others]

    def applies(self, request: PriceRequest) -> bool:
        """Whether the clock on the wall of the service's zone lies within the hours."""
        instant = floor(request.start.timestamp())
        day, seconds = divmod(instant + offset_at(request.service.zone, instant), DAY)
        minute = seconds // 60
        return self._within(day, minute) or self._within(day - 1, minute + MINUTES_A_DAY)

    def _within(self, day: int, minute: int) -> bool:
        return weekday(day) in self.weekdays and self.opens <= minute < self.closes


def price_lines(request: PriceRequest) -> list[PricedLine]:
    """What it costs, line by line, as the site's pricing says."""
    return _pricing().lines(request)


def price(request: PriceRequest) -> Money:
    """What it costs in all."""
    return total((line.total for line in price_lines(request)), request.service.currency)


def _pricing() -> Pricing:
    return shared(settings.PRICING, Pricing, setting="BOOKABLE['PRICING']")


def _seat_price(request: PriceRequest) -> int:
    service = request.service
    base = service.price if request.own_price is None else request.own_price
    usual = request.own_duration or service.duration
    if request.duration is None:
        return base
    if request.duration_price is not None:
        return request.duration_price
    return _half_up(base * request.duration, usual)


def _half_up(dividend: int, divisor: int) -> int:
    return (2 * dividend + divisor) // (2 * divisor)


def _checked_percent(percent: object) -> int:
    if isinstance(percent, bool) or not isinstance(percent, int) or percent < -100:
        raise Misconfigured(f"“percent” must be a whole number of at least -100, not {percent!r}.")
    return percent


def _checked_weekdays(weekdays: object) -> frozenset[int]:
    if (
        not isinstance(weekdays, Sequence)
        or not weekdays
        or any(isinstance(day, bool) or day not in range(7) for day in weekdays)
    ):
        raise Misconfigured(f"“weekdays” must list numbers from 0 (Monday) to 6, not {weekdays!r}.")
    return frozenset(weekdays)


def _checked_hours(start: str, end: str) -> tuple[int, int]:
    try:
        opens, closes = parse_walltime(start), parse_walltime(end)
    except (TypeError, ValueError) as error:
        raise Misconfigured(f"“start” and “end” must be times such as 09:00: {error}") from error
    if not opens < closes or opens >= MINUTES_A_DAY:
        raise Misconfigured(f"“end” must come after “start”; {start} to {end} is no time of day.")
    return opens, closes
