"""Asks a gateway for the page on which an attempt is paid, and keeps what it answers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bookable.errors import (
    Declined,
    GatewayError,
    InvalidRequest,
    NotSupported,
    OutcomeUnknown,
)
from bookable.payments.addresses import return_address
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.answers import CheckoutSession
from bookable.payments.gateways.questions import CheckoutRequest
from bookable.payments.kinds import kinds
from bookable.payments.models import Order, Payment, PaymentState
from bookable.payments.states import later_payment
from bookable.payments.steps.failing import fail
from bookable.payments.steps.locks import lock_payment, payment_of
from bookable.payments.steps.record import record
from bookable.timeline import clock
from bookable.transactions import in_own_transaction


def start(payment: Payment, *, using: str) -> CheckoutSession:
    """The page; asked for again under the same key it is the same one.

    What the gateway refuses is over. If it is out of reach, the attempt is gone on with when the
    customer tries again, and until then nothing is kept for longer than before. Where somebody else
    has got the page meanwhile, in another tab, theirs stands.
    """
    try:
        session = get_gateway(payment.gateway).start_checkout(_request(payment))
    except (Declined, InvalidRequest, NotSupported) as error:
        why = error.why
        if in_own_transaction(lambda: _refused(payment, why), using=using):
            _let_go(payment)
        raise
    except GatewayError as error:
        if not is_begun(payment, using=using):
            _let_go(payment)
        if isinstance(error, OutcomeUnknown):
            # no page was seen, so nobody can have paid: they may try again
            raise OutcomeUnknown(error.detail, message=GatewayError.message) from error
        raise
    in_own_transaction(lambda: _started(payment, session), using=using)
    return session


def is_begun(payment: Payment, *, using: str) -> bool:
    """Whether somebody has the page of an attempt that is still open."""
    fresh = payment_of(payment, using)
    return fresh.is_open and bool(fresh.url)


def describe(order: Order) -> str:
    """What a payment is for, in a few words that a customer knows again on a bank's statement."""
    lines = order.lines.using(order._state.db).filter(unit_amount__gt=0).order_by("pk")
    labels = list(dict.fromkeys(lines.values_list("label", flat=True)))
    return ", ".join(labels)[:200] or _("Booking")


def _request(payment: Payment) -> CheckoutRequest:
    order = payment.order
    return CheckoutRequest(
        key=payment.reference,
        reference=payment.reference,
        money=payment.money,
        email=order.email,
        name=order.name,
        language=order.language,
        description=describe(order),
        return_url=return_address(payment),
        cancel_url=payment.cancel_url,
        expires_at=payment.expires_at or clock.now(),
        capture=payment.takes_at_once,
        save_card=payment.consent is not None,
    )


def _started(payment: Payment, session: CheckoutSession) -> None:
    mine = lock_payment(payment)
    if mine.checkout == session.ref.checkout and mine.url:
        return
    mine.checkout, mine.external = session.ref.checkout, mine.external or session.ref.external
    if not mine.is_open:  # given up meanwhile; the page is shown to nobody
        mine.save(using=mine._state.db, update_fields=["checkout", "external", "modified"])
        return
    mine.url = session.url
    mine.state = later_payment(mine.state, PaymentState.PENDING)
    fields = ["checkout", "external", "url", "state"]
    record(mine, PaymentState.PENDING, amount=mine.amount, fields=fields)


def _refused(payment: Payment, why: str) -> bool:
    """Notes that nobody can pay this; False if somebody else has the page, and can."""
    mine = lock_payment(payment)
    if mine.url or not mine.is_open:
        return False
    fail(mine, why)
    return True


def _let_go(payment: Payment) -> None:
    for kind in kinds():
        kind.released(payment.order, payment.closes_at or clock.now())
