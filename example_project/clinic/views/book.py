"""A free time becomes a hold: the customer says who they are, and has some minutes to confirm."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from bookable.bookings.deposits import DepositRequest, due_now
from bookable.bookings.hold import hold
from bookable.bookings.links import manage_token
from bookable.bookings.refusing import slot_taken
from bookable.errors import BookableError
from bookable.models import Booking, ZoneMode
from bookable.money import Money
from clinic import zones
from clinic.asking import Question
from clinic.details_form import DetailsForm
from clinic.own import hold_instead, own_holds
from clinic.problems import Problem, problem_of
from clinic.views.errors import page
from clinic.views.shared import asking_again, service_or_404, slot_at

DRAFT = "draft"


@page("POST")
def book(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for one time. What was typed is kept if another time must be chosen."""
    service = service_or_404(request, slug)
    question = Question(service, request.GET, own_holds(request, service))
    start = question.start()
    if start is None:
        return redirect(f"{reverse('service', args=[slug])}?{request.GET.urlencode()}")
    if request.method == "POST":
        return _take(request, question, start)
    return _page(request, question, start)


def zone_told(question: Question) -> str:
    """The customer's own zone, where times are told in it."""
    is_online = question.service.zone_mode == ZoneMode.CUSTOMER
    return question.zone if is_online or question.zone != question.service.zone else ""


def _take(request: HttpRequest, question: Question, start: datetime) -> HttpResponse:
    form = DetailsForm(question.service, request.POST, user=request.user)
    problem = None
    if form.is_valid():
        try:
            [held] = hold_instead(
                request, question.service, lambda: [_hold(request, question, start, form)]
            )
        except BookableError as error:
            problem = problem_of(error)
            request.session[DRAFT] = form.typed()
        else:
            request.session.pop(DRAFT, None)
            return redirect("booking", token=manage_token(held))
    return _page(request, question, start, form=form, problem=problem)


def _hold(request: HttpRequest, question: Question, start: datetime, form: DetailsForm) -> Booking:
    return hold(
        question.service,
        start,
        customer=form.customer(zone_told(question)),
        by=request.user,
        answers=form.answers(),
        note=form.cleaned_data["note"],
        expected_price=form.expected_price,
        idempotency_key=form.cleaned_data["key"],
        source="example site",
        **question.options,
    )


def _page(
    request: HttpRequest,
    question: Question,
    start: datetime,
    *,
    form: DetailsForm | None = None,
    problem: Problem | None = None,
) -> HttpResponse:
    slot = slot_at(question, start)
    if slot is None:
        problem = problem or problem_of(slot_taken(question.service, start, question.asked))
    elif form is None:
        draft = request.session.get(DRAFT)
        form = DetailsForm.fresh(question.service, slot.price, user=request.user, draft=draft)
    else:
        form.shown_again(slot.price)
    context: dict[str, Any] = {
        **asking_again(question),
        "at": start,
        "offset": zones.offset(start.astimezone(question.here)),
        "slot": slot,
        "due": None if slot is None else _due(question, start, slot.price),
        "form": form if slot is not None else None,
        "problem": problem,
        "own": question.own,
        "times_url": reverse("book", args=[question.service.slug]),
    }
    return render(request, "clinic/book.html", context, status=_status(form, problem))


def _due(question: Question, start: datetime, price: Money) -> Money:
    """What is to be paid before it is booked."""
    seats = question.asked.get("seats", 1)
    return due_now(DepositRequest(question.service, start, price, seats))


def _status(form: DetailsForm | None, problem: Problem | None) -> int:
    if problem is not None:
        return 409
    return 400 if form is not None and form.errors else 200
