"""Bookings and their histories as rows on other pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import TabularInline, WrittenElsewhere
from bookable.admin.booking_texts import customer_text, serving_text, when_text
from bookable.admin.moments import moment_text
from bookable.bookings.models import Booking, BookingEvent
from bookable.bookings.serving import with_serving
from bookable.bookings.telling import event_text, who_text


class EventInline(WrittenElsewhere, TabularInline[BookingEvent, Booking]):
    model = BookingEvent
    verbose_name_plural = _("history")
    fields = ("moment", "what", "who", "comment")
    readonly_fields = fields
    can_delete = False
    ordering = ("seq",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[BookingEvent]:
        events = super().get_queryset(request)
        return events.select_related("by", "booking__session", "booking__order")

    @admin.display(description=_("at"))
    def moment(self, event: BookingEvent) -> str:
        return moment_text(event.at, event.booking.session.zone)

    @admin.display(description=_("what happened"))
    def what(self, event: BookingEvent) -> str:
        return event_text(event, event.booking.session.zone)

    @admin.display(description=_("by"))
    def who(self, event: BookingEvent) -> str:
        return who_text(event)


class BookingInline(WrittenElsewhere, TabularInline[Booking, Any]):
    """Bookings, each with the way to its page. Its subclasses say whose they are."""

    model = Booking
    fields = ("booking", "when", "customer", "serving", "status_shown", "seats")
    readonly_fields = fields
    can_delete = False
    ordering = ("session__start", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        return with_serving(super().get_queryset(request))

    @admin.display(description=_("booking"))
    def booking(self, booking: Booking) -> str:
        page = reverse(f"{self.admin_site.name}:bookable_booking_change", args=[booking.pk])
        return format_html('<a href="{}">{}</a>', page, booking.reference)

    @admin.display(description=_("when"))
    def when(self, booking: Booking) -> str:
        return when_text(booking)

    @admin.display(description=_("customer"))
    def customer(self, booking: Booking) -> str:
        return customer_text(booking.order)

    @admin.display(description=_("with"))
    def serving(self, booking: Booking) -> str:
        return serving_text(booking)

    @admin.display(description=_("state"))
    def status_shown(self, booking: Booking) -> str:
        return str(booking.status.label)
