from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, WrittenElsewhere
from bookable.admin.booking_texts import customer_text
from bookable.admin.moments import moment_text, period_text
from bookable.bookings.models import WaitingEntry


@admin.register(WaitingEntry)
class WaitingEntryAdmin(WrittenElsewhere, ModelAdmin[WaitingEntry]):
    """Who waits for what, in the order in which they came."""

    list_display = ("created", "service", "who", "wanted", "provider", "seats", "state", "offer")
    list_filter = (
        "state",
        ("service", admin.RelatedOnlyFieldListFilter),
        ("provider", admin.RelatedOnlyFieldListFilter),
        "earliest",
    )
    list_select_related = ("service", "provider", "offer")
    date_hierarchy = "earliest"
    search_fields = ("name", "email", "phone", "service__name", "uuid", "offer__reference")
    ordering = ("pk",)
    fields = (
        ("service", "provider", "seats"),
        "wanted",
        ("name", "email", "phone"),
        ("user", "language", "customer_zone"),
        ("state", "offer", "booking"),
        ("created", "uuid"),
    )
    readonly_fields = ("wanted",)

    @admin.display(description=_("who"), ordering="name")
    def who(self, entry: WaitingEntry) -> str:
        return customer_text(entry)

    @admin.display(description=_("waits for a start"), ordering="earliest")
    def wanted(self, entry: WaitingEntry) -> str:
        zone = entry.service.zone
        if entry.earliest == entry.latest:
            return moment_text(entry.earliest, zone)
        return period_text(entry.earliest, entry.latest, zone)
