"""“Tell me when something becomes free.”"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format

from clinic.asking import Question
from clinic.contact_form import ContactForm
from clinic.month import following

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
        first, last = (day, day) if day and day >= question.today else days_shown(question)
        initial = {"first": first, "last": last}
        super().__init__(data, user=user, initial=initial, prefix="wait")
        self.question = question

    @property
    def earliest(self) -> datetime:
        return self.question.midnight(self.cleaned_data["first"])

    @property
    def latest(self) -> datetime:
        return self.question.midnight(self.cleaned_data["last"] + timedelta(days=1)) - A_MINUTE

    def clean_first(self) -> date:
        return self._not_over("first")

    def clean_last(self) -> date:
        last, furthest = self._not_over("last"), self.question.last_day
        if last > furthest:
            told = date_format(furthest, "j F Y")
            raise forms.ValidationError(f"It can be booked until {told}, no later.")
        return last

    def _not_over(self, name: str) -> date:
        day: date = self.cleaned_data[name]
        if day < self.question.today:
            raise forms.ValidationError("This day has passed.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if {"first", "last"} <= cleaned.keys() and cleaned["last"] < cleaned["first"]:
            self.add_error("last", "The last day must not come before the first.")
        return cleaned


def days_shown(question: Question) -> tuple[date, date]:
    """What is left of the month that is looked at, as far as it can be booked."""
    first = max(question.month, question.today)
    last = min(following(question.month) - timedelta(days=1), question.last_day)
    return first, max(first, last)
