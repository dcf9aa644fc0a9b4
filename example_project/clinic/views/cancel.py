"""A booking is cancelled. First a page says exactly what that means."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bookable.bookings.links import booking_of
from bookable.errors import BookableError
from bookable.models import Booking
from bookable.money import total
from clinic.booking_page import booking_context
from clinic.giving_back import cancel_all, quote_of, together_with
from clinic.own import actor_for
from clinic.paying import back_after
from clinic.problems import Problem, problem_of
from clinic.views.errors import page, private


class CancelForm(forms.Form):
    comment = forms.CharField(
        label="Why?",
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    #: The fee that the page showed.
    fee = forms.IntegerField(required=False, widget=forms.HiddenInput)
    #: How many dates it said are given back.
    count = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def fits(self, bookings: list[Booking]) -> bool:
        """Whether that is so still."""
        if not self.is_valid():
            return False
        shown = self.cleaned_data["fee"], self.cleaned_data["count"] or 1
        return shown == (quote_of(bookings).fee.amount, len(bookings))


@private
@page("POST")
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    booking = booking_of(token)
    if request.method != "POST":
        return _page(request, token)
    form, together = CancelForm(request.POST), together_with(booking)
    if not form.fits(together):
        # a deadline has passed while the page was read, or it was confirmed
        problem = Problem("What it means to cancel has changed meanwhile. Please read it again.")
        return _page(request, token, problem)
    which = [booking] if "only" in request.POST else together
    comment = form.cleaned_data["comment"]
    try:
        cancel_all(which, by=actor_for(request, booking), comment=comment)
    except BookableError as error:
        return _page(request, token, problem_of(error))
    many = f"All {len(which)} dates are given back."
    messages.success(request, many if len(which) > 1 else "It is cancelled.")
    return redirect("booking", token=token)


def _page(request: HttpRequest, token: str, problem: Problem | None = None) -> HttpResponse:
    booking = booking_of(token)
    context = booking_context(booking, token)
    together = context["together"]
    quote = quote_of(together)
    context |= {
        "cost": total((one.cost for one in together), quote.fee.currency),
        "quote": quote,
        "back": back_after(booking, quote),
        "form": CancelForm(
            initial={"fee": quote.fee.amount, "count": len(together)}, label_suffix=""
        ),
        "problem": problem,
    }
    return render(request, "clinic/cancel.html", context, status=409 if problem else 200)
