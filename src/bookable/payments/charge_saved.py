from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import uuid5

from bookable.errors import (
    ActionRequired,
    Declined,
    InvalidRequest,
    NoConsent,
    NotSupported,
)
from bookable.money import Money
from bookable.payments.apply import apply
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.answers import PaymentSnapshot
from bookable.payments.gateways.questions import ChargeRequest
from bookable.payments.models import Payment, PaymentState, Purpose, SavedCard
from bookable.payments.settle import settle_if_asked
from bookable.payments.states import later_payment
from bookable.payments.steps.locks import (
    CardLike,
    card_of,
    database,
    lock_order,
    lock_payment,
    payment_of,
)
from bookable.payments.steps.record import record
from bookable.payments.steps.starting import describe
from bookable.timeline import clock
from bookable.transactions import in_own_transaction

_OVER = (PaymentState.FAILED, PaymentState.EXPIRED, PaymentState.CANCELLED)


def charge_saved(
    card: CardLike,
    amount: Money,
    *,
    key: str,
    by: Any = None,
    using: str | None = None,
) -> Payment:
    """Charges a card while its owner is away, as they agreed: once for each key of an order.

    Asked for again under the same key, it goes on with what was begun, or answers the same. Raises
    NoConsent, Declined, ActionRequired with an address for the owner to say yes at if there is one
    (else they pay it themselves, by `pay()`), and OutcomeUnknown: then ask again.
    """
    alias = database(using)

    begun = in_own_transaction(lambda: _begin(card, amount, key, by, alias), using=alias)
    if begun.state == PaymentState.FAILED:
        raise Declined(begun.failure)
    if begun.state == PaymentState.ACTION_REQUIRED:
        raise ActionRequired(begun.url)
    return charge_again(begun, using=alias)


def _begin(card: CardLike, amount: Money, key: str, by: Any, alias: str) -> Payment:
    """The charge of this key, begun now or before."""
    mine = card_of(card, alias)
    order = lock_order(mine.order_id, alias)
    name = uuid5(order.uuid, f"charge:{key}")
    known = Payment.objects.using(alias).filter(uuid=name).first()
    if known is not None:
        return known
    _refuse_without_consent(mine, amount)
    payment = Payment(
        uuid=name,
        order=order,
        purpose=Purpose.FEE,
        gateway=mine.gateway,
        currency=amount.currency,
        amount=amount.amount,
        card=mine,
        created=clock.now(),
    )
    payment.save(using=alias, force_insert=True)
    record(payment, "created", amount=payment.amount, by=by)
    return payment


def charge_again(payment: Payment, *, using: str | None = None) -> Payment:
    """Asks for a charge that was begun and not answered, under the same key."""
    alias = database(using)
    mine = payment_of(payment, alias)
    if mine.state != PaymentState.CREATED or mine.card is None:
        return mine
    asked_at = clock.now()
    try:
        told = get_gateway(mine.gateway).charge_saved(_request(mine, mine.card))
    except (Declined, NotSupported) as error:
        why = error.why
        in_own_transaction(lambda: _end(mine, PaymentState.FAILED, why), using=alias)
        raise
    except InvalidRequest as error:
        # it may be refused because it was made before, and the answer to that was lost
        asked_at, known = clock.now(), _known(mine)
        if known is None:
            why = error.why
            in_own_transaction(lambda: _end(mine, PaymentState.FAILED, why), using=alias)
            raise
        told = known
    except ActionRequired as error:
        # without an address nobody can say yes to this one any more
        url, why = error.url, error.code
        after = PaymentState.ACTION_REQUIRED if url else PaymentState.FAILED
        in_own_transaction(lambda: _end(mine, after, why, url), using=alias)
        raise
    fresh = apply(mine, told, asked_at=asked_at, using=alias)
    settle_if_asked(fresh.order_id, using=alias)
    if fresh.state == PaymentState.FAILED:
        raise Declined(fresh.failure)
    return payment_of(fresh, alias)


def _known(payment: Payment) -> PaymentSnapshot | None:
    """How it stands with a charge that the gateway may have made before."""
    with suppress(InvalidRequest):
        return get_gateway(payment.gateway).fetch(payment.ref)
    return None


def _refuse_without_consent(card: SavedCard, amount: Money) -> None:
    """What is or may be charged to it may not be more than was agreed to in all."""
    payments = Payment.objects.using(card._state.db).filter(card=card).exclude(state__in=_OVER)
    charged = sum(payments.values_list("amount", flat=True))
    is_agreed = amount.currency == card.currency and amount.amount > 0
    if card.forgotten_at is not None or not is_agreed or charged + amount.amount > card.limit:
        raise NoConsent


def _request(payment: Payment, card: SavedCard) -> ChargeRequest:
    return ChargeRequest(
        key=payment.reference,
        reference=payment.reference,
        money=payment.money,
        token=card.token,
        email=payment.order.email,
        description=describe(payment.order),
    )


def _end(payment: Payment, state: PaymentState, why: str, url: str = "") -> None:
    mine = lock_payment(payment)
    mine.state, mine.failure = later_payment(mine.state, state), why[:100]
    mine.url = url or mine.url
    data = {"failure": mine.failure} if why else {}
    record(mine, mine.state, data=data, fields=["state", "failure", "url"])
