"""What staff can do with a payment."""

from __future__ import annotations

from typing import Any
from uuid import uuid5

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookable.admin.payment_forms import GiveBackForm, TakeForm
from bookable.admin.payment_texts import waiting_money
from bookable.admin.row_verbs import Facts, Outcome, RowVerb
from bookable.errors import NotRefundable
from bookable.money import Money
from bookable.payments.accept import accept
from bookable.payments.capture import capture
from bookable.payments.models import Payment, PaymentState, Refund, RefundState
from bookable.payments.refresh import refresh
from bookable.payments.refund import refund
from bookable.payments.settle import settle_if_asked
from bookable.payments.states import LOST_REFUNDS
from bookable.payments.steps.locks import database
from bookable.payments.void import void


def _give_back(
    payment: Payment, *, by: Any, amount: int, reason: str, comment: str, key: str
) -> Outcome:
    if payment.set_aside and not payment.captured:
        raise NotRefundable(payment.refundable)  # it would be let go, which is another permission
    known = payment.refunds.filter(uuid=uuid5(payment.uuid, key)).exists()
    money = Money(amount, payment.currency)
    made = refund(payment, money, reason=reason, comment=comment, key=key, by=by)
    if made is None:
        raise NotRefundable(Money.zero(payment.currency))
    return _outcome(made, is_new=not known)


def _outcome(made: Refund, *, is_new: bool) -> Outcome:
    words = {"amount": made.money, "why": made.failure}
    if made.state in LOST_REFUNDS:
        text = _("Giving back %(amount)s failed. %(why)s") % words
        return Outcome(text.strip(), messages.ERROR, has_failed=True)
    if made.state == RefundState.SUCCEEDED:
        return Outcome(_("%(amount)s was given back.") % words, is_new=is_new)
    if made.state == RefundState.PENDING:
        return Outcome(_("%(amount)s is on its way back.") % words, is_new=is_new)
    if made.state == RefundState.NEEDS_ATTENTION:
        text = _("Giving back %(amount)s needs somebody to see to it.") % words
        return Outcome(text, messages.WARNING, is_new=is_new)
    text = _("The gateway has not answered yet; it is asked again for %(amount)s by itself.")
    return Outcome(text % words, messages.WARNING, is_new=is_new)


def _look_again(payment: Payment, *, by: Any) -> Outcome:
    fresh = refresh(payment)
    text = _("The gateway was asked. The payment: %(state)s.")
    return Outcome(text % {"state": fresh.get_state_display()})


def _take(payment: Payment, *, by: Any, amount: int) -> Outcome:
    fresh = capture(payment, Money(amount, payment.currency), by=by)
    taken = Money(fresh.captured, fresh.currency)
    return Outcome(_("%(amount)s was taken.") % {"amount": taken})


def _let_go(payment: Payment, *, by: Any) -> Outcome:
    most = payment.set_aside
    void(payment, by=by)
    settle_if_asked(payment.order_id, using=database(None))
    return Outcome(_("%(amount)s was let go.") % {"amount": most})


def _accept(payment: Payment, *, by: Any) -> Outcome:
    fresh = accept(payment, by=by)
    if not fresh.captured:
        return Outcome(_("%(amount)s counts as set aside.") % {"amount": fresh.set_aside})
    taken = Money(fresh.captured, fresh.currency)
    return Outcome(_("%(amount)s counts as paid.") % {"amount": taken})


def _is_odd(payment: Payment) -> bool:
    is_there = payment.captured or payment.authorized
    return payment.state == PaymentState.REVIEW and bool(is_there)


def _stands(payment: Payment) -> Facts:
    return [
        (_("state"), payment.get_state_display()),
        (_("asked for"), payment.money),
        (_("set aside"), waiting_money(payment)),
        (_("taken"), Money(payment.captured, payment.currency)),
    ]


def _left(payment: Payment) -> Facts:
    currency = payment.currency
    return [
        (_("taken"), Money(payment.captured, currency)),
        (_("given back, or on its way"), Money(payment.reserved, currency)),
        (_("disputed"), Money(payment.disputed, currency)),
        (_("fees on top"), Money(payment.surcharge, currency)),
        (_("left to give back"), payment.refundable),
        (_("paid for the order"), payment.order.paid),
        (_("owed for the order"), payment.order.total),
    ]


VERBS = (
    RowVerb(
        name="give-back",
        label=gettext_lazy("Give back"),
        permission="bookable.refund_payment",
        run=_give_back,
        form=GiveBackForm,
        fits=lambda payment: bool(payment.refundable),
        facts=_left,
    ),
    RowVerb(
        name="look-again",
        label=gettext_lazy("Look again"),
        explanation=gettext_lazy("Asks the gateway how it stands with this payment."),
        permission="bookable.change_payment",
        run=_look_again,
        facts=_stands,
    ),
    RowVerb(
        name="take",
        label=gettext_lazy("Take"),
        explanation=gettext_lazy("Takes money that was set aside; the rest of it is let go."),
        permission="bookable.capture_payment",
        run=_take,
        form=TakeForm,
        fits=lambda payment: bool(payment.set_aside),
        facts=_stands,
    ),
    RowVerb(
        name="let-go",
        label=gettext_lazy("Let go"),
        explanation=gettext_lazy("Lets go of all the money that was set aside."),
        permission="bookable.capture_payment",
        run=_let_go,
        fits=lambda payment: bool(payment.set_aside),
        facts=_stands,
    ),
    RowVerb(
        name="accept",
        label=gettext_lazy("Accept"),
        explanation=gettext_lazy(
            "The amount is not what was asked for. Accepted, it counts as it is."
        ),
        permission="bookable.accept_payment",
        run=_accept,
        fits=_is_odd,
        facts=_stands,
    ),
)
