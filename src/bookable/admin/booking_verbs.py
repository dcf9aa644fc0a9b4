"""What staff can do with a booking, and what each of it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookable.bookings.approve import approve
from bookable.bookings.cancel import cancel
from bookable.bookings.complete import complete
from bookable.bookings.confirm import confirm
from bookable.bookings.decline import decline
from bookable.bookings.mark_no_show import mark_no_show
from bookable.bookings.models import Booking, State
from bookable.bookings.policies import Agreed
from bookable.bookings.quoting import no_show_fee
from bookable.bookings.states import OPEN
from bookable.bookings.steps.charging import cost_of
from bookable.money import Money
from bookable.timeline import clock

WAIVE, CHARGE = "waive", "charge"


class VerbForm(forms.Form):
    """A verb that asks for nothing. `waives` says whether the user may let customers off a fee."""

    def __init__(self, *args: Any, waives: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not waives and "fee" in self.fields:
            self.fields["fee"] = _fee_field([_CHOICE_CHARGE])

    def details(self) -> dict[str, Any]:
        """As the verb takes them."""
        found = dict(self.cleaned_data)
        fee = found.pop("fee", None)
        return found if fee is None else {**found, "waive_fee": fee == WAIVE}


def _comment_field(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Comment"),
        required=required,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Kept in the history, where the customer can read it."),
    )


def _fee_field(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Fee"),
        choices=choices,
        initial=choices[0][0],
        widget=forms.RadioSelect,
    )


_CHOICE_WAIVE = (WAIVE, gettext_lazy("Without a fee"))
_CHOICE_CHARGE = (CHARGE, gettext_lazy("With the fee that was agreed"))


class CommentForm(VerbForm):
    comment = _comment_field(required=False)


class CancelForm(VerbForm):
    fee = _fee_field([_CHOICE_WAIVE, _CHOICE_CHARGE])
    comment = _comment_field(required=True)


class NoShowForm(VerbForm):
    fee = _fee_field([_CHOICE_CHARGE, _CHOICE_WAIVE])
    comment = _comment_field(required=False)


class CompleteForm(VerbForm):
    outcome = forms.CharField(
        label=gettext_lazy("Outcome"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=gettext_lazy("What came of it, in a few words."),
    )
    private_notes = forms.CharField(
        label=gettext_lazy("Private notes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Never shown to customers."),
    )


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing that can be done, as a button and as an action on many."""

    name: str
    label: Any
    done: Any
    run: Callable[..., Booking]
    states: tuple[State, ...]
    form: type[VerbForm] = VerbForm
    outcome: Callable[[Booking], str] = lambda _booking: ""
    only_after_start: bool = False

    def fits(self, booking: Booking) -> bool:
        """Whether it is offered; the verb itself decides in the end."""
        has_begun = booking.session.start <= clock.now()
        return booking.status in self.states and (has_begun or not self.only_after_start)

    def initial(self, booking: Booking) -> Mapping[str, Any]:
        names = {"outcome", "private_notes"} & set(self.form.base_fields)
        return {name: getattr(booking, name) for name in names}


def _cancelling(booking: Booking) -> str:
    quote = booking.cancellation_quote()
    return _agreed(quote.fee, quote.fee + quote.refund)


def _not_coming(booking: Booking) -> str:
    cost = cost_of(booking)
    return _agreed(no_show_fee(Agreed.read(booking.policy), cost), cost)


def _agreed(fee: Money, cost: Money) -> str:
    if not fee:
        return _("No fee was agreed for this.")
    return _("The agreed fee is %(fee)s of %(cost)s.") % {"fee": fee, "cost": cost}


VERBS = (
    Verb(
        name="confirm",
        label=gettext_lazy("Confirm"),
        done=gettext_lazy("Confirmed."),
        run=confirm,
        states=(State.HELD,),
    ),
    Verb(
        name="approve",
        label=gettext_lazy("Approve"),
        done=gettext_lazy("Approved."),
        run=approve,
        states=(State.REQUESTED,),
        form=CommentForm,
    ),
    Verb(
        name="decline",
        label=gettext_lazy("Decline"),
        done=gettext_lazy("Declined."),
        run=decline,
        states=(State.REQUESTED,),
        form=CommentForm,
    ),
    Verb(
        name="complete",
        label=gettext_lazy("It took place"),
        done=gettext_lazy("Noted that it took place."),
        run=complete,
        states=(State.CONFIRMED, State.NO_SHOW, State.COMPLETED),
        form=CompleteForm,
        only_after_start=True,
    ),
    Verb(
        name="no-show",
        label=gettext_lazy("Did not come"),
        done=gettext_lazy("Noted that the customer did not come."),
        run=mark_no_show,
        states=(State.CONFIRMED, State.COMPLETED),
        form=NoShowForm,
        outcome=_not_coming,
        only_after_start=True,
    ),
    Verb(
        name="cancel",
        label=gettext_lazy("Cancel"),
        done=gettext_lazy("Cancelled."),
        run=cancel,
        states=OPEN,
        form=CancelForm,
        outcome=_cancelling,
    ),
)
