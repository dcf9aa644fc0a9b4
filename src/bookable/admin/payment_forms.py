"""What is asked for before money is given back or taken."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from bookable.admin.money_field import MinorUnitsField, set_currency
from bookable.admin.row_verbs import RowForm
from bookable.payments.models import Payment
from bookable.payments.telling import REFUND_REASONS


def new_key() -> str:
    return uuid4().hex


class AmountForm(RowForm):
    """An amount in the payment's currency; the verb decides whether there is so much."""

    amount = MinorUnitsField(label=_("Amount"))

    def __init__(self, *args: Any, row: Payment, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        set_currency(self, row.currency)
        self.fields["amount"].initial = self.proposed(row)

    def proposed(self, payment: Payment) -> int:
        raise NotImplementedError


class TakeForm(AmountForm):
    def proposed(self, payment: Payment) -> int:
        most, balance = payment.set_aside, payment.order.balance
        return min(most, balance).amount if balance.amount > 0 else most.amount


class GiveBackForm(AmountForm):
    """Its key makes it one refund, however often the form is sent."""

    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[("", "---------"), *REFUND_REASONS.items()]
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "class": "vLargeTextField"}),
        help_text=_("For your colleagues; the customer is not shown it."),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=64, initial=new_key)

    def proposed(self, payment: Payment) -> int:
        # fees that the gateway took besides stay where they are, unless somebody says otherwise
        return max(0, payment.refundable.amount - payment.surcharge)

    def begin_anew(self) -> None:
        self.data = {**self.data.dict(), "key": new_key()}  # type: ignore[attr-defined]
