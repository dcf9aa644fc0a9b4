"""Bookings, to look at: whatever happens to them happens through the verbs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, WrittenElsewhere
from bookable.admin.booking_actions import BookingActions
from bookable.admin.booking_filters import ServingFilter, StatusFilter, WhenFilter
from bookable.admin.booking_rows import EventInline
from bookable.admin.booking_texts import (
    agreed_text,
    answers_shown,
    customer_text,
    lines_shown,
    serving_text,
    until_text,
    when_text,
)
from bookable.bookings.models import Booking
from bookable.bookings.serving import with_serving
from bookable.catalog.visibility import visibility

_FIELDSETS: Any = (
    (
        None,
        {
            "fields": (
                ("reference", "status_shown", "until"),
                ("service", "when"),
                ("serving", "seats"),
                ("session", "channel", "series"),
                ("checked_in_at", "proposed_start"),
            )
        },
    ),
    (
        _("Customer"),
        {"fields": (("customer", "email", "phone"), "note", "answers_shown", "attendees_shown")},
    ),
    (_("Money"), {"fields": ("order", "lines", "agreed")}),
    (_("What came of it"), {"fields": ("outcome", "private_notes")}),
    (
        _("Behind the scenes"),
        {"classes": ("collapse",), "fields": (("source", "moves", "created"), "uuid", "metadata")},
    ),
)


@admin.register(Booking)
class BookingAdmin(BookingActions, WrittenElsewhere, ModelAdmin[Booking]):
    list_display = ("reference", "when", "service", "customer", "serving", "status_shown", "seats")
    list_filter = (
        WhenFilter,
        StatusFilter,
        ("session__service", admin.RelatedOnlyFieldListFilter),
        ServingFilter,
    )
    date_hierarchy = "session__start"
    search_fields = ("reference", "order__name", "order__email", "order__phone")
    ordering = ("-session__start", "-pk")
    show_full_result_count = False
    list_per_page = 50
    fieldsets = _FIELDSETS
    readonly_fields = (
        "status_shown",
        "until",
        "service",
        "when",
        "serving",
        "customer",
        "email",
        "phone",
        "answers_shown",
        "attendees_shown",
        "lines",
        "agreed",
    )
    inlines = (EventInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        rows = visibility().bookings(super().get_queryset(request), request)
        return with_serving(rows)

    @admin.display(description=_("when"), ordering="session__start")
    def when(self, booking: Booking) -> str:
        return when_text(booking)

    @admin.display(description=_("service"), ordering="session__service__name")
    def service(self, booking: Booking) -> str:
        return booking.service.name

    @admin.display(description=_("customer"), ordering="order__name")
    def customer(self, booking: Booking) -> str:
        return customer_text(booking.order)

    @admin.display(description=_("e-mail address"))
    def email(self, booking: Booking) -> str:
        return booking.order.email

    @admin.display(description=_("phone number"))
    def phone(self, booking: Booking) -> str:
        return str(booking.order.phone or "")

    @admin.display(description=_("with"))
    def serving(self, booking: Booking) -> str:
        return serving_text(booking)

    @admin.display(description=_("state"), ordering="state")
    def status_shown(self, booking: Booking) -> str:
        return str(booking.status.label)

    @admin.display(description=_("ends by itself"))
    def until(self, booking: Booking) -> str:
        return until_text(booking)

    @admin.display(description=_("answers"))
    def answers_shown(self, booking: Booking) -> SafeString:
        return answers_shown(booking)

    @admin.display(description=_("attendees"))
    def attendees_shown(self, booking: Booking) -> str:
        return ", ".join(booking.attendees)

    @admin.display(description=_("what it costs"))
    def lines(self, booking: Booking) -> SafeString:
        return lines_shown(booking)

    @admin.display(description=_("agreed"))
    def agreed(self, booking: Booking) -> str:
        return agreed_text(booking)
