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

#: Each with what it is empty without; the others are always there.
_ONLY_IF_KNOWN = {
    "until": "expires_at",
    "series": "series_id",
    "checked_in_at": "checked_in_at",
    "proposed_start": "proposed_start",
    "note": "note",
    "answers_shown": "answers",
    "attendees_shown": "attendees",
    "outcome": "outcome",
    "private_notes": "private_notes",
    "source": "source",
    "moves": "moves",
    "metadata": "metadata",
}
_FIELDSETS: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
    (
        None,
        (),
        (
            "status_shown",
            "until",
            "service",
            "when",
            "proposed_start",
            "serving",
            "seats",
            "channel",
            "checked_in_at",
            "session",
            "series",
        ),
    ),
    (
        _("Customer"),
        (),
        ("customer", "email", "phone", "note", "answers_shown", "attendees_shown"),
    ),
    (_("Money"), (), ("lines", "agreed", "order")),
    (_("What came of it"), (), ("outcome", "private_notes")),
    (
        _("Behind the scenes"),
        ("collapse",),
        ("created", "source", "moves", "metadata", "uuid"),
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

    def get_fieldsets(self, request: HttpRequest, obj: Booking | None = None) -> Any:
        """Only what there is to say."""
        known = [
            (title, classes, [name for name in names if _is_known(obj, name)])
            for title, classes, names in _FIELDSETS
        ]
        return [
            (title, {"classes": classes, "fields": names})
            for title, classes, names in known
            if names
        ]

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
        number: Any = booking.order.phone
        return number.as_international if number else ""

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


def _is_known(booking: Booking | None, name: str) -> bool:
    source = _ONLY_IF_KNOWN.get(name)
    return source is None or bool(getattr(booking, source, None))
