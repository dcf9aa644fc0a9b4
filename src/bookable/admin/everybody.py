"""Rows that belong to one provider, or to all where none is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    _BaseModelAdmin = BaseModelAdmin[Any]
else:
    _BaseModelAdmin = BaseModelAdmin

ALL = _("All providers")


class ProviderOrAll(AutocompleteSelect):
    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: Any = None) -> dict[str, Any]:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-placeholder": str(ALL)}


class ProviderFilter(admin.RelatedOnlyFieldListFilter):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_value_display = format_html("{}", ALL)


class ForEverybody(_BaseModelAdmin):
    autocomplete_fields = ("provider",)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "provider":
            kwargs["widget"] = ProviderOrAll(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("provider"), ordering="provider__name")
    def provider_or_all(self, row: Any) -> Any:
        return row.provider or ALL
