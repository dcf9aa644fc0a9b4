from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import RefusableForm
from bookable.admin.money_field import MoneyInput, set_currency
from bookable.conf import settings


class ServiceForm(RefusableForm):
    """Prices are shown in the currency that is stored and read in the one that is posted."""

    class Meta:
        help_texts = {
            "price": _("For one seat."),
            "deposit": _("An amount, or the share on the left."),
            "currency": _("A code such as EUR."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posted = self.data.get(self.add_prefix("currency"), "") if self.is_bound else ""
        set_currency(self, self.instance.currency, posted)
        for field in self.fields.values():
            # the currency has a field of its own right beside
            if isinstance(field.widget, MoneyInput):
                field.widget.currency = ""
        if "rule_set" in self.fields:
            self.fields["rule_set"] = rule_set_field(self.instance.rule_set)


def rule_set_field(current: str) -> forms.ChoiceField:
    """One of the settings' rule sets; a name that they have lost is shown and must be replaced."""
    field = forms.ChoiceField(
        label=_("Rule set"),
        choices=[(alias, alias) for alias in settings.RULESETS],
        help_text=_("One of the names in BOOKABLE['RULESETS']."),
    )
    if current not in settings.RULESETS:
        lost = _("%(alias)s (not in the settings)") % {"alias": current}
        field.widget.choices = [(current, lost), *field.widget.choices]
    return field
