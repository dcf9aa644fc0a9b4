"""A booking at its secret address: what it is, what it costs, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from bookable.bookings.asking import question_of
from bookable.bookings.customers import customer_of
from bookable.bookings.hold import hold
from bookable.bookings.links import booking_of, manage_token
from bookable.errors import BookableError, TooOften
from bookable.models import Booking, State
from bookable.timeline import clock
from clinic.asking import query_of
from clinic.booking_page import booking_context
from clinic.more_time import is_later
from clinic.own import actor_for, hold_instead, own_holds
from clinic.problems import Problem, problem_of
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
    """Says what came of it: within a minute there is nothing more to be had."""
    booking = booking_of(token)
    if request.method != "POST":
        return redirect("booking", token=token)
    before = booking.expires_at
    try:
        after = booking.extend_hold(by=actor_for(request, booking)).expires_at
    except TooOften:
        return page_of(request, token, Problem("You have had all the time that we can give."))
    except BookableError as error:
        return page_of(request, token, problem_of(error))
    if is_later(after, before):
        messages.success(request, "You have more time now.")
    else:
        messages.info(request, "You have all the time that we can give just now.")
    return redirect("booking", token=token)


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
        return page_of(request, token, problem_of(error))
    return redirect("booking", token=manage_token(held))


def _do(request: HttpRequest, token: str, verb: Callable[..., Booking], done: str) -> HttpResponse:
    """Uses a verb on the booking; then its page is shown, or says why not."""
    booking = booking_of(token)
    if request.method != "POST":
        return redirect("booking", token=token)
    try:
        verb(booking, by=actor_for(request, booking))
    except BookableError as error:
        return page_of(request, token, problem_of(error))
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


def is_free_again(request: HttpRequest, lost: Booking) -> bool:
    """Whether a hold that ran out can be had once more."""
    start = lost.session.start
    if lost.status != State.EXPIRED or start <= clock.now():
        return False
    own = own_holds(request, lost.service)
    try:
        question = question_of(lost, {"exclude": [lost, *own]})
        return bool(lost.service.slots(start, start + timedelta(seconds=1), **question))
    except BookableError:
        return False  # it isn't offered like that any more


def page_of(request: HttpRequest, token: str, problem: Problem | None = None) -> HttpResponse:
    """The page of a booking, and why something could not be done."""
    booking = booking_of(token)
    context = {
        **booking_context(booking, token),
        "problem": problem,
        "is_free_again": is_free_again(request, booking),
        "times_url": reverse("book", args=[booking.service.slug]),
        "times_query": query_of(booking),
    }
    return render(request, "clinic/booking.html", context, status=409 if problem else 200)
