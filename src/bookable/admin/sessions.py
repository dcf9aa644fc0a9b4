"""What is booked, to look at: the booking verbs alone write it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, TabularInline, WrittenElsewhere
from bookable.admin.booking_rows import BookingInline
from bookable.admin.moments import moment_text, period_text
from bookable.schedule.models import Claim, Session


class LiveFilter(admin.SimpleListFilter):
    title = _("whether it is live")
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Live")), ("no", _("Released"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in {"yes", "no"}:
            return queryset.filter(released_at__isnull=self.value() == "yes")
        return queryset


class ClaimInline(WrittenElsewhere, TabularInline[Claim, Session]):
    model = Claim
    fields = ("provider", "unit", "occupied", "expires_at", "released_at")
    readonly_fields = fields
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        return super().get_queryset(request).select_related("provider")

    @admin.display(description=_("occupied, buffers included"))
    def occupied(self, claim: Claim) -> str:
        return period_text(claim.start, claim.end, claim.provider.zone)


class BookingOfSessionInline(BookingInline):
    fk_name = "session"


@admin.register(Session)
class SessionAdmin(WrittenElsewhere, ModelAdmin[Session]):
    list_display = ("when", "service", "seats", "channel", "location", "is_live")
    list_filter = (
        "start",
        LiveFilter,
        "channel",
        ("service", admin.RelatedOnlyFieldListFilter),
        ("location", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("service", "location")
    date_hierarchy = "start"
    search_fields = (
        "service__name",
        "uuid",
        "claims__provider__name",
        "bookings__reference",
        "bookings__order__name",
    )
    ordering = ("-start",)
    inlines = (BookingOfSessionInline, ClaimInline)
    fields = (
        "service",
        "when",
        "zone",
        ("channel", "location", "join_url"),
        ("capacity", "minimum", "seats_taken"),
        "opened_by_staff",
        ("decided_at", "called_off_at"),
        "released_at",
        "uuid",
    )
    readonly_fields = ("when",)

    @admin.display(description=_("when"), ordering="start")
    def when(self, session: Session) -> str:
        return period_text(session.start, session.end, session.zone)

    @admin.display(description=_("seats taken"), ordering="seats_taken")
    def seats(self, session: Session) -> str:
        return _("%(taken)d of %(capacity)d") % {
            "taken": session.seats_taken,
            "capacity": session.capacity,
        }

    @admin.display(description=_("live"), boolean=True, ordering="released_at")
    def is_live(self, session: Session) -> bool:
        return session.released_at is None


@admin.register(Claim)
class ClaimAdmin(WrittenElsewhere, ModelAdmin[Claim]):
    list_display = ("occupied", "provider", "unit", "service", "held_until", "is_live")
    list_filter = (
        "start",
        LiveFilter,
        ("provider", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("provider", "session__service")
    date_hierarchy = "start"
    search_fields = ("provider__name", "session__service__name")
    ordering = ("-start",)
    fields = ("session", "provider", "unit", "occupied", "expires_at", "released_at")
    readonly_fields = ("occupied",)

    @admin.display(description=_("occupied, buffers included"), ordering="start")
    def occupied(self, claim: Claim) -> str:
        return period_text(claim.start, claim.end, claim.provider.zone)

    @admin.display(description=_("service"), ordering="session__service__name")
    def service(self, claim: Claim) -> str:
        return claim.session.service.name

    @admin.display(description=_("held until"), ordering="expires_at")
    def held_until(self, claim: Claim) -> str:
        held = claim.expires_at
        return "" if held is None else moment_text(held, claim.provider.zone)

    @admin.display(description=_("live"), boolean=True, ordering="released_at")
    def is_live(self, claim: Claim) -> bool:
        return claim.released_at is None
