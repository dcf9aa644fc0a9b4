"""What somebody who is signed in has booked."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bookable.bookings.links import manage_token
from bookable.bookings.serving import with_serving
from bookable.models import Booking, WaitingEntry, WaitingState
from bookable.timeline import clock
from clinic.booking_page import people_of, zone_of
from clinic.views.errors import page, private
from clinic.waiting_links import waiting_token

_PAST = 10


@login_required
@private
@page()
def mine(request: HttpRequest) -> HttpResponse:
    rows = with_serving(Booking.objects.filter(order__user=request.user.pk))
    ahead = rows.ahead().order_by("session__start")
    past = rows.exclude(pk__in=ahead.values("pk")).order_by("-session__start")[:_PAST]
    waiting = WaitingEntry.objects.filter(
        user=request.user.pk, state__in=[WaitingState.WAITING, WaitingState.OFFERED]
    )
    context = {
        "ahead": [_line(booking) for booking in ahead],
        "past": [_line(booking) for booking in past],
        "waiting": [(entry, waiting_token(entry)) for entry in waiting.select_related("service")],
        "now": clock.now(),
    }
    return render(request, "clinic/mine.html", context)


def _line(booking: Booking) -> dict[str, object]:
    return {
        "booking": booking,
        "token": manage_token(booking),
        "zone": zone_of(booking),
        "people": people_of(booking),
    }
