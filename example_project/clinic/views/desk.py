"""For those who give the treatments: what is coming, what is to be answered, what was.

Each button uses a verb as the person who is signed in; the library decides whether they may.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bookable.bookings.querysets import BookingQuerySet
from bookable.bookings.serving import with_serving
from bookable.errors import BookableError
from bookable.models import Booking, Question, State
from bookable.timeline import clock
from clinic.booking_page import Told, history_of, lines_of, people_of
from clinic.desk_forms import FORMS, DeskForm
from clinic.people import calendars_of, works_here
from clinic.problems import problem_of
from clinic.views.errors import page, private

_MOST = 100
DONE = {
    "approve": "It is approved.",
    "decline": "It is declined.",
    "cancel": "It is cancelled.",
    "complete": "Noted: it took place.",
    "no-show": "Noted: nobody came.",
}


@login_required
@private
@page()
def desk(request: HttpRequest) -> HttpResponse:
    rows, now = with_serving(_theirs(request)), clock.now()
    if not works_here(request.user):
        return redirect("mine")
    coming = rows.ahead().order_by("session__start")
    context = {
        "requests": list(coming.filter(state=State.REQUESTED)),
        "coming": _cards(coming.exclude(state=State.REQUESTED)[:_MOST]),
        "unclosed": list(
            rows.filter(state=State.CONFIRMED, session__start__lte=now).order_by("session__start")
        )[:_MOST],
    }
    return render(request, "clinic/desk.html", context)


@login_required
@private
@page("POST")
def entry(request: HttpRequest, reference: str, verb: str = "") -> HttpResponse:
    """One booking with its history, and a form for each thing that can be done."""
    booking = with_serving(_theirs(request)).filter(reference=reference).first()
    if booking is None or not works_here(request.user):
        raise Http404
    if not verb:
        return _page(request, booking)
    if verb not in FORMS:
        raise Http404
    if request.method != "POST":
        return _ask(request, FORMS[verb](booking))
    form = FORMS[verb](booking, request.POST)
    if not form.is_valid():
        return _page(request, booking, failed=form)
    try:
        form.run(by=request.user)
    except BookableError as error:
        return _page(request, _fresh(booking), error=error)
    messages.success(request, f"{booking.reference}: {DONE[verb]}")
    return redirect("desk_booking", reference=reference)


def _ask(request: HttpRequest, form: DeskForm) -> HttpResponse:
    """One form by itself, which says what it means before it is done."""
    booking = form.booking
    if not form.fits(booking):
        return redirect("desk_booking", reference=booking.reference)
    context = {"form": form, "booking": booking, "zone": booking.session.zone}
    return render(request, "clinic/desk_ask.html", context)


def _page(
    request: HttpRequest,
    booking: Booking,
    *,
    error: BookableError | None = None,
    failed: DeskForm | None = None,
) -> HttpResponse:
    zone = booking.session.zone
    forms = [form(booking) for form in FORMS.values() if form.fits(booking)]
    context = {
        "booking": booking,
        "forms": [failed if failed and type(failed) is type(form) else form for form in forms],
        "zone": zone,
        "people": people_of(booking),
        "lines": lines_of(booking),
        "answers": _answers(booking),
        "history": [Told(event, zone) for event in history_of(booking)],
        "problem": problem_of(error) if error is not None else None,
    }
    status = 409 if error else 400 if failed else 200
    return render(request, "clinic/desk_booking.html", context, status=status)


def _theirs(request: HttpRequest) -> BookingQuerySet:
    """What somebody may see; for those who have a calendar, what they serve in."""
    rows: BookingQuerySet = Booking.objects.visible_to(request)
    return rows.served_by(request.user) if calendars_of(request.user).exists() else rows


def _fresh(booking: Booking) -> Booking:
    return with_serving(Booking.objects.all()).get(pk=booking.pk)


def _cards(bookings: Any) -> list[dict[str, Any]]:
    return [{"booking": booking, "people": people_of(booking)} for booking in bookings]


def _answers(booking: Booking) -> list[tuple[str, Any]]:
    questions = Question.objects.filter(service=booking.service)
    labels = dict(questions.values_list("slug", "label"))
    return [(labels.get(slug, slug), answer) for slug, answer in booking.answers.items()]
