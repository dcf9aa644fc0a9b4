"""The library's admin pages, with a field for each language."""

from __future__ import annotations

from django.contrib import admin
from modeltranslation.admin import TranslationAdmin

from bookable.admin.provider import ProviderAdmin
from bookable.admin.service import ServiceAdmin
from bookable.models import Provider, Service

admin.site.unregister([Provider, Service])


@admin.register(Provider)
class TranslatedProviderAdmin(TranslationAdmin, ProviderAdmin):
    pass


@admin.register(Service)
class TranslatedServiceAdmin(TranslationAdmin, ServiceAdmin):
    pass
