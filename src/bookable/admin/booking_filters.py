from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookable.bookings.models import Booking, State
from bookable.catalog.models import Provider
from bookable.timeline import clock

Choices = Sequence[tuple[str, Any]]


class StatusFilter(admin.SimpleListFilter):
    """As everybody is to read it: a hold that has run out is expired."""

    title = _("state")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return State.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        state, lapsed = self.value(), Booking.objects.lapsed_hold()
        if state == State.HELD:
            return queryset.filter(~lapsed, state=State.HELD)
        if state == State.EXPIRED:
            return queryset.filter(Q(state=State.EXPIRED) | lapsed)
        return queryset.filter(state=state) if state in State.values else queryset


class WhenFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [
            ("today", _("Today")),
            ("tomorrow", _("Tomorrow")),
            ("week", _("Within seven days")),
            ("ahead", _("Ahead")),
            ("unclosed", _("Over, and nobody said what came of it")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        now, today = clock.now(), _midnight()
        which = {
            "today": _between(today, 1),
            "tomorrow": _between(today + timedelta(days=1), 1),
            "week": _between(today, 7),
            "ahead": Q(session__start__gt=now),
            "unclosed": Q(session__end__lte=now, state=State.CONFIRMED),
        }
        return queryset.filter(which.get(self.value() or "", Q()))


class ServingFilter(admin.SimpleListFilter):
    """Those with a provider, however many lanes of it they take."""

    title = _("provider")
    parameter_name = "provider"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        serving = Provider.objects.filter(claims__isnull=False).distinct()
        return [(provider.slug, provider.name) for provider in serving]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Booking]:
        if not self.value():
            return queryset  # type: ignore[no-any-return]
        provider = Provider.objects.filter(slug=self.value()).first()
        rows: QuerySet[Booking] = queryset.of_provider(provider)
        return rows


def _between(start: datetime, days: int) -> Q:
    return Q(session__start__gte=start, session__start__lt=start + timedelta(days=days))


def _midnight() -> datetime:
    now = timezone.localtime(clock.now(), timezone.get_default_timezone())
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
