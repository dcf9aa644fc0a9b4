"""What customers answered, checked and made ready to be kept as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bookable.catalog.answer_kinds import Refused, clean_answer
from bookable.catalog.models import Question
from bookable.errors import InvalidAnswers


def clean_answers(questions: Iterable[Question], answers: Mapping[str, object]) -> dict[str, Any]:
    """The answers by the slug of their question; only of those that are shown and answered.

    A question is shown if it depends on no other, or if the other is shown and has the answer.
    Raises InvalidAnswers with sentences for every question that can't be accepted so.
    """
    reading = _Reading(questions, answers)
    for slug in sorted(set(answers) - set(reading.questions)):
        reading.errors[slug] = [_("This is not asked.")]
    for slug in reading.questions:
        reading.answer(slug)
    if reading.errors:
        raise InvalidAnswers(reading.errors)
    return {slug: found for slug, found in reading.cleaned.items() if found is not None}


class _Reading:
    """Takes one answer after the other; each question is looked at once, after its parent."""

    def __init__(self, questions: Iterable[Question], answers: Mapping[str, object]) -> None:
        self.questions = {question.slug: question for question in questions}
        self.slugs = {question.pk: slug for slug, question in self.questions.items()}
        self.given = answers
        self.cleaned: dict[str, Any] = {}
        self.errors: dict[str, list[str]] = {}

    def answer(self, slug: str) -> Any:
        """What was answered; None for nothing, and for what was not asked or not accepted."""
        if slug not in self.cleaned:
            # a circle of questions is never shown
            self.cleaned[slug] = None
            question = self.questions[slug]
            if self._is_shown(question):
                self.cleaned[slug] = self._clean(question)
        return self.cleaned[slug]

    def _is_shown(self, question: Question) -> bool:
        if question.shown_if_id is None:
            return True
        parent = self.slugs.get(question.shown_if_id)
        return parent is not None and _matches(self.answer(parent), question.shown_if_answer)

    def _clean(self, question: Question) -> Any:
        given = self.given.get(question.slug)
        if given is None or given in ("", []) or (isinstance(given, str) and not given.strip()):
            if question.is_required:
                self.errors[question.slug] = [_("Please answer this.")]
            return None
        try:
            return clean_answer(question, given)
        except Refused as refused:
            self.errors[question.slug] = [str(refused)]
            return None


def _matches(answer: Any, wanted: Any) -> bool:
    """Whether this is the answer, or one of several, that another question hangs on."""
    if answer is None:
        return False
    if isinstance(answer, list) and not isinstance(wanted, list):
        return wanted in answer
    # True is not 1 here
    return bool(answer == wanted) and isinstance(answer, bool) == isinstance(wanted, bool)
