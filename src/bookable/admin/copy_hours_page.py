"""A page between: which weekday's hours go to which other weekdays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookable.admin.asking import asking_context
from bookable.catalog.models import Provider
from bookable.errors import BookableError
from bookable.schedule.copy_hours import copy_hours
from bookable.schedule.models import Weekday
from bookable.schedule.models.hours import hours_text

if TYPE_CHECKING:
    from bookable.admin.base import ModelAdmin


class CopyHoursForm(forms.Form):
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Copy the hours of"), choices=Weekday.choices, coerce=int
    )
    to = forms.TypedMultipleChoiceField(
        label=gettext_lazy("To"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("The hours that these days have now are replaced."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "to" in cleaned and set(cleaned["to"]) <= {cleaned.get("weekday")}:
            self.add_error("to", _("Choose another day than the one that is copied."))
        return cleaned


def copy_hours_page(
    page: ModelAdmin[Provider], request: HttpRequest, object_id: str
) -> HttpResponse:
    provider = page.get_object(request, object_id)
    if provider is None:
        raise Http404
    if not page.has_change_permission(request, provider):
        raise PermissionDenied
    form = CopyHoursForm(request.POST or None, initial={"weekday": Weekday.MONDAY})
    if form.is_valid() and _copied(page, request, provider, form):
        return HttpResponseRedirect(_change_page(page, provider))
    return TemplateResponse(
        request, "admin/bookable/provider/copy_hours.html", _context(page, request, provider, form)
    )


def _copied(
    page: ModelAdmin[Provider], request: HttpRequest, provider: Provider, form: CopyHoursForm
) -> bool:
    weekday, targets = form.cleaned_data["weekday"], form.cleaned_data["to"]
    try:
        copy_hours(provider, weekday, targets)
    except BookableError as error:
        form.add_error(None, str(error))
        return False
    days = [str(Weekday(day).label) for day in targets if day != weekday]
    told = _("The hours of %(weekday)s were copied to %(days)s.") % {
        "weekday": Weekday(weekday).label,
        "days": get_text_list(days, _("and")),
    }
    page.log_change(request, provider, told)
    page.message_user(request, told, messages.SUCCESS)
    return True


def _context(
    page: ModelAdmin[Provider], request: HttpRequest, provider: Provider, form: CopyHoursForm
) -> dict[str, Any]:
    asking = asking_context(
        page, request, form, title=_("Copy hours"), row=provider, back=_change_page(page, provider)
    )
    return {**asking, "button": _("Copy"), "week": week_of(provider)}


def week_of(provider: Provider) -> list[tuple[str, str]]:
    """Each weekday with its hours as they are now."""
    texts: dict[int, list[str]] = {day: [] for day in Weekday.values}
    for row in provider.weekly_hours.all():
        texts[row.weekday].append(hours_text(row.opens, row.closes))
    return [
        (str(Weekday(day).label), ", ".join(hours) or _("closed")) for day, hours in texts.items()
    ]


def _change_page(page: ModelAdmin[Provider], provider: Provider) -> str:
    return reverse(f"{page.admin_site.name}:bookable_provider_change", args=[provider.pk])
