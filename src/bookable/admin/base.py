"""What every page of the admin shares. A theme's base classes are swapped in here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from bookable.admin.money_field import MinorUnitsField, MoneyInput
from bookable.admin.native_inputs import DayInput, MomentInput
from bookable.admin.zones import ZoneSelect
from bookable.catalog.models.fields import validate_zone
from bookable.errors import BookableError
from bookable.schedule.models.fields import WallTimeFormField

M = TypeVar("M", bound=models.Model)
P = TypeVar("P", bound=models.Model)

if TYPE_CHECKING:
    _BaseModelAdmin = BaseModelAdmin[Any]
    _ModelAdmin = admin.ModelAdmin
    _StackedInline = admin.StackedInline
    _TabularInline = admin.TabularInline
    _ModelForm = forms.ModelForm[Any]
else:
    _BaseModelAdmin = BaseModelAdmin
    _ModelForm = forms.ModelForm

    class _Subscriptable:
        def __class_getitem__(cls, _item: object) -> type:
            return cls

    class _ModelAdmin(_Subscriptable, admin.ModelAdmin):
        pass

    class _StackedInline(_Subscriptable, admin.StackedInline):
        pass

    class _TabularInline(_Subscriptable, admin.TabularInline):
        pass


_EXAMPLES = {"opens": "09:00", "closes": "17:00"}


class RefusableForm(_ModelForm):
    """Shows the sentence of a verb that refused what this form asked for."""

    refusal: ClassVar[str] = ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.refusal:
            self.add_error(None, self.refusal)
        return cleaned


class Fields(_BaseModelAdmin):
    """Prices in the currency's main unit, zones to choose from; read-only prices as money."""

    class Media:
        css = {"all": ["bookable/admin/forms.css"]}

    #: Each has a method of the same name with `_shown` behind it.
    money_fields: ClassVar[tuple[str, ...]] = ()
    formfield_overrides = {
        models.DateField: {"widget": DayInput},
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": MomentInput},
        models.PositiveBigIntegerField: {"form_class": MinorUnitsField, "widget": MoneyInput},
    }

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "zone":
            kwargs |= {"widget": ZoneSelect, "validators": [validate_zone]}
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, WallTimeFormField):
            field.label = capfirst(field.label or "")
            field.widget.attrs["placeholder"] = _EXAMPLES.get(db_field.name, "")
        return field

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if not self.money_fields or self._can_write(request, obj):
            return fieldsets
        return [
            (title, {**options, "fields": self._as_money(options["fields"])})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = (
            [] if self._can_write(request, obj) else [f"{one}_shown" for one in self.money_fields]
        )
        return [*super().get_readonly_fields(request, obj), *shown]

    def _as_money(self, fields: Iterable[Any]) -> list[Any]:
        return [
            self._as_money(one)
            if isinstance(one, list | tuple)
            else (f"{one}_shown" if one in self.money_fields else one)
            for one in fields
        ]

    def _can_write(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return self.has_change_permission(request, obj)


class ModelAdmin(Fields, _ModelAdmin[M]):
    """A verb that refuses rolls everything back, and its sentence is shown in the form."""

    form = RefusableForm

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except BookableError as error:
            request.bookable_refusal = str(error)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "bookable_refusal", "")  # type: ignore[attr-defined]
        return form

    def tell_refusal(self, request: HttpRequest, one: models.Model, error: BookableError) -> None:
        self.message_user(request, f"{capfirst(str(one))}: {error}", messages.ERROR)


class WrittenElsewhere(_BaseModelAdmin):
    """To look at only."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CompactInline(Fields):
    """Rows without the icons that lead to other pages; one query for the choices of all rows."""

    extra = 0

    def _can_write(self, request: HttpRequest, obj: Any) -> bool:
        mine: Any = self
        asked = (mine.has_change_permission, mine.has_add_permission)
        return any(may(request, obj) for may in asked)

    def formfield_for_dbfield(
        self, db_field: models.Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(field, "widget", None)
        if isinstance(widget, RelatedFieldWidgetWrapper):
            widget.can_add_related = widget.can_change_related = False
            widget.can_delete_related = widget.can_view_related = False
            if db_field.name not in self.get_autocomplete_fields(request):
                field.choices = list(field.choices)
                widget.choices = field.choices
        return field


class TabularInline(CompactInline, _TabularInline[M, P]):
    pass


class StackedInline(CompactInline, _StackedInline[M, P]):
    pass
