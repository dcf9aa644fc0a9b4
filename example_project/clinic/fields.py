"""A form field for each kind of question. What is answered is checked by the library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from bookable.models import Question, QuestionKind

YES_OR_NO = (("true", "Yes"), ("false", "No"))


def field_for(question: Question) -> forms.Field:
    field = _KINDS[QuestionKind(question.kind)](question)
    field.required = False  # the library knows which of them are asked at all
    field.label, field.help_text = question.label, _help(question)
    field.is_asked_for = question.is_required  # type: ignore[attr-defined]
    return field


def _help(question: Question) -> str:
    """Without scripts every question is there; this says which of them to skip."""
    if question.shown_if is None:
        return question.help_text
    wanted = question.shown_if_answer
    answer = ("yes" if wanted else "no") if isinstance(wanted, bool) else wanted
    return f"{question.help_text} Only if you answer “{answer}” above.".strip()


def _text(widget: forms.Widget) -> Callable[[Question], forms.Field]:
    def make(_question: Question) -> forms.Field:
        # a copy, because a widget belongs to one field
        return forms.CharField(widget=type(widget)(attrs=dict(widget.attrs)))

    return make


def _boolean(_question: Question) -> forms.Field:
    return forms.ChoiceField(choices=YES_OR_NO, widget=forms.RadioSelect)


def _consent(_question: Question) -> forms.Field:
    return forms.BooleanField()


def _choice(question: Question) -> forms.Field:
    return forms.ChoiceField(choices=_options(question), widget=forms.RadioSelect)


def _choices(question: Question) -> forms.Field:
    return forms.MultipleChoiceField(
        choices=_options(question), widget=forms.CheckboxSelectMultiple
    )


def _options(question: Question) -> list[tuple[Any, str]]:
    return [(option, option) for option in question.options]


_KINDS: dict[QuestionKind, Callable[[Question], forms.Field]] = {
    QuestionKind.TEXT: _text(forms.TextInput()),
    QuestionKind.LONG_TEXT: _text(forms.Textarea({"rows": 3})),
    QuestionKind.NUMBER: _text(forms.TextInput({"inputmode": "decimal"})),
    QuestionKind.BOOLEAN: _boolean,
    QuestionKind.CONSENT: _consent,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.DATE: _text(forms.TextInput({"type": "date"})),
    QuestionKind.EMAIL: _text(forms.TextInput({"type": "email"})),
    QuestionKind.PHONE: _text(forms.TextInput({"type": "tel"})),
}
