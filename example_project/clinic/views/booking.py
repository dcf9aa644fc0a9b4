"""A booking at its secret address: what it is, what it costs, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bookable.bookings.asking import question_of
from bookable.bookings.customers import customer_of
from bookable.bookings.hold import hold
from bookable.bookings.links import booking_of, manage_token
from bookable.errors import BookableError
from bookable.models import Booking
from clinic.booking_page import booking_context
from clinic.own import actor_for, hold_instead
from clinic.problems import problem_of
from clinic.views.errors import page, private


@private
@page()
def show(request: HttpRequest, token: str) -> HttpResponse:
    return page_of(request, token)


@private
@page("POST")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    return _do(request, token, Booking.confirm, "It is booked. Keep the address of this page.")


@private
@page("POST")
def ask_for_approval(request: HttpRequest, token: str) -> HttpResponse:
    return _do(request, token, Booking.request, "We have your request. Keep this page’s address.")


@private
@page("POST")
def need_more_time(request: HttpRequest, token: str) -> HttpResponse:
    return _do(request, token, Booking.extend_hold, "You have more time now.")


@private
@page("POST")
def hold_again(request: HttpRequest, token: str) -> HttpResponse:
    """The same time once more, with all that was said, after a hold ran out."""
    lost = booking_of(token)
    if request.method != "POST":
        return redirect("booking", token=token)
    try:
        [held] = hold_instead(request, lost.service, lambda: [_hold_like(lost, request)])
    except BookableError as error:
        return page_of(request, token, error)
    return redirect("booking", token=manage_token(held))


def _do(request: HttpRequest, token: str, verb: Callable[..., Booking], done: str) -> HttpResponse:
    """Uses a verb on the booking; then its page is shown, or says why not."""
    booking = booking_of(token)
    if request.method != "POST":
        return redirect("booking", token=token)
    try:
        verb(booking, by=actor_for(request, booking))
    except BookableError as error:
        return page_of(request, token, error)
    messages.success(request, done)
    return redirect("booking", token=token)


def _hold_like(lost: Booking, request: HttpRequest) -> Booking:
    asked: Any = question_of(lost, {})
    options = {name: asked.get(name) for name in ("provider", "duration", "channel", "place")}
    return hold(
        lost.service,
        lost.session.start,
        customer=customer_of(lost.order),
        by=actor_for(request, lost),
        answers=lost.answers,
        attendees=lost.attendees,
        note=lost.note,
        source=lost.source,
        seats=lost.seats,
        extras=asked["extras"],
        **options,
    )


def page_of(request: HttpRequest, token: str, error: BookableError | None = None) -> HttpResponse:
    """The page of a booking, and why something could not be done."""
    problem = problem_of(error) if error is not None else None
    context = {**booking_context(booking_of(token), token), "problem": problem}
    return render(request, "clinic/booking.html", context, status=409 if problem else 200)
