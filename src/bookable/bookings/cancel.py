from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from bookable.bookings.actors import Actor, acting_on
from bookable.bookings.freeing.leaving import leave
from bookable.bookings.models import Booking, BookingEvent, State
from bookable.bookings.states import check_transition
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.charging import quote_for_cancelling, take_back
from bookable.bookings.steps.history import change_state
from bookable.catalog.long_texts import refuse_long_texts
from bookable.errors import NotAllowed, TooLate
from bookable.money import Money
from bookable.timeline import clock


def cancel(
    booking: BookingLike,
    *,
    by: Any = None,
    reason: str = "",
    comment: str = "",
    waive_fee: bool | None = None,
    using: str | None = None,
) -> Booking:
    """Gives the place back, at what `cancellation_quote()` says.

    A customer pays what was agreed; whoever cancels on the business's side waives it, unless
    `waive_fee` is False. Raises TooLate for a customer once it has begun.
    """
    refuse_long_texts(BookingEvent, reason=reason)

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        if mine.state == State.CANCELLED:
            return
        check_transition("cancel", mine.state, State.CANCELLED)
        if actor.is_customer and mine.session.start <= clock.now():
            raise TooLate
        cancel_locked(mine, actor, reason=reason, comment=comment, waive_fee=waive_fee)

    return change(booking, work, using=using)


def cancel_locked(
    booking: Booking,
    actor: Actor,
    *,
    reason: str = "",
    comment: str = "",
    waive_fee: bool | None = None,
) -> None:
    """Cancels a booking that is locked with its session and its order."""
    quote = quote_for_cancelling(booking)
    fee = Money.zero(quote.fee.currency) if _is_waived(actor, waive_fee) else quote.fee
    take_back(booking, keep=fee, label=_("Cancellation fee"))
    leave(booking)
    data = {"fee": fee.amount, "refund": (quote.fee + quote.refund - fee).amount}
    change_state(
        booking, "cancel", State.CANCELLED, actor, reason=reason, comment=comment, data=data
    )


def _is_waived(actor: Actor, waive_fee: bool | None) -> bool:
    if not actor.is_customer:
        return waive_fee is not False
    if waive_fee:
        raise NotAllowed
    return False
