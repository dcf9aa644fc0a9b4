"""Prices as people write them: 35.00 in the form, 3500 in the row."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString

from bookable.conf import settings
from bookable.errors import InvalidMoney
from bookable.money import Money

_LARGEST = 12


class MoneyInput(forms.NumberInput):
    """The amount with its currency behind it."""

    currency = ""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vIntegerField", "inputmode": "decimal", **(attrs or {})})

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        box = super().render(*args, **kwargs)
        return format_html('{} <span class="bookable-currency">{}</span>', box, self.currency)


class MinorUnitsField(forms.IntegerField):
    """Shows minor units in the currency's main unit, and reads them back.

    What is entered may be meant in another currency than what was shown, because a form can
    change both at once.
    """

    widget = MoneyInput

    def __init__(self, **options: Any) -> None:
        self.shown_in = self.entered_in = settings.CURRENCY
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"min": 0, "step": "any"}

    def prepare_value(self, value: Any) -> Any:
        return Money(value, self.shown_in).decimal if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        amount = forms.DecimalField(required=False, max_digits=_LARGEST).clean(value)
        if amount is None:
            return None
        try:
            return Money.of(amount, self.entered_in).amount
        except InvalidMoney as error:
            raise ValidationError(str(error), error.code) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


def set_currency(form: forms.BaseForm, shown: str, entered: str | None = None) -> None:
    """Tells every price of a form which currency it is in."""
    for field in form.fields.values():
        if isinstance(field, MinorUnitsField):
            field.shown_in, field.entered_in = shown, entered or shown
            if isinstance(field.widget, MoneyInput):
                field.widget.currency = field.entered_in


def money_text(amount: int | None, currency: str) -> str:
    return "" if amount is None else str(Money(amount, currency))
