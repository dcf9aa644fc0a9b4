"""What a service takes, as a table that is written by `set_needs`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import StackedInline
from bookable.admin.verb_formset import VerbFormSet, untouched
from bookable.catalog.models import Channel, Need, Service
from bookable.catalog.set_needs import NeedSpec, set_needs

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Need]
else:
    _ModelForm = forms.ModelForm


class NeedForm(_ModelForm):
    position = forms.IntegerField(
        label=_("Position"),
        required=False,
        min_value=0,
        help_text=_("The first need gives the starts their grid."),
        widget=forms.NumberInput(attrs={"class": "vIntegerField"}),
    )

    def clean_position(self) -> int:
        # a new need without a number comes last
        wanted: int | None = self.cleaned_data["position"]
        return 32_767 if wanted is None else wanted

    def spec(self) -> NeedSpec:
        if untouched(self):
            return spec_of(self.instance)
        fields = self.cleaned_data
        return NeedSpec(
            quantity=fields["quantity"],
            pool=fields["pool"],
            providers=tuple(fields["providers"]),
            per_seat=fields["per_seat"],
            channels=tuple(name for name in Channel.values if fields[name]),
        )


def spec_of(need: Need) -> NeedSpec:
    return NeedSpec(
        quantity=need.quantity,
        pool=need.pool,
        providers=tuple(need.providers.all()),
        per_seat=need.per_seat,
        channels=tuple(need.channels),
    )


class NeedFormSet(VerbFormSet):
    """Whether the needs can be met is for the verb to say: it also sees the offerings."""

    def write(self) -> None:
        rows = [form for form in self.wanted if isinstance(form, NeedForm)]
        rows.sort(key=lambda form: form.cleaned_data["position"])  # stable: ties stay as they are
        set_needs(self.instance, [form.spec() for form in rows])


class NeedInline(StackedInline[Need, Service]):
    model = Need
    form = NeedForm
    formset = NeedFormSet
    autocomplete_fields = ("pool", "providers")
    verbose_name_plural = _("What it takes (without a need: one of those who offer it)")
    fields = (
        ("quantity", "per_seat", "position"),
        ("pool", "providers"),
        ("in_person", "video", "phone"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Need]:
        needs = super().get_queryset(request)
        return needs.select_related("pool").prefetch_related("providers")
