from __future__ import annotations

from collections.abc import Callable

from django.db import router

from bookable.availability.overriding import as_far_as_known
from bookable.bookings.actors import SYSTEM
from bookable.bookings.models import Booking, State
from bookable.bookings.moving.wishes import wish_of
from bookable.bookings.request import needs_approval, to_be_answered_by
from bookable.bookings.steps.charging import restore_charges
from bookable.bookings.steps.history import change_state
from bookable.bookings.steps.locks import lock_bookings_of
from bookable.bookings.steps.seats import settle
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.wishes import Wish
from bookable.bookings.taking.writing import event_data, write_claims, write_session
from bookable.errors import HoldExpired, IllegalTransition, SlotTaken
from bookable.payments.models import Order
from bookable.timeline import clock
from bookable.transactions import Stale


def retake(
    order: Order | int,
    *,
    only_if: Callable[[Order], bool] | None = None,
    using: str | None = None,
) -> list[Booking]:
    """A payment came after its hold had expired: takes all its places again, or none.

    Notice and horizon don't matter, as they were kept when it was booked. The minimum of a class
    does: one that is gone does not take place for them alone. `only_if` is asked under the lock of
    the order. Raises SlotTaken if one of the places is gone, HoldExpired if it is not to be or one
    of them has begun, and IllegalTransition if no hold of the order has expired.
    """
    alias = using or router.db_for_write(Booking)
    key = order.pk if isinstance(order, Order) else order
    wishes: list[Wish] = []
    left: dict[int, int] = {}  # the bookings, as their wishes are, and the sessions that they had

    def read() -> None:
        expired = _expired(key, alias)
        wishes[:] = [_wish(one, alias) for one in expired]
        left.clear()
        left.update({one.pk: one.session_id for one in expired})

    def write(placing: Placing) -> list[Booking]:
        locked = {one.pk: one for one in lock_bookings_of(left, placing.sessions, using=alias)}
        if any(one.state != State.EXPIRED for one in locked.values()):
            raise Stale
        if only_if is not None and not only_if(next(iter(locked.values())).order):
            raise HoldExpired
        if any(wish.start <= clock.now() for wish in wishes):
            raise HoldExpired  # nobody can come to what has begun
        for pk, wish in zip(left, wishes, strict=True):
            _take_again(locked[pk], wish, placing)
        return [locked[pk] for pk in left]

    try:
        return take(wishes, write, using=alias, before=read, leaving=left.values())
    except SlotTaken:
        _expired(key, alias)  # it may be this very order that has them by now
        raise


def _expired(order: int, using: str) -> list[Booking]:
    rows = Booking.objects.using(using).filter(order=order).expired_holds()
    related = rows.select_related("session__service", "order")
    if found := list(related.order_by("session__start", "pk")):
        return found
    raise IllegalTransition("retake", "")


def _take_again(booking: Booking, wish: Wish, placing: Placing) -> None:
    place, asks = placing.place(wish), needs_approval(booking)
    booking.session, booking.freed_at = write_session(place), None
    booking.expires_at = to_be_answered_by(booking) if asks else None
    after = State.REQUESTED if asks else State.CONFIRMED
    data = event_data(booking)
    change_state(booking, "retake", after, SYSTEM, data=data, fields=["session"])
    write_claims(placing, place, booking.session, booking, None)
    settle(booking.session)
    restore_charges(booking)


def _wish(booking: Booking, using: str) -> Wish:
    override = as_far_as_known(_KEPT, booking.service.rule_set)
    return wish_of(booking, booking.session.start, {}, using, override=override)


_KEPT = ("notice", "horizon", "customer_limit")
