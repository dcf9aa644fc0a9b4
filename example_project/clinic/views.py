"""Plain pages on which to see availability work; booking comes with the library's own pages.

They tell visitors everything, even why somebody is away. A site would tell customers less.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bookable.errors import InvalidQuery
from bookable.models import Provider, ProviderKind, Service
from bookable.timeline import clock
from clinic import zones
from clinic.asking import Question, read_moments
from clinic.month import free_days, month_of, parts_of, times_of

View = Callable[..., HttpResponse]


def with_friendly_errors(view: View) -> View:
    """A question that makes no sense gets a sentence, and what isn't there a way back."""

    @wraps(view)
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except InvalidQuery as error:
            context = {"sentence": str(error), "again": request.path}
            return render(request, "clinic/refused.html", context, status=400)
        except Http404:
            return not_found(request)

    return require_safe(wrapped)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "clinic/not_found.html", status=404)


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


@with_friendly_errors
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """The free days of a month and the times of one of them."""
    question = Question(service_or_404(request, slug), request.GET)
    free = free_days(question)
    chosen = question.day or min(free, default=None)
    context = {
        **asking_again(question),
        "month": month_of(question, free, chosen),
        "chosen": chosen,
        "parts": parts_of(times_of(question, chosen)) if chosen else [],
        "next_slot": None if free else question.service.next_slot(**question.asked),
    }
    return render(request, "clinic/service.html", context)


@with_friendly_errors
def why(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether one moment is free, or every reason why it is not."""
    question = Question(service_or_404(request, slug), request.GET)
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


@with_friendly_errors
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


def asking_again(question: Question) -> dict[str, Any]:
    """What the forms need, on every page of a service."""
    return {
        "service": question.service,
        "question": question,
        "zone": question.zone,
        "zone_label": zones.label(question.zone, clock.now()),
        "zones": zones.choices(question.zone, clock.now()),
        "people": people_for(question.service),
    }


def people_for(service: Service) -> QuerySet[Provider]:
    """Whom a customer can ask for; the library sees to rooms and equipment itself."""
    serves = Q(offerings__service=service) | Q(needs__service=service)
    return Provider.objects.public().filter(serves, kind=ProviderKind.PERSON).distinct()


def service_or_404(request: HttpRequest, slug: str) -> Service:
    """A listed service, or one whose private link the visitor has."""
    found = Service.objects.public()
    if link := request.GET.get("link"):
        found |= by_link(link)
    service = found.filter(slug=slug).prefetch_related("duration_choices", "offerings").first()
    if service is None:
        raise Http404
    return service


def by_link(link: str) -> QuerySet[Service]:
    try:
        return Service.objects.by_link(UUID(link))
    except ValueError:
        return Service.objects.none()
