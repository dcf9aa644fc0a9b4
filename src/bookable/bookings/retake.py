from __future__ import annotations

from collections.abc import Callable

from django.db import router

from bookable.availability.overriding import as_far_as_known
from bookable.bookings.actors import SYSTEM
from bookable.bookings.asking import question_of, wish_for
from bookable.bookings.models import Booking, State
from bookable.bookings.request import needs_approval
from bookable.bookings.steps.charging import restore_charges
from bookable.bookings.steps.history import change_state
from bookable.bookings.steps.locks import lock_bookings_of
from bookable.bookings.steps.seats import settle
from bookable.bookings.taking.placing import Placing, take
from bookable.bookings.taking.wishes import Wish
from bookable.bookings.taking.writing import event_data, write_claims, write_session
from bookable.errors import HoldExpired, IllegalTransition
from bookable.payments.models import Order
from bookable.transactions import Stale


def retake(
    order: Order | int,
    *,
    only_if: Callable[[Order], bool] | None = None,
    using: str | None = None,
) -> list[Booking]:
    """A payment came after its hold had expired: takes all its places again, or none.

    Notice and horizon don't matter, as they were kept when it was booked. `only_if` is asked under
    the lock of the order. Raises SlotTaken if one of the places is gone, HoldExpired if it is not
    to be, and IllegalTransition if no hold of the order has expired.
    """
    alias = using or router.db_for_write(Booking)
    key = order.pk if isinstance(order, Order) else order
    expired = list(
        Booking.objects.using(alias)
        .filter(order=key)
        .expired_holds()
        .select_related("session__service", "order")
        .order_by("session__start", "pk")
    )
    if not expired:
        raise IllegalTransition("retake", "")
    wishes = [_wish(one, alias) for one in expired]

    def write(placing: Placing) -> list[Booking]:
        known = {one.pk: one.session_id for one in expired}
        locked = {one.pk: one for one in lock_bookings_of(known, placing.sessions, using=alias)}
        if only_if is not None and not only_if(next(iter(locked.values())).order):
            raise HoldExpired
        for one, wish in zip(expired, wishes, strict=True):
            mine = locked[one.pk]
            if mine.state != State.EXPIRED:
                raise Stale
            place = placing.place(wish)
            mine.session, mine.freed_at = write_session(place), None
            after = State.REQUESTED if needs_approval(mine) else State.CONFIRMED
            data = event_data(mine)
            change_state(mine, "retake", after, SYSTEM, data=data, fields=["session"])
            write_claims(placing, place, mine.session, mine, None)
            settle(mine.session)
            restore_charges(mine)
        return [locked[one.pk] for one in expired]

    return take(wishes, write, using=alias, leaving=[one.session_id for one in expired])


def _wish(booking: Booking, using: str) -> Wish:
    question, service = question_of(booking, {}), booking.service
    override = as_far_as_known(_KEPT, service.rule_set)
    return wish_for(service, booking.session.start, None, question, using, override=override)


_KEPT = ("notice", "horizon", "customer_limit")
