"""What is due first is paid on the page of a gateway, from where the customer comes back."""

from __future__ import annotations

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from bookable.bookings.links import booking_of
from bookable.errors import BookableError
from clinic.booking_page import booking_context
from clinic.paying import due_first, standing_of, why_not_paid
from clinic.problems import problem_of
from clinic.views.booking import page_of
from clinic.views.errors import page, private


class PayForm(forms.Form):
    #: What the button said, in the currency's smallest unit.
    amount = forms.IntegerField()


@transaction.non_atomic_requests  # what a gateway is asked for must be kept, whatever comes after
@private
@page("POST")
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Leads to the gateway's page, where just that is paid which the button said."""
    booking = booking_of(token)
    if request.method != "POST":
        return redirect("booking", token=token)
    form, due = PayForm(request.POST), due_first(booking.order)
    if not (form.is_valid() and due and form.cleaned_data["amount"] == due.amount):
        # it was paid in another tab, for instance
        return page_of(request, token, why_not_paid(booking))
    back, given_up = (
        request.build_absolute_uri(reverse(name, args=[token])) for name in ("paid", "booking")
    )
    try:
        checkout = booking.order.pay(
            return_url=back, cancel_url=given_up, amount=due, by=request.user
        )
    except BookableError as error:
        return page_of(request, token, problem_of(error))
    return redirect(checkout.url)


@private
@page()
def paid(request: HttpRequest, token: str) -> HttpResponse:
    """How it stands, once the customer is back."""
    booking = booking_of(token)
    context = {**booking_context(booking, token), "standing": standing_of(booking)}
    return render(request, "clinic/paid.html", context)
