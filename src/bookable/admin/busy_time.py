from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin
from bookable.admin.moments import period_text
from bookable.admin.provider_zone import InProvidersZone
from bookable.admin.rewritten import Rewritten
from bookable.schedule.add_busy_time import add_busy_time
from bookable.schedule.models import BusyTime
from bookable.schedule.remove_busy_time import remove_busy_time

MANUAL = "manual"


@admin.register(BusyTime)
class BusyTimeAdmin(InProvidersZone, Rewritten, ModelAdmin[BusyTime]):
    """What came from elsewhere is changed there; here it can only be looked at or taken away."""

    list_display = ("when", "provider", "source")
    list_filter = ("source", "start", ("provider", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("provider",)
    date_hierarchy = "start"
    search_fields = ("provider__name", "source", "external_id")
    ordering = ("-start",)
    autocomplete_fields = ("provider",)
    fields = ("provider", "start", "end")

    @admin.display(description=_("when"), ordering="start")
    def when(self, row: BusyTime) -> str:
        return period_text(row.start, row.end, row.provider.zone)

    def get_form(
        self, request: HttpRequest, obj: BusyTime | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        help_texts = {"start": _("On the provider's own clock.")}
        return super().get_form(request, obj, change, help_texts=help_texts, **kwargs)

    def get_fields(self, request: HttpRequest, obj: BusyTime | None = None) -> Any:
        foreign = obj is not None and obj.source != MANUAL
        return [*self.fields, "source", "external_id"] if foreign else self.fields

    def has_change_permission(self, request: HttpRequest, obj: BusyTime | None = None) -> bool:
        ours = obj is None or obj.source == MANUAL
        return ours and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: BusyTime, form: Any, change: bool) -> None:
        if change:
            remove_busy_time(obj.pk)
        obj.pk = add_busy_time(obj.provider, obj.start, obj.end).pk

    def delete_model(self, request: HttpRequest, obj: BusyTime) -> None:
        remove_busy_time(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[BusyTime]) -> None:
        for row in queryset:
            remove_busy_time(row)
