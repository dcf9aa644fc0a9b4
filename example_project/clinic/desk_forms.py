"""What somebody at the desk can do with a booking: a small form for each verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms

from bookable.bookings.policies import Agreed
from bookable.bookings.quoting import no_show_fee
from bookable.models import Booking, State
from bookable.timeline import clock


class DeskForm(forms.Form):
    """`verb` is the library's, `states` are those in which it is offered."""

    name: ClassVar[str] = ""
    label: ClassVar[str] = ""
    verb: ClassVar[Callable[..., Booking]]
    states: ClassVar[tuple[State, ...]] = ()
    only_after_start: ClassVar[bool] = False

    def __init__(self, booking: Booking, data: Any = None) -> None:
        super().__init__(data, prefix=self.name, label_suffix="")
        self.booking = booking

    @classmethod
    def fits(cls, booking: Booking) -> bool:
        has_begun = booking.session.start <= clock.now()
        return booking.status in cls.states and (has_begun or not cls.only_after_start)

    @property
    def meaning(self) -> str:
        """What it costs the customer, where it does."""
        return ""

    def details(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def run(self, by: Any) -> Booking:
        return type(self).verb(self.booking, by=by, **self.details())


def _words(label: str, help_text: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=1000,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": "Please say why."},
    )


READ = "The customer can read it."


class Approve(DeskForm):
    name, label, verb, states = "approve", "Approve", Booking.approve, (State.REQUESTED,)
    comment = _words("A word on it", READ)


class Decline(DeskForm):
    name, label, verb, states = "decline", "Decline", Booking.decline, (State.REQUESTED,)
    comment = _words("Why not?", READ)


class Complete(DeskForm):
    name, label, verb = "complete", "It took place", Booking.complete
    states = (State.CONFIRMED, State.NO_SHOW)
    only_after_start = True
    outcome = forms.CharField(label="What came of it", required=False, max_length=100)
    private_notes = _words("Private notes", "Customers never see them.")

    def details(self) -> dict[str, Any]:
        return {name: text for name, text in self.cleaned_data.items() if text}


class NoShow(DeskForm):
    name, label, verb = "no-show", "Nobody came", Booking.mark_no_show
    states = (State.CONFIRMED, State.COMPLETED)
    only_after_start = True
    comment = _words("A word on it", READ)

    @property
    def meaning(self) -> str:
        cost = self.booking.cost
        fee = no_show_fee(Agreed.read(self.booking.policy), cost)
        if not fee:
            return "It costs them nothing."
        lost = f"the full price of {cost}" if fee == cost else f"{fee} of {cost}"
        return f"They lose {lost}, as was agreed."


class Cancel(DeskForm):
    name, label, verb = "cancel", "Cancel it", Booking.cancel
    states = (State.HELD, State.REQUESTED, State.CONFIRMED)
    comment = _words("Why?", READ, required=True)
    charge = forms.BooleanField(label="Charge the fee that was agreed", required=False)

    def __init__(self, booking: Booking, data: Any = None) -> None:
        super().__init__(booking, data)
        fee = booking.cancellation_quote().fee
        if fee:
            self.fields["charge"].label = f"Charge the fee that was agreed, {fee}"
            self.fields["charge"].is_asked_for = True  # type: ignore[attr-defined]
        else:
            del self.fields["charge"]

    def details(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"comment": given["comment"], "waive_fee": not given.get("charge", False)}


FORMS: dict[str, type[DeskForm]] = {
    form.name: form for form in (Approve, Decline, Complete, NoShow, Cancel)
}
