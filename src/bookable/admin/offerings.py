"""Who offers what: the same rows in a table on the service's and on the provider's page."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import CompactInline, TabularInline
from bookable.admin.known_choice import KnownSelect, make_known
from bookable.admin.money_field import money_text, set_currency
from bookable.admin.priced_rows import PricedFormSet
from bookable.catalog.models import Offering, Provider, Service

if TYPE_CHECKING:
    _Inline = forms.BaseInlineFormSet[Offering, Provider, Any]
else:
    _Inline = forms.BaseInlineFormSet

_HELP = {"price": _("Empty: the service's price."), "duration": _("Minutes. Empty: the service's.")}


class OfferingsOfService(PricedFormSet):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        make_known(form, "provider")


class OfferingsOfProvider(_Inline):
    """Each row's price is in the currency of its own service."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        make_known(form, "service")
        shown = form.instance.service.currency if form.instance.pk else ""
        if currency := self.currencies.get(_posted_service(form), shown):
            set_currency(form, shown or currency, currency)

    @cached_property
    def currencies(self) -> dict[str, str]:
        """By the key of each service that the posted rows name."""
        keys = {value for name, value in self.data.items() if name.endswith("-service")}
        numbers = {key for key in keys if str(key).isdecimal()}
        if not numbers:
            return {}
        services = Service.objects.filter(pk__in=numbers).values_list("pk", "currency")
        return {str(key): currency for key, currency in services}


class _OfferingInline(CompactInline):
    model = Offering
    money_fields = ("price",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offering]:
        offerings: QuerySet[Offering] = super().get_queryset(request)
        return offerings.select_related("service", "provider")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        inline: Any = super()
        return inline.get_formset(request, obj, help_texts=_HELP, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownSelect(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("own price"))
    def price_shown(self, offering: Offering) -> str:
        return money_text(offering.price, offering.service.currency)


class ServiceOfferingInline(_OfferingInline, TabularInline[Offering, Service]):
    formset = OfferingsOfService
    autocomplete_fields = ("provider",)
    fields = ("provider", "price", "duration", "weight")
    verbose_name = _("provider")
    verbose_name_plural = _("Who offers it")


class ProviderOfferingInline(_OfferingInline, TabularInline[Offering, Provider]):
    formset = OfferingsOfProvider
    autocomplete_fields = ("service",)
    fields = ("service", "price", "duration", "weight")
    verbose_name = _("service")
    verbose_name_plural = _("Services offered")


def _posted_service(form: Any) -> str:
    return str(form.data.get(form.add_prefix("service"), ""))
