"""Rows of a service whose prices are in the service's currency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from bookable.admin.money_field import set_currency

if TYPE_CHECKING:
    _Inline = forms.BaseInlineFormSet[Any, Any, Any]
else:
    _Inline = forms.BaseInlineFormSet


class PricedFormSet(_Inline):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        set_currency(form, self.instance.currency)
