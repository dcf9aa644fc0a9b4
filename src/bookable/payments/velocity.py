"""The socket that may refuse an attempt to pay: too many in a short time, or a sign of fraud."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bookable.conf import settings
from bookable.errors import TooManyAttempts
from bookable.money import Money
from bookable.payments.models import Order
from bookable.sockets import shared
from bookable.timeline import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """Somebody is about to pay; nothing is written yet."""

    order: Order
    gateway: str
    money: Money
    by: Any = None


class Velocity:
    """The socket `BOOKABLE["VELOCITY"]`. It is asked before every attempt, outside transactions."""

    def check(self, attempt: Attempt) -> None:
        """Raises TooManyAttempts, or another PaymentRefused, if it may not be made."""
        raise NotImplementedError


class FewAttempts(Velocity):
    """Only so many attempts for one order within an hour."""

    def __init__(self, *, an_hour: int = 20) -> None:
        self.an_hour = an_hour

    def check(self, attempt: Attempt) -> None:
        since = clock.now() - timedelta(hours=1)
        order = attempt.order
        recent = order.payments.using(order._state.db).filter(created__gte=since)
        if recent.count() >= self.an_hour:
            raise TooManyAttempts


def check_velocity(attempt: Attempt) -> None:
    """Asks the site's socket."""
    _velocity().check(attempt)


def _velocity() -> Velocity:
    return shared(settings.VELOCITY, Velocity, setting="BOOKABLE['VELOCITY']")
