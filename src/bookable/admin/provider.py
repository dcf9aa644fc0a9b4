from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, RefusableForm
from bookable.admin.busy_ahead import busy_ahead
from bookable.admin.copy_hours_page import copy_hours_page
from bookable.admin.date_hours import DateHoursInline
from bookable.admin.moments import day_text
from bookable.admin.offerings import ProviderOfferingInline
from bookable.admin.plain_fields import LinesField
from bookable.admin.provider_actions import ProviderActions
from bookable.admin.provider_saving import save_provider
from bookable.admin.provider_zone import InProvidersZone
from bookable.admin.time_off import TimeOffInline
from bookable.admin.weekly_hours import WeeklyHoursInline, blank_week
from bookable.catalog.models import Provider
from bookable.schedule.models import TimeOff


class ProviderForm(RefusableForm):
    class Meta:
        field_classes = {"languages": LinesField}
        help_texts = {"languages": _("Codes such as en or fr, one on each line.")}


@admin.register(Provider)
class ProviderAdmin(ProviderActions, InProvidersZone, ModelAdmin[Provider]):
    form = ProviderForm
    list_display = (
        "name",
        "kind",
        "zone",
        "is_active",
        "is_approved",
        "units",
        "next_time_off",
    )
    list_filter = (
        "kind",
        "is_active",
        "is_approved",
        ("tags", admin.RelatedOnlyFieldListFilter),
        ("location", admin.RelatedOnlyFieldListFilter),
        ("offerings__service", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("name", "slug", "headline")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("location", "tags")
    raw_id_fields = ("user",)
    readonly_fields = ("busy_ahead",)
    inlines = (WeeklyHoursInline, DateHoursInline, TimeOffInline, ProviderOfferingInline)
    fieldsets = (
        (None, {"fields": (("name", "slug"), ("kind", "units"), ("zone", "location"))}),
        (
            _("Whether it can be booked"),
            {
                "fields": (
                    "is_active",
                    "is_approved",
                    "is_public",
                    ("accepts_from", "accepts_until"),
                    "busy_ahead",
                )
            },
        ),
        (
            _("What customers read"),
            {
                "classes": ("collapse",),
                "fields": ("photo", "headline", "bio", ("languages", "tier"), "tags"),
            },
        ),
        (_("Account"), {"classes": ("collapse",), "fields": ("user",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Provider]:
        now = timezone.now()
        ahead = TimeOff.objects.filter(
            Q(provider=OuterRef("pk")) | Q(provider=None), end__gt=now
        ).order_by("start", "pk")
        providers: QuerySet[Provider] = super().get_queryset(request)
        return providers.annotate(
            off_from=Subquery(ahead.values("start")[:1]),
            off_until=Subquery(ahead.values("end")[:1]),
        )

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        # a site may keep its users out of the admin, or unsearchable
        users = self.admin_site._registry.get(get_user_model())
        searchable = users is not None and bool(users.get_search_fields(request))
        return [*super().get_autocomplete_fields(request), *(["user"] if searchable else [])]

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Provider, inline: Any, prefix: str
    ) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, WeeklyHoursInline):
            kwargs["initial"] = blank_week(obj)
        return kwargs

    def get_urls(self) -> list[Any]:
        page = path(
            "<path:object_id>/copy-hours/",
            self.admin_site.admin_view(self.copy_hours_view),
            name="bookable_provider_copy_hours",
        )
        return [page, *super().get_urls()]

    def copy_hours_view(self, request: HttpRequest, object_id: str) -> Any:
        return copy_hours_page(self, request, object_id)

    def zone_of(self, request: HttpRequest, object_id: str | None) -> str | None:
        if zone := request.POST.get("zone"):
            return zone
        provider = self.get_object(request, object_id) if object_id else None
        return provider.zone if provider else None

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        if change:
            save_provider(obj, form.changed_data)
        else:
            super().save_model(request, obj, form, change)

    @admin.display(description=_("next time off"), ordering="off_from")
    def next_time_off(self, provider: Any) -> str:
        if provider.off_from is None:
            return ""
        if provider.off_from > timezone.now():
            return day_text(provider.off_from, provider.zone)
        return _("now, until %(day)s") % {"day": day_text(provider.off_until, provider.zone)}

    @admin.display(description=_("occupied from outside"))
    def busy_ahead(self, provider: Provider) -> str:
        return busy_ahead(provider, self.admin_site.name)
