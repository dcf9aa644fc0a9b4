"""The tables on a service's page that belong to the service alone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import CompactInline, StackedInline, TabularInline
from bookable.admin.money_field import money_text
from bookable.admin.plain_fields import AnswerField, LinesField
from bookable.admin.priced_rows import PricedFormSet
from bookable.catalog.models import DurationChoice, Extra, Question, Service


class _PricedInline(CompactInline):
    formset: Any = PricedFormSet
    money_fields = ("price",)

    @admin.display(description=_("price"))
    def price_shown(self, row: Any) -> str:
        return money_text(row.price, row.service.currency)


class DurationChoiceInline(_PricedInline, TabularInline[DurationChoice, Service]):
    model = DurationChoice
    fields = ("minutes", "price")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DurationChoice]:
        return super().get_queryset(request).select_related("service")

    def get_formset(self, request: HttpRequest, obj: Service | None = None, **kwargs: Any) -> Any:
        help_texts = {"price": _("Empty: in proportion to the duration.")}
        return super().get_formset(request, obj, help_texts=help_texts, **kwargs)


class ExtraInline(_PricedInline, StackedInline[Extra, Service]):
    model = Extra
    classes = ("collapse",)
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = {
        **StackedInline.formfield_overrides,
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 60})},
    }
    fields = (
        ("name", "slug"),
        "description",
        ("price", "minutes"),
        ("max_quantity", "stock"),
        ("is_active", "position"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Extra]:
        return super().get_queryset(request).select_related("service")

    def get_formset(self, request: HttpRequest, obj: Service | None = None, **kwargs: Any) -> Any:
        help_texts = {"price": _("For each.")}
        return super().get_formset(request, obj, help_texts=help_texts, **kwargs)


class QuestionInline(StackedInline[Question, Service]):
    model = Question
    fk_name = "service"
    classes = ("collapse",)
    prepopulated_fields = {"slug": ("label",)}
    fields = (
        ("label", "slug"),
        "help_text",
        ("kind", "is_required", "position"),
        "options",
        ("minimum", "maximum", "pattern"),
        ("shown_if", "shown_if_answer"),
    )

    def get_formset(self, request: HttpRequest, obj: Service | None = None, **kwargs: Any) -> Any:
        self.service = obj
        return super().get_formset(
            request,
            obj,
            field_classes={"options": LinesField, "shown_if_answer": AnswerField},
            help_texts={"options": _("What to choose from, one on each line.")},
            **kwargs,
        )

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "shown_if":
            kwargs["queryset"] = Question.objects.filter(service=self.service or 0)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
