"""What payments mean for bookings: a place is kept while somebody pays, and theirs once they have.

The order is the unit: all its bookings are held, confirmed and taken again together.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext as _

from bookable.bookings.actors import SYSTEM
from bookable.bookings.confirm import confirm_all, held_together, refuse_unpaid
from bookable.bookings.expire import expire
from bookable.bookings.guard import agreed_deadline, guard, unguard
from bookable.bookings.models import Booking, State
from bookable.bookings.note_late_refund import note_late_refund
from bookable.bookings.querysets import BookingQuerySet
from bookable.bookings.request import needs_approval, request_all
from bookable.bookings.retake import retake
from bookable.bookings.states import OPEN, PAST
from bookable.bookings.steps.changing import change_order
from bookable.bookings.steps.charging import OWNER, owed_again
from bookable.errors import BookableError, HoldExpired, IllegalTransition, Misconfigured, TryAgain
from bookable.payments.kinds import Discrepancy, OrderKind
from bookable.payments.models import Order
from bookable.payments.sums import disputed, paid, set_aside, still_due

logger = logging.getLogger(__name__)


class BookingKind(OrderKind):
    """Lines for bookings."""

    owner = OWNER

    def needed_until(self, order: Order) -> datetime | None:
        ends = _bookings(order).filter(state__in=OPEN).aggregate(found=Max("session__end"))
        found: datetime | None = ends["found"]
        return found

    def opened(self, order: Order, until: datetime) -> None:
        held = _first(order, State.HELD)
        if held is not None:
            guard(held, until, using=order._state.db)
        elif _first(order, State.EXPIRED) and not _first(order, *OPEN, *PAST):
            raise HoldExpired

    def secured(self, order: Order) -> None:
        held = _first(order, State.HELD)
        if held is not None:
            _keep(held)
        if _is_paid_for_again(order):
            _take_again(order)

    def released(self, order: Order, until: datetime) -> None:
        held = _first(order, State.HELD)
        if held is not None and held.is_guarded:
            unguard(held, max(until, agreed_deadline(held) or until), using=order._state.db)

    def refunded(self, order: Order) -> None:
        note_late_refund(order, using=order._state.db)

    def audit(self, orders: Sequence[Order]) -> Iterable[Discrepancy]:
        for order in orders:
            surplus = -order.balance.amount - disputed(order).amount
            if surplus > 0 and not _first(order, *OPEN, *PAST):
                text = _("%(amount)s was paid, and nothing is booked.") % {"amount": paid(order)}
                yield Discrepancy("paid_not_booked", order, text)
            due = still_due(order)
            if due and _first(order, State.CONFIRMED):
                text = _("It is confirmed, and %(amount)s is due.") % {"amount": due}
                yield Discrepancy("booked_not_paid", order, text)


def _keep(held: Booking) -> None:
    """Confirms the holds of an order, or asks for the approval that some of them need.

    One that has run out meanwhile is expired, so that it can be taken again.
    """

    def work(mine: Booking, bookings: list[Booking]) -> None:
        together = held_together(mine, bookings, "confirm")
        refuse_unpaid(mine)
        asking = [one for one in together if needs_approval(one)]
        sure = [one for one in together if one not in asking]
        if asking:
            request_all(asking, SYSTEM)
        if sure:
            confirm_all(sure, SYSTEM)

    try:
        change_order(held, work, using=held._state.db)
    except HoldExpired:
        expire(held.order_id, using=held._state.db)
    except IllegalTransition:
        return  # somebody else was quicker


def _take_again(order: Order) -> None:
    """The payment came late: the places if they are free; if not, it is given back."""
    try:
        retake(order, only_if=_is_paid_for_again, using=order._state.db)
    except (TryAgain, Misconfigured):
        raise  # that says nothing about the places, so it is tried again
    except BookableError as refusal:
        logger.info("Order %s can't be taken again: %s", order.uuid, refusal.code)


def _is_paid_for_again(order: Order) -> bool:
    """Whether more was paid than is owed, and that is enough for the holds that expired."""
    expired = list(_bookings(order).expired_holds())
    if not expired:
        return False
    surplus = paid(order) + set_aside(order) - order.total
    return surplus.amount > 0 and surplus >= owed_again(order, expired)


def _first(order: Order, *states: str) -> Booking | None:
    return _bookings(order).filter(state__in=states).order_by("pk").first()


def _bookings(order: Order) -> BookingQuerySet:
    return Booking.objects.using(order._state.db).filter(order=order)
