"""What is asked of whoever books: who they are, and the service's own questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms

from bookable.catalog.answers import clean_answers
from bookable.errors import InvalidAnswers
from bookable.models import Service
from bookable.money import Money
from clinic.contact_form import ContactForm
from clinic.fields import field_for

#: What stands before the slug of a question.
QUESTION = "question."


class DetailsForm(ContactForm):
    note = forms.CharField(
        label="Anything we should know?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    #: What the customer was shown that it costs.
    expected = forms.IntegerField(widget=forms.HiddenInput)
    #: Sent again with the same key, the form books once.
    key = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(self, service: Service, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service = service
        self.questions = list(service.questions.select_related("shown_if"))
        asked = {f"{QUESTION}{question.slug}": field_for(question) for question in self.questions}
        self.fields = {
            **{name: field for name, field in self.fields.items() if name != "note"},
            **asked,
            "note": self.fields["note"],
        }

    @classmethod
    def fresh(cls, service: Service, price: Money, *, user: Any, draft: Any) -> DetailsForm:
        """A form to fill in, with what was typed before."""
        initial = {**(draft or {}), "expected": price.amount, "key": uuid4().hex}
        return cls(service, user=user, initial=initial)

    def shown_again(self, price: Money) -> None:
        """The next time it is sent it is another request, at another price."""
        data: Any = self.data
        self.data = data.copy()
        self.data.update({"expected": str(price.amount), "key": uuid4().hex})

    @property
    def expected_price(self) -> Money:
        return Money(self.cleaned_data["expected"], self.service.currency)

    def answers(self) -> dict[str, Any]:
        """The answers by the slug of their question; unticked is an answer too."""
        given = {
            name.removeprefix(QUESTION): value
            for name, value in self.cleaned_data.items()
            if name.startswith(QUESTION)
        }
        return {slug: value for slug, value in given.items() if value not in ("", [])}

    def clean(self) -> dict[str, Any]:
        """All that is wrong is told at once, and the answers are checked as hold() checks them."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            clean_answers(self.questions, self.answers())
        except InvalidAnswers as error:
            self.show_refused(error)
        return cleaned

    def show_refused(self, error: InvalidAnswers) -> None:
        for slug, sentences in error.errors.items():
            name = f"{QUESTION}{slug}"
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    def typed(self) -> Mapping[str, Any]:
        """What is kept for when another time is chosen."""
        return {field.name: field.value() for field in self.visible_fields()}
