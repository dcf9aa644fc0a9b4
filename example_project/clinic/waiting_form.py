"""“Tell me when something becomes free.”"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms

from clinic.asking import Question
from clinic.contact_form import ContactForm

A_MINUTE = timedelta(minutes=1)


class WaitingForm(ContactForm):
    """The days are those of the visitor's own calendar."""

    first = forms.DateField(label="From", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    last = forms.DateField(
        label="Until, this day included", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    field_order = ("first", "last", "name", "email", "phone")

    def __init__(
        self, question: Question, user: Any, data: Any = None, *, day: date | None = None
    ) -> None:
        day = day or question.today
        initial = {"first": day, "last": day}
        super().__init__(data, user=user, initial=initial, prefix="wait")
        self.question = question

    @property
    def earliest(self) -> datetime:
        return self.question.midnight(self.cleaned_data["first"])

    @property
    def latest(self) -> datetime:
        return self.question.midnight(self.cleaned_data["last"] + timedelta(days=1)) - A_MINUTE

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"first", "last"} <= cleaned.keys() and cleaned["last"] < cleaned["first"]:
            self.add_error("last", "The last day must not come before the first.")
        return cleaned
