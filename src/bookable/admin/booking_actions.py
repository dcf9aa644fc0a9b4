"""The verbs as buttons on a booking's page and as actions on the list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path

from bookable.admin.base import ModelAdmin
from bookable.admin.booking_verb_page import verb_page_of_many, verb_page_of_one
from bookable.admin.booking_verbs import VERBS, Verb
from bookable.bookings.models import Booking

if TYPE_CHECKING:
    _ModelAdmin = ModelAdmin[Booking]
else:
    _ModelAdmin = ModelAdmin


def _action(verb: Verb) -> Any:
    @admin.action(description=verb.label, permissions=["decide"])
    def ask(page: Any, request: HttpRequest, queryset: QuerySet[Booking]) -> HttpResponse:
        return verb_page_of_many(page, request, list(queryset), verb)

    ask.__name__ = f"{verb.name}_them".replace("-", "_")
    return ask


class BookingActions(_ModelAdmin):
    actions = tuple(_action(verb) for verb in VERBS)
    change_form_template = "admin/bookable/booking/change_form.html"

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may use the verbs, though nobody writes the columns by hand."""
        return request.user.has_perm("bookable.change_booking")

    def get_urls(self) -> list[Any]:
        pages = [
            path(
                f"<path:object_id>/{verb.name}/",
                self.admin_site.admin_view(partial(self.verb_view, verb=verb)),
                name=f"bookable_booking_{verb.name}",
            )
            for verb in VERBS
        ]
        return [*pages, *super().get_urls()]

    def verb_view(self, request: HttpRequest, object_id: str, verb: Verb) -> HttpResponse:
        return verb_page_of_one(self, request, object_id, verb)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        booking = context.get("original")
        if booking is not None and self.has_decide_permission(request):
            context["verbs"] = [verb for verb in VERBS if verb.fits(booking)]
        return super().render_change_form(request, context, *args, **kwargs)
