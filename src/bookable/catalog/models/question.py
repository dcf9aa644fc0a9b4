from __future__ import annotations

from typing import Any

import regex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookable.catalog.models.choices import QuestionKind
from bookable.catalog.models.service import Service


class Question(models.Model):
    """What a customer is asked when they book a service."""

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="questions")
    slug = models.SlugField(_("slug"), help_text=_("The key under which the answer is kept."))
    label = models.CharField(_("question"), max_length=200)
    help_text = models.CharField(_("help text"), max_length=300, blank=True)
    kind = models.CharField(
        _("kind of answer"),
        max_length=20,
        choices=QuestionKind.choices,
        default=QuestionKind.TEXT,
    )
    is_required = models.BooleanField(_("required"), default=False)
    options = models.JSONField(
        _("options"), default=list, blank=True, help_text=_("A list of texts to choose from.")
    )
    minimum = models.IntegerField(
        _("minimum"), null=True, blank=True, help_text=_("Of a number, or of a text's length.")
    )
    maximum = models.IntegerField(_("maximum"), null=True, blank=True)
    pattern = models.CharField(
        _("pattern"),
        max_length=200,
        blank=True,
        help_text=_("A regular expression that a text must match as a whole."),
    )
    shown_if = models.ForeignKey(
        "self",
        verbose_name=_("shown if"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="dependants",
        help_text=_("Asked only when this earlier question has the answer below."),
    )
    shown_if_answer = models.JSONField(_("has the answer"), null=True, blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "slug"], name="bookable_question_once_a_service"
            ),
            models.CheckConstraint(
                name="bookable_question_range",
                condition=Q(minimum=None) | Q(maximum=None) | Q(maximum__gte=models.F("minimum")),
                violation_error_message=_("The maximum must not lie below the minimum."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        errors: dict[str, Any] = {}
        chooses = self.kind in {QuestionKind.CHOICE, QuestionKind.CHOICES}
        if chooses and not _is_list_of_texts(self.options):
            errors["options"] = _("Give a list of texts to choose from.")
        if self.shown_if is not None and (
            self.shown_if.service_id != self.service_id or self.shown_if.position >= self.position
        ):
            errors["shown_if"] = _("Choose an earlier question of the same service.")
        if self.pattern and not _compiles(self.pattern):
            errors["pattern"] = _("This is not a regular expression.")
        if errors:
            raise ValidationError(errors)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(text, str) for text in value)


def _compiles(pattern: str) -> bool:
    try:
        regex.compile(pattern)
    except regex.error:
        return False
    return True
