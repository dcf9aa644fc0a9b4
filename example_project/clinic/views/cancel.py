"""A booking is cancelled. First a page says exactly what that means."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bookable.bookings.links import booking_of
from bookable.errors import BookableError
from clinic.booking_page import booking_context
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


@private
@page("POST")
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    booking = booking_of(token)
    if request.method != "POST":
        return _page(request, token)
    form = CancelForm(request.POST)
    quote = booking.cancellation_quote()
    if not form.is_valid() or form.cleaned_data["fee"] != quote.fee.amount:
        # a deadline has passed while the page was read
        problem = Problem("What it costs to cancel has changed meanwhile. Please read it again.")
        return _page(request, token, problem)
    comment = form.cleaned_data["comment"]
    try:
        booking.cancel(by=actor_for(request, booking), comment=comment)
    except BookableError as error:
        return _page(request, token, problem_of(error))
    messages.success(request, "It is cancelled.")
    return redirect("booking", token=token)


def _page(request: HttpRequest, token: str, problem: Problem | None = None) -> HttpResponse:
    booking = booking_of(token)
    quote = booking.cancellation_quote()
    context = {
        **booking_context(booking, token),
        "quote": quote,
        "back": back_after(booking, quote),
        "form": CancelForm(initial={"fee": quote.fee.amount}, label_suffix=""),
        "problem": problem,
    }
    return render(request, "clinic/cancel.html", context, status=409 if problem else 200)
