from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bookable.conf import settings
from bookable.errors import (
    AlreadyPaid,
    GatewayError,
    InvalidRequest,
    OutcomeUnknown,
    TooFarAhead,
    TryAgain,
)
from bookable.money import Money
from bookable.payments.choosing import chosen
from bookable.payments.close import close
from bookable.payments.gateways import get_gateway
from bookable.payments.kinds import kinds
from bookable.payments.models import Order, Payment
from bookable.payments.settle import secure, settle_if_asked
from bookable.payments.steps.locks import OrderLike, database, order_of, payment_of
from bookable.payments.steps.opening import Consent, Plan, check_consent, open_attempt
from bookable.payments.steps.starting import is_begun, start
from bookable.payments.velocity import Attempt, check_velocity
from bookable.timeline import clock
from bookable.transactions import in_own_transaction

#: An attempt that is in the way is closed first, and somebody may be quicker with the next.
_MOST_TRIES = 4
#: After this nobody waits for a gateway's first answer any more, in another tab for instance.
_LONGEST_ANSWER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """Where the customer goes on: a page of the gateway, what a widget needs, or back to the site.

    `payment` is None if nothing had to be paid.
    """

    url: str
    payment: Payment | None = None
    widget: Mapping[str, Any] = field(default_factory=dict)


def pay(
    order: OrderLike,
    gateway: str | None = None,
    *,
    return_url: str,
    cancel_url: str,
    amount: Money | None = None,
    takes_at_once: bool = True,
    consent: Consent | None = None,
    by: Any = None,
    using: str | None = None,
) -> Checkout:
    """Begins to pay an order: what is due now, or else all that is left of it.

    While somebody pays, nobody else can take what it is for. Another attempt that is still open is
    gone on with if it is the same, and closed first if it isn't. Never within a transaction, as
    what is asked of a gateway must be kept: raises TransactionOpen. Raises HoldExpired,
    AlreadyPaid, NoConsent, GatewayNotOffered, TooManyAttempts, TooFarAhead for money that would
    only be set aside and lapse before it is earned, and what the gateway raises.
    """
    alias = database(using)
    mine = order_of(order, alias)
    if not mine.due_first and not mine.balance:
        return _free(mine, return_url, alias)
    # what others put on the order may take off more than what is due first
    wanted = amount or min(mine.due_now or mine.balance, mine.balance)
    if not Money.zero(mine.currency) < wanted <= mine.balance:
        raise AlreadyPaid
    if consent is not None:
        check_consent(consent, mine.currency)
    plan = Plan(
        gateway=chosen(mine, gateway),
        money=wanted,
        takes_at_once=takes_at_once,
        consent=consent,
        return_url=return_url,
        cancel_url=cancel_url,
        by=by,
    )
    if not takes_at_once:
        _refuse_what_lapses(mine, plan.gateway)
    for _attempt in range(_MOST_TRIES):
        found = _go_on(mine, plan, alias)
        if found is not None:
            return found
    raise TryAgain


def _refuse_what_lapses(order: Order, gateway: str) -> None:
    """Money that was set aside must not lapse before it is earned."""
    lasts = get_gateway(gateway).sets_aside_for
    ends = [end for kind in kinds() if (end := kind.needed_until(order)) is not None]
    if lasts is not None and ends and max(ends) > clock.now() + lasts:
        raise TooFarAhead


def _free(order: Order, return_url: str, using: str) -> Checkout:
    """There is nothing to pay: what was held is promised at once, if it is still there."""
    until = clock.now() + timedelta(minutes=settings.HOLD_MINUTES)

    def work() -> None:
        for kind in kinds():
            kind.opened(order, until)

    in_own_transaction(work, using=using)
    secure(order)
    return Checkout(url=return_url)


def _go_on(order: Order, plan: Plan, using: str) -> Checkout | None:
    """The next step that brings the customer to a page; None if another one is to follow."""
    check_velocity(Attempt(order=order, gateway=plan.gateway, money=plan.money, by=plan.by))
    payment, is_new = in_own_transaction(lambda: open_attempt(order, plan), using=using)
    if not plan.fits(payment):
        return _unless_over(close(payment, using=using), plan)
    if payment.url:
        return Checkout(url=payment.url, payment=payment)
    try:
        session = start(payment, using=using)
    except (InvalidRequest, OutcomeUnknown) as error:
        if not (is_begun(payment, using=using) or (not is_new and _gave_up(payment, error, using))):
            raise
        return None
    fresh = payment_of(payment, using)
    if not fresh.is_open:
        return _unless_over(fresh, plan)
    settle_if_asked(fresh.order_id, using=using)
    return Checkout(url=session.url or plan.return_url, payment=fresh, widget=session.widget)


def _gave_up(payment: Payment, error: GatewayError, using: str) -> bool:
    """Whether an attempt that was begun before is over, so that another one may begin.

    Some gateways repeat a failure of theirs for a day, so what they never answered is not asked for
    for ever. Nobody has seen its page.
    """
    if isinstance(error, InvalidRequest):
        return True
    if payment.created > clock.now() - _LONGEST_ANSWER:
        return False
    return not close(payment, using=using).is_open


def _unless_over(payment: Payment, plan: Plan) -> Checkout | None:
    """Back to the site if an attempt was paid, or is about to be; None if another may begin."""
    is_paid = payment.captured or payment.set_aside
    return Checkout(url=plan.return_url, payment=payment) if is_paid or payment.is_open else None
