"""Form fields that spare people the writing of JSON."""

from __future__ import annotations

import json
from typing import Any

from django import forms


class LinesField(forms.CharField):
    """A list of texts, one on each line."""

    def __init__(self, **options: Any) -> None:
        options.pop("encoder", None)
        options.pop("decoder", None)
        super().__init__(**{**options, "widget": forms.Textarea(attrs={"rows": 4, "cols": 40})})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)


class AnswerField(forms.JSONField):
    """A value that is written as it is: true, 5, or a plain text without quotation marks."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "widget": forms.TextInput(attrs={"size": 20})})

    def prepare_value(self, value: Any) -> Any:
        if value is None:
            return ""
        if isinstance(value, str):
            return value if _read(value) == value else json.dumps(value)
        return super().prepare_value(value)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data

    def to_python(self, value: Any) -> Any:
        return None if value in self.empty_values else _read(str(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != self.to_python(data))


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text.strip()
