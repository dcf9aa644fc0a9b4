"""The browser's own pickers for days and moments: they fit into a row and know the language."""

from __future__ import annotations

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # with its seconds, so that a row that came from elsewhere is not taken for changed
        super().__init__(attrs, format="%Y-%m-%dT%H:%M:%S")
