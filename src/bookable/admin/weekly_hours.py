"""The week of a provider as a table, written by `set_hours`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import TabularInline
from bookable.admin.verb_formset import VerbFormSet, untouched
from bookable.catalog.models import Provider
from bookable.errors import InvalidSchedule
from bookable.schedule.models import Weekday, WeeklyHours
from bookable.schedule.overlaps import refuse_weekly_overlaps
from bookable.schedule.ranges import HoursRange
from bookable.schedule.set_hours import set_hours

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[WeeklyHours]
else:
    _ModelForm = forms.ModelForm

_NEEDED = {"weekday", "opens", "closes", "valid_from", "valid_until"}


class WeeklyHoursForm(_ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.keys() >= _NEEDED:
            try:
                self.hours()
            except InvalidSchedule as error:
                self.add_error("closes", str(error))
        return cleaned

    def hours(self) -> HoursRange:
        if untouched(self):
            return HoursRange.of(self.instance)
        fields = self.cleaned_data
        return HoursRange(
            fields["weekday"],
            fields["opens"],
            fields["closes"],
            fields["valid_from"],
            fields["valid_until"],
            fields.get("location"),
        )


class WeeklyHoursFormSet(VerbFormSet):
    def check(self) -> None:
        refuse_weekly_overlaps(self.ranges())

    def write(self) -> None:
        set_hours(self.instance, self.ranges())

    def ranges(self) -> list[HoursRange]:
        return [form.hours() for form in self.wanted if isinstance(form, WeeklyHoursForm)]


class WeeklyHoursInline(TabularInline[WeeklyHours, Provider]):
    model = WeeklyHours
    form = WeeklyHoursForm
    formset = WeeklyHoursFormSet
    fields = ("weekday", "opens", "closes", "valid_from", "valid_until", "location")
    verbose_name_plural = _("Weekly hours")

    def get_formset(self, request: HttpRequest, obj: Provider | None = None, **kwargs: Any) -> Any:
        help_texts = {"closes": _("24:00 is midnight, 06:00 +1 the next morning.")}
        return super().get_formset(request, obj, help_texts=help_texts, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[WeeklyHours]:
        return super().get_queryset(request).select_related("location")

    def get_extra(self, request: HttpRequest, obj: Provider | None = None, **kwargs: Any) -> int:
        return len(blank_week(obj))


def blank_week(provider: Provider | None) -> list[dict[str, Any]]:
    """A row for each weekday to fill in, as long as there are no hours at all."""
    if provider is not None and provider.pk and provider.weekly_hours.exists():
        return []
    return [{"weekday": day} for day in Weekday.values]
