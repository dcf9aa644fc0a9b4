from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from bookable.timeline.walltime import format_walltime, parse_walltime

if TYPE_CHECKING:
    _MinutesField = models.PositiveSmallIntegerField[Any, Any]
else:
    _MinutesField = models.PositiveSmallIntegerField


class WallTimeFormField(forms.CharField):
    """Reads “09:00”, “24:00” and “06:00 +1” as minutes after midnight."""

    def prepare_value(self, value: Any) -> Any:
        return format_walltime(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        try:
            return parse_walltime(str(value))
        except ValueError as error:
            raise ValidationError(
                _("Enter a time such as 09:00, or 06:00 +1 for the next morning."), "invalid"
            ) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True

    def run_validators(self, value: Any) -> None:
        """The model's constraints say what is allowed; a text's validators don't apply."""


class WallTimeField(_MinutesField):
    """Minutes after midnight, entered and shown as a time of day."""

    def formfield(self, **kwargs: Any) -> Any:
        options = {
            "required": not self.blank,
            "label": self.verbose_name,
            "help_text": self.help_text,
            "widget": forms.TextInput(attrs={"size": 8, "placeholder": "09:00"}),
        }
        kwargs.pop("widget", None)
        return WallTimeFormField(**{**options, **kwargs})

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))
