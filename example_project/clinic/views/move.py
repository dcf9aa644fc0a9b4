"""A booking moves to another time. Its own time is not taken to whoever has it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from bookable.availability.query import Asked, Options
from bookable.bookings.asking import question_of
from bookable.bookings.links import booking_of
from bookable.bookings.refusing import slot_taken
from bookable.errors import BookableError
from bookable.models import Booking
from clinic import zones
from clinic.asking import Question
from clinic.booking_page import booking_context, why_not_moved, zone_of
from clinic.month import calendar_context
from clinic.own import actor_for
from clinic.problems import problem_of
from clinic.views.errors import page, private
from clinic.views.shared import people_for, slot_at


class MoveQuestion(Question):
    """The same question as when it was booked, in the zone in which the customer reads times."""

    @classmethod
    def about(cls, booking: Booking, params: QueryDict) -> MoveQuestion:
        return cls(booking.service, params, [booking])

    @property
    def booking(self) -> Booking:
        return self.own[0]

    @cached_property
    def zone(self) -> str:
        return zone_of(self.booking)

    @cached_property
    def chosen(self) -> Options:
        """Another provider, if one is asked for; nobody in particular is a choice too."""
        if "provider" not in self.params:
            return {}
        return {"provider": self.params["provider"] or None}

    @cached_property
    def asked(self) -> Asked:
        return question_of(self.booking, self.chosen)


@private
@page("POST")
def move(request: HttpRequest, token: str) -> HttpResponse:
    booking = booking_of(token)
    question = MoveQuestion.about(booking, request.GET)
    if request.method == "POST":
        return _move(request, token, question)
    start = question.start()
    error = None
    if start is not None and slot_at(question, start) is None:
        error, start = slot_taken(question.service, start, question.asked), None
    return _page(request, token, start, error)


def _move(request: HttpRequest, token: str, question: MoveQuestion) -> HttpResponse:
    start, booking = question.start(), question.booking
    if start is None:
        return redirect("move", token=token)
    before = booking.session_id
    try:
        moved = booking.reschedule(start, by=actor_for(request, booking), **question.chosen)
    except BookableError as error:
        return _page(request, token, error=error)
    if moved.session_id == before:
        messages.info(request, "It is at this time already, so nothing was moved.")
    else:
        messages.success(request, "It was moved.")
    return redirect("booking", token=token)


def _page(
    request: HttpRequest,
    token: str,
    start: datetime | None = None,
    error: BookableError | None = None,
) -> HttpResponse:
    """A month, the times of one of its days, and, once one is chosen, what is about to happen."""
    question = MoveQuestion.about(booking_of(token), request.GET)
    booking = question.booking
    refusal = why_not_moved(booking)
    context = {
        **booking_context(booking, token),
        "question": question,
        "zone_label": zones.label(question.zone, booking.session.start),
        "whom": people_for(question.service),
        "refusal": refusal,
        "to": start,
        "problem": problem_of(error) if error is not None else None,
        "times_url": reverse("move", args=[token]),
    }
    if refusal is None:
        context |= calendar_context(question)
    return render(request, "clinic/move.html", context, status=409 if error else 200)
