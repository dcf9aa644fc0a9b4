"""Absences: a table on the provider's page, and a page of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, TabularInline
from bookable.admin.everybody import ForEverybody, ProviderFilter
from bookable.admin.moments import period_text
from bookable.admin.provider_zone import InProvidersZone
from bookable.admin.rewritten import Rewritten
from bookable.admin.verb_formset import VerbFormSet
from bookable.catalog.models import Provider
from bookable.schedule.add_time_off import add_time_off
from bookable.schedule.models import TimeOff
from bookable.schedule.remove_time_off import remove_time_off


class TimeOffFormSet(VerbFormSet):
    def write(self) -> None:
        for row in [*self.deleted_objects, *(row for row, _fields in self.changed_objects)]:
            remove_time_off(row)
        for form in self.wanted:
            if form.has_changed():
                fields = form.cleaned_data
                add_time_off(self.instance, fields["start"], fields["end"], note=fields["note"])


class TimeOffInline(TabularInline[TimeOff, Provider]):
    model = TimeOff
    formset = TimeOffFormSet
    fields = ("start", "end", "note")
    verbose_name_plural = _("Time off that is not over yet, on the provider's own clock")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimeOff]:
        return super().get_queryset(request).filter(end__gt=timezone.now())


@admin.register(TimeOff)
class TimeOffAdmin(ForEverybody, InProvidersZone, Rewritten, ModelAdmin[TimeOff]):
    list_display = ("when", "provider_or_all", "note")
    list_filter = ("start", ("provider", ProviderFilter))
    list_select_related = ("provider",)
    date_hierarchy = "start"
    search_fields = ("provider__name", "note")
    ordering = ("-start",)
    fields = ("provider", "start", "end", "note")

    def get_form(
        self, request: HttpRequest, obj: TimeOff | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        told = _("On the provider's own clock; for all providers, on the clock in %(zone)s.")
        text = told % {"zone": timezone.get_default_timezone_name()}
        return super().get_form(request, obj, change, help_texts={"start": text}, **kwargs)

    @admin.display(description=_("when"), ordering="start")
    def when(self, row: TimeOff) -> str:
        return period_text(row.start, row.end, row.provider.zone if row.provider else None)

    def save_model(self, request: HttpRequest, obj: TimeOff, form: Any, change: bool) -> None:
        if change:
            remove_time_off(obj)
        obj.pk = add_time_off(obj.provider, obj.start, obj.end, note=obj.note).pk

    def delete_model(self, request: HttpRequest, obj: TimeOff) -> None:
        remove_time_off(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[TimeOff]) -> None:
        for row in queryset:
            remove_time_off(row)
