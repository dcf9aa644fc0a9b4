from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin
from bookable.catalog.models import Pool


@admin.register(Pool)
class PoolAdmin(ModelAdmin[Pool]):
    list_display = ("name", "providers_count")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    filter_horizontal = ("providers",)
    fieldsets = ((None, {"fields": (("name", "slug"), "providers")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Pool]:
        pools: QuerySet[Pool] = super().get_queryset(request)
        return pools.annotate(providers_count=Count("providers"))

    @admin.display(description=_("providers"), ordering="providers_count")
    def providers_count(self, pool: Pool) -> int:
        count: int = pool.providers_count  # type: ignore[attr-defined]
        return count
