"""The waiting list: to join it, and to say yes or no to what becomes free."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.actors import GUEST, Actor, Role
from bookable.bookings.decline_offer import decline_offer
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.leave_waiting_list import leave_waiting_list
from bookable.bookings.links import manage_token
from bookable.bookings.request import needs_approval
from bookable.errors import BookableError
from bookable.models import WaitingEntry, WaitingState
from bookable.timeline import clock
from clinic.asking import Question
from clinic.problems import Problem, problem_of
from clinic.views.book import zone_told
from clinic.views.errors import page, private
from clinic.views.shared import asking_again, service_or_404
from clinic.waiting_form import WaitingForm
from clinic.waiting_links import entry_of, waiting_token


@page("POST")
def join(request: HttpRequest, slug: str) -> HttpResponse:
    service = service_or_404(request, slug)
    question = Question(service, request.GET)
    if request.method != "POST":
        form = WaitingForm(question, request.user, day=question.day)
        return _form(request, question, form)
    form = WaitingForm(question, request.user, request.POST)
    if not form.is_valid():
        return _form(request, question, form)
    try:
        entry = join_waiting_list(
            service,
            earliest=form.earliest,
            latest=form.latest,
            customer=form.customer(zone_told(question)),
            provider=question.asked["provider"],
            seats=question.asked["seats"],
            by=request.user,
        )
    except BookableError as error:
        return _form(request, question, form, problem_of(error))
    messages.success(request, "You are on the list.")
    return redirect("waiting", token=waiting_token(entry))


@private
@page()
def waiting(request: HttpRequest, token: str) -> HttpResponse:
    return _entry(request, entry_of(token))


@private
@page("POST")
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The booking that comes of it has an address of its own."""
    entry = entry_of(token)
    if request.method != "POST":
        return redirect("waiting", token=token)
    try:
        booking = accept_offer(entry, by=_actor(request, entry))
    except BookableError as error:
        return _entry(request, entry_of(token), problem_of(error))
    messages.success(request, "It is yours. Keep the address of this page.")
    return redirect("booking", token=manage_token(booking))


@private
@page("POST")
def decline(request: HttpRequest, token: str) -> HttpResponse:
    return _do(request, token, decline_offer, "Thank you for saying so: the next one is asked.")


@private
@page("POST")
def leave(request: HttpRequest, token: str) -> HttpResponse:
    return _do(request, token, leave_waiting_list, "You wait no longer.")


def _do(
    request: HttpRequest, token: str, verb: Callable[..., WaitingEntry], done: str
) -> HttpResponse:
    entry = entry_of(token)
    if request.method != "POST":
        return redirect("waiting", token=token)
    try:
        verb(entry, by=_actor(request, entry))
    except BookableError as error:
        return _entry(request, entry_of(token), problem_of(error))
    messages.success(request, done)
    return redirect("waiting", token=token)


def _actor(request: HttpRequest, entry: WaitingEntry) -> Actor:
    """Whoever has the link acts as the customer, with their account if it is theirs."""
    user: Any = request.user
    is_theirs = user.is_authenticated and entry.user_id == user.pk
    return Actor(Role.CUSTOMER, user) if is_theirs else GUEST


def _form(
    request: HttpRequest, question: Question, form: WaitingForm, problem: Problem | None = None
) -> HttpResponse:
    context = {**asking_again(question), "form": form, "problem": problem}
    status = 409 if problem else 400 if form.errors else 200
    return render(request, "clinic/join.html", context, status=status)


def _entry(
    request: HttpRequest, entry: WaitingEntry, problem: Problem | None = None
) -> HttpResponse:
    offer = entry.offer
    stands = entry.state == WaitingState.OFFERED and offer is not None and not offer.is_lapsed
    became = (entry.booking or offer) if entry.state == WaitingState.ACCEPTED else None
    context = {
        "entry": entry,
        "service": entry.service,
        "token": waiting_token(entry),
        "zone": entry.zone_or(entry.service.zone),
        "offer": offer if stands else None,
        "needs_approval": needs_approval(offer) if stands and offer is not None else False,
        "booking_token": manage_token(became) if became is not None else "",
        "is_over": entry.latest <= clock.now(),
        "problem": problem,
    }
    return render(request, "clinic/waiting.html", context, status=409 if problem else 200)
