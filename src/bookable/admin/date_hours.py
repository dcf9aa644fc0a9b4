"""Hours on dates: a table on the provider's page, and a page of their own."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, RefusableForm, TabularInline
from bookable.admin.days import Said, check_day, write_day
from bookable.admin.everybody import ForEverybody, ProviderFilter
from bookable.admin.rewritten import Rewritten
from bookable.admin.verb_formset import VerbFormSet, untouched
from bookable.catalog.models import Provider
from bookable.errors import InvalidSchedule
from bookable.schedule.models import DateHours
from bookable.schedule.models.hours import hours_text


def said_in(form: Any) -> Said:
    if untouched(form):
        return Said.of(form.instance)
    fields = form.cleaned_data
    return Said(
        fields["kind"], fields["opens"], fields["closes"], fields.get("location"), fields["note"]
    )


class DateHoursFormSet(VerbFormSet):
    def check(self) -> None:
        for rows in self.days().values():
            check_day(rows)

    def write(self) -> None:
        days = self.days()
        for day in sorted(self.touched_days()):
            write_day(self.instance, day, days[day])

    def days(self) -> dict[date, list[Said]]:
        days: dict[date, list[Said]] = defaultdict(list)
        for form in self.wanted:
            days[form.cleaned_data["date"]].append(said_in(form))
        return days

    def touched_days(self) -> set[date]:
        touched = {form.initial["date"] for form in self.initial_forms if form.has_changed()}
        return touched | {form.cleaned_data["date"] for form in self.wanted if form.has_changed()}


class DateHoursInline(TabularInline[DateHours, Provider]):
    model = DateHours
    formset = DateHoursFormSet
    fields = ("date", "kind", "opens", "closes", "location", "note")
    verbose_name_plural = _("Hours on single dates, from today on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DateHours]:
        rows = super().get_queryset(request).select_related("location")
        return rows.filter(date__gte=timezone.localdate())


class DateHoursForm(RefusableForm):
    """One row; the others of its date are weighed along with it."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.keys() >= {"date", "kind", "opens", "closes", "note"}:
            try:
                check_day([*self.others(), said_in(self)])
            except InvalidSchedule as error:
                self.add_error(None, str(error))
        return cleaned

    def others(self) -> list[Said]:
        fields = self.cleaned_data
        return rows_beside(self.instance, fields.get("provider"), fields["date"])


@admin.register(DateHours)
class DateHoursAdmin(ForEverybody, Rewritten, ModelAdmin[DateHours]):
    form = DateHoursForm
    list_display = ("date", "provider_or_all", "kind", "hours", "location", "note")
    list_filter = ("kind", ("provider", ProviderFilter))
    list_select_related = ("provider", "location")
    date_hierarchy = "date"
    search_fields = ("provider__name", "note")
    ordering = ("-date", "opens")
    fields = ("provider", "date", "kind", ("opens", "closes"), "location", "note")

    @admin.display(description=_("hours"), ordering="opens")
    def hours(self, row: DateHours) -> str:
        closed = row.opens is None or row.closes is None
        return "" if closed else hours_text(row.opens, row.closes)

    def save_model(self, request: HttpRequest, obj: DateHours, form: Any, change: bool) -> None:
        before = DateHours.objects.get(pk=obj.pk) if change else None
        if before and (before.provider_id, before.date) != (obj.provider_id, obj.date):
            forget(before)
        written = write_day(obj.provider, obj.date, [*form.others(), said_in(form)])
        # the verb has replaced the row, and the pages that follow look for the new one
        obj.pk = next(row.pk for row in written if _same(row, obj))

    def delete_model(self, request: HttpRequest, obj: DateHours) -> None:
        forget(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[DateHours]) -> None:
        for row in queryset.select_related("provider"):
            forget(row)


def rows_beside(row: DateHours, provider: Provider | None, day: date) -> list[Said]:
    """What else is said about a date."""
    rows = DateHours.objects.filter(provider=provider, date=day).exclude(pk=row.pk)
    return [Said.of(other) for other in rows.select_related("location")]


def forget(row: DateHours) -> None:
    """Takes one row back and leaves the others of its date."""
    write_day(row.provider, row.date, rows_beside(row, row.provider, row.date))


def _same(one: DateHours, other: DateHours) -> bool:
    return (one.kind, one.opens, one.closes) == (other.kind, other.opens, other.closes)
