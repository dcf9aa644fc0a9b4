from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from bookable.errors import Declined, InvalidRequest, NotSupported, TryAgain
from bookable.money import Money
from bookable.payments.addresses import return_address
from bookable.payments.choosing import chosen
from bookable.payments.close import close
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.answers import CheckoutSession
from bookable.payments.gateways.questions import CardSetupRequest
from bookable.payments.models import Order, Payment, PaymentState, Purpose
from bookable.payments.pay import Checkout
from bookable.payments.states import later_payment
from bookable.payments.steps.failing import fail
from bookable.payments.steps.locks import (
    OrderLike,
    database,
    lock_order,
    lock_payment,
    order_of,
    payment_of,
)
from bookable.payments.steps.opening import Consent, check_consent, kept, words_of
from bookable.payments.steps.record import record
from bookable.payments.steps.starting import describe
from bookable.payments.velocity import Attempt, check_velocity
from bookable.timeline import clock
from bookable.transactions import in_own_transaction

#: So long the page is open where the gateway doesn't say.
_OPEN_FOR = timedelta(hours=24)


def save_card(
    order: OrderLike,
    gateway: str | None = None,
    *,
    consent: Consent,
    return_url: str,
    cancel_url: str,
    by: Any = None,
    using: str | None = None,
) -> Checkout:
    """Begins to keep a card of the customer's, to be charged later as they agree; nothing is paid.

    It is kept once they return. Another page that is still open for the order is gone on with if
    the same is agreed to there, and closed first if not. Never within a transaction. Raises
    NoConsent if nothing could be charged, GatewayNotOffered, NotSupported where a card can be kept
    with a payment only, TooManyAttempts, and what the gateway raises.
    """
    alias = database(using)
    mine = order_of(order, alias)
    check_consent(consent, mine.currency)
    name, zero = chosen(mine, gateway), Money.zero(mine.currency)
    check_velocity(Attempt(order=mine, gateway=name, money=zero, by=by))
    new = Payment(
        order=mine,
        purpose=Purpose.CARD,
        gateway=name,
        currency=mine.currency,
        amount=0,
        consent=kept(consent),
        return_url=return_url,
        cancel_url=cancel_url,
        closes_at=clock.now() + _OPEN_FOR,
        open_key=f"card:{mine.pk}",
        created=clock.now(),
    )
    begun = in_own_transaction(lambda: _begin(new, by, alias), using=alias)
    if begun.uuid != new.uuid and not _is_same(begun, new):
        close(begun, using=alias)
        begun = in_own_transaction(lambda: _begin(new, by, alias), using=alias)
        if begun.uuid != new.uuid:
            raise TryAgain
    return _start(begun, alias)


def _begin(payment: Payment, by: Any, using: str) -> Payment:
    """The attempt, or another that is open; nothing of the order is held for it."""
    lock_order(payment.order_id, using)
    known = Payment.objects.using(using).filter(open_key=payment.open_key).first()
    if known is not None:
        return known
    payment.pk = None
    payment.save(using=using, force_insert=True)
    record(payment, "created", amount=0, by=by)
    return payment


def _is_same(known: Payment, wanted: Payment) -> bool:
    agreed = [(one.gateway, words_of(one.consent)) for one in (known, wanted)]
    is_open = known.closes_at is None or known.closes_at > clock.now()
    return is_open and agreed[0] == agreed[1]


def _start(payment: Payment, using: str) -> Checkout:
    if payment.url:
        return Checkout(url=payment.url, payment=payment)
    try:
        session = get_gateway(payment.gateway).start_card_setup(_request(payment))
    except (Declined, InvalidRequest, NotSupported) as error:
        why = error.why
        in_own_transaction(lambda: fail(lock_payment(payment), why), using=using)
        if isinstance(error, NotSupported):
            message = _("This way to pay keeps a card only together with a payment.")
            raise NotSupported(error.capability, message=message) from error
        raise
    in_own_transaction(lambda: _started(payment, session), using=using)
    fresh = payment_of(payment, using)
    return Checkout(url=session.url or payment.return_url, payment=fresh, widget=session.widget)


def _request(payment: Payment) -> CardSetupRequest:
    order: Order = payment.order
    return CardSetupRequest(
        key=payment.reference,
        reference=payment.reference,
        currency=payment.currency,
        email=order.email,
        name=order.name,
        language=order.language,
        description=describe(order),
        return_url=return_address(payment),
        cancel_url=payment.cancel_url,
    )


def _started(payment: Payment, session: CheckoutSession) -> None:
    mine = lock_payment(payment)
    mine.checkout, mine.url = session.ref.checkout, session.url
    mine.closes_at = session.expires_at or mine.closes_at
    mine.state = later_payment(mine.state, PaymentState.PENDING)
    fields = ["checkout", "url", "closes_at", "state"]
    record(mine, PaymentState.PENDING, amount=0, fields=fields)
