from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin
from bookable.catalog.models import Location


@admin.register(Location)
class LocationAdmin(ModelAdmin[Location]):
    list_display = ("name", "address", "zone", "phone", "email")
    search_fields = ("name", "slug", "address")
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = (
        (None, {"fields": (("name", "slug"), "address", "zone", "directions")}),
        (_("To reach it"), {"fields": (("phone", "email"),)}),
    )
