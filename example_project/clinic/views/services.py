"""What can be booked, when it is free, and why it isn't.

“Why not?” tells visitors everything, even why somebody is away. A site would tell customers less.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from bookable.errors import InvalidQuery
from bookable.models import Service
from clinic import zones
from clinic.asking import Question, read_moments
from clinic.month import calendar_context
from clinic.own import own_holds
from clinic.views.errors import page
from clinic.views.shared import asking_again, service_or_404
from clinic.waiting_form import WaitingForm


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All services under their categories, each with its next free time."""
    services = (
        Service.objects.public()
        .select_related("category")
        .prefetch_related("duration_choices", "offerings")
        .order_by("category__position", "category__name", "position", "name")
    )
    soonest = {found.service.pk: found.slot for found in services.next_free_each()}
    cards = [{"service": service, "next": soonest.get(service.pk)} for service in services]
    return render(request, "clinic/home.html", {"cards": cards})


@page()
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """The free days of a month and the times of one of them."""
    found = service_or_404(request, slug)
    question = Question(found, request.GET, own_holds(request, found))
    calendar = calendar_context(question)
    can_wait = not (calendar["parts"] or calendar["never"])
    waiting_form = WaitingForm(question, request.user, day=calendar["chosen"])
    context = {
        **asking_again(question),
        **calendar,
        "times_url": reverse("book", args=[slug]),
        "waiting_form": waiting_form if can_wait else None,
    }
    return render(request, "clinic/service.html", context)


@page()
def why(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether one moment is free, or every reason why it is not."""
    found = service_or_404(request, slug)
    question = Question(found, request.GET, own_holds(request, found))
    text = request.GET.get("at", "")
    context = {**asking_again(question), "typed": text}
    if not text:
        return render(request, "clinic/why.html", context)
    try:
        moments = read_moments(text, question.here)
    except InvalidQuery as error:
        context["sentence"] = str(error)
        return render(request, "clinic/why.html", context, status=400)
    return render(request, "clinic/why.html", context | answer(question, moments))


@page()
def choose_service(request: HttpRequest) -> HttpResponse:
    """Where to ask “why not?” when no service has been chosen yet."""
    if slug := request.GET.get("service"):
        return redirect("why", slug=service_or_404(request, slug).slug)
    return render(request, "clinic/choose_service.html", {"services": Service.objects.public()})


def answer(question: Question, moments: list[datetime]) -> dict[str, Any]:
    """What the library says about the first of these moments."""
    # in UTC, because Python adds to the clock on the wall, which may be put back just then
    start = moments[0].astimezone(UTC)
    slots = question.service.slots(start, start + timedelta(seconds=1), **question.asked)
    return {
        "at": start,
        "offset": zones.offset(start.astimezone(question.here)),
        "twice": [(moment, zones.offset(moment)) for moment in moments[1:]],
        "slots": slots,
        "reasons": [] if slots else question.service.explain(start, **question.asked),
    }
