"""What the pages about a service have in common."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from bookable.availability.answers import Slot
from bookable.models import Provider, ProviderKind, Service
from bookable.timeline import clock
from clinic import zones
from clinic.asking import Question


def asking_again(question: Question) -> dict[str, Any]:
    """What the forms need, on every page of a service."""
    return {
        "service": question.service,
        "question": question,
        "zone": question.zone,
        "zone_label": zones.label(question.zone, clock.now()),
        "zones": zones.choices(question.zone, clock.now()),
        "people": people_for(question.service),
        "extras": [
            (extra, question.extras.get(extra.slug, 0))
            for extra in question.service.extras.all()
            if extra.is_active
        ],
    }


def slot_at(question: Question, start: datetime) -> Slot | None:
    """The free slot that begins at this moment, if there is one."""
    found = question.service.slots(start, start + timedelta(seconds=1), **question.asked)
    return next(iter(found), None)


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
