from __future__ import annotations

from typing import Any

from bookable.errors import NoConsent
from bookable.money import Money
from bookable.payments.charge_saved import charge_again, charge_saved
from bookable.payments.models import Order, Payment, PaymentState, Purpose, SavedCard
from bookable.payments.settle import settle_if_asked
from bookable.payments.steps.locks import OrderLike, database, order_of
from bookable.payments.sums import set_aside

#: A charge in one of these may still be made.
_UNDER_WAY = (PaymentState.PENDING, PaymentState.ACTION_REQUIRED)


def collect(order: OrderLike, *, by: Any = None, using: str | None = None) -> Payment | None:
    """Charges what is owed for an order to the card that its customer agreed to have charged.

    For a fee for not coming, or for cancelling late. Whoever asks again for the same debt is told
    the same, so nobody is charged twice. None if nothing is owed, or somebody is paying it just
    now. Raises NoConsent without a card, and what `charge_saved()` raises.
    """
    alias = database(using)
    mine = order_of(order, alias)
    settle_if_asked(mine.pk, using=alias)
    for unanswered in _charges(mine).filter(state=PaymentState.CREATED):
        charge_again(unanswered, using=alias)
    owed = mine.balance - set_aside(mine)
    if owed <= Money.zero(mine.currency) or _is_being_paid(mine):
        return None
    card = SavedCard.objects.using(alias).filter(order=mine, forgotten_at=None).first()
    if card is None:
        raise NoConsent
    # what is owed in all stays the same when it is paid, and when that is given back
    key = f"collect:{mine.total.amount}:{card.uuid}"
    return charge_saved(card, owed, key=key, by=by, using=alias)


def _charges(order: Order) -> Any:
    return Payment.objects.using(order._state.db).filter(order=order).exclude(card=None)


def _is_being_paid(order: Order) -> bool:
    payments = Payment.objects.using(order._state.db).filter(order=order)
    at_a_page = payments.open().exclude(purpose=Purpose.CARD)
    return at_a_page.exists() or _charges(order).filter(state__in=_UNDER_WAY).exists()
