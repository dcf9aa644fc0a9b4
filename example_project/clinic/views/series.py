"""“Every week, n times”: which dates can be had, and what to do about the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format

from bookable.bookings.hold_series import hold_series
from bookable.bookings.links import manage_token
from bookable.bookings.series_occurrences import Occurrence, preview_series
from bookable.errors import BookableError, InvalidQuery
from bookable.models import Booking
from bookable.timeline.recurrence import weekly
from clinic.asking import Question
from clinic.details_form import DetailsForm
from clinic.own import hold_instead, own_holds
from clinic.problems import Problem, problem_of
from clinic.views.book import DRAFT, zone_told
from clinic.views.errors import page
from clinic.views.shared import asking_again, service_or_404, slot_at

MOST_TIMES, MOST_WEEKS = 26, 8


@dataclass(frozen=True)
class Series:
    """A question with a repetition."""

    question: Question
    start: datetime
    every: int
    times: int

    @property
    def rule(self) -> str:
        return weekly(self.every, count=self.times)

    def dates(self) -> list[Occurrence]:
        question = self.question
        return preview_series(question.service, self.start, self.rule, **question.asked)


@page("POST")
def series(request: HttpRequest, slug: str) -> HttpResponse:
    service = service_or_404(request, slug)
    question = Question(service, request.GET, own_holds(request, service))
    start = question.start()
    if start is None:
        return redirect(f"{reverse('service', args=[slug])}?{request.GET.urlencode()}")
    wanted = Series(
        question,
        start,
        every=_within(question.number("every") or 1, MOST_WEEKS),
        times=_within(question.number("times") or 4, MOST_TIMES),
    )
    if request.method == "POST":
        return _take(request, wanted)
    slot = slot_at(question, start)
    if slot is None:
        return redirect(f"{reverse('book', args=[slug])}?{request.GET.urlencode()}")
    draft = request.session.get(DRAFT)
    form = DetailsForm.fresh(service, slot.price, user=request.user, draft=draft)
    return _page(request, wanted, form)


def _take(request: HttpRequest, wanted: Series) -> HttpResponse:
    form = DetailsForm(wanted.question.service, request.POST, user=request.user)
    problem = None
    if form.is_valid():
        try:
            held = hold_instead(
                request, wanted.question.service, lambda: _hold(request, wanted, form)
            )
        except BookableError as error:
            problem = problem_of(error)
        else:
            request.session.pop(DRAFT, None)
            return redirect("booking", token=manage_token(held[0]))
    return _page(request, wanted, form, problem)


def _hold(request: HttpRequest, wanted: Series, form: DetailsForm) -> list[Booking]:
    question = wanted.question
    # only where the page has said that some are not free
    skip = request.POST.get("leave_out") == "yes"
    held = hold_series(
        question.service,
        wanted.start,
        rule=wanted.rule,
        customer=form.customer(zone_told(question)),
        on_conflict="skip" if skip else "refuse",
        by=request.user,
        answers=form.answers(),
        note=form.cleaned_data["note"],
        expected_price=form.expected_price,
        idempotency_key=form.cleaned_data["key"],
        source="example site",
        **question.options,
    )
    if held.conflicts:
        days = [date_format(one.start.astimezone(question.here), "j F") for one in held.conflicts]
        messages.warning(request, f"Not free, and left out: {', '.join(days)}.")
    return held.bookings


def _page(
    request: HttpRequest, wanted: Series, form: DetailsForm, problem: Problem | None = None
) -> HttpResponse:
    question, slot = wanted.question, slot_at(wanted.question, wanted.start)
    if form.is_bound and slot is not None:
        form.shown_again(slot.price)
    dates = wanted.dates()
    context: dict[str, Any] = {
        **asking_again(question),
        "at": wanted.start,
        "every": wanted.every,
        "times": wanted.times,
        "most_times": MOST_TIMES,
        "most_weeks": MOST_WEEKS,
        "dates": dates,
        "free": sum(one.free for one in dates),
        "slot": slot,
        "form": form,
        "problem": problem,
        "book_url": reverse("book", args=[question.service.slug]),
    }
    status = 409 if problem else 400 if form.errors else 200
    return render(request, "clinic/series.html", context, status=status)


def _within(number: int, most: int) -> int:
    if not 1 <= number <= most:
        raise InvalidQuery(f"Choose a number from 1 to {most}.")
    return number
