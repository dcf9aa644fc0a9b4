"""What is due first is paid on the page of a gateway, from where the customer comes back."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from bookable.bookings.links import booking_of
from bookable.errors import BookableError
from clinic.booking_page import booking_context
from clinic.paying import standing_of
from clinic.views.booking import page_of
from clinic.views.errors import page, private


@transaction.non_atomic_requests  # what a gateway is asked for must be kept, whatever comes after
@private
@page("POST")
def pay(request: HttpRequest, token: str) -> HttpResponse:
    """Leads to the gateway's page."""
    booking = booking_of(token)
    if request.method != "POST":
        return redirect("booking", token=token)
    back, given_up = (
        request.build_absolute_uri(reverse(name, args=[token])) for name in ("paid", "booking")
    )
    try:
        checkout = booking.order.pay(return_url=back, cancel_url=given_up, by=request.user)
    except BookableError as error:
        return page_of(request, token, error)
    return redirect(checkout.url)


@private
@page()
def paid(request: HttpRequest, token: str) -> HttpResponse:
    """How it stands, once the customer is back."""
    booking = booking_of(token)
    context = {**booking_context(booking, token), "standing": standing_of(booking)}
    return render(request, "clinic/paid.html", context)
