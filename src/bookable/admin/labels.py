from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin
from bookable.catalog.models import Category, Tag


@admin.register(Category)
class CategoryAdmin(ModelAdmin[Category]):
    list_display = ("name", "position", "services_count")
    list_editable = ("position",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        categories: QuerySet[Category] = super().get_queryset(request)
        return categories.annotate(services_count=Count("services"))

    @admin.display(description=_("services"), ordering="services_count")
    def services_count(self, category: Category) -> int:
        count: int = category.services_count  # type: ignore[attr-defined]
        return count


@admin.register(Tag)
class TagAdmin(ModelAdmin[Tag]):
    list_display = ("name", "services_count", "providers_count")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        tags: QuerySet[Tag] = super().get_queryset(request)
        return tags.annotate(
            services_count=Count("services", distinct=True),
            providers_count=Count("providers", distinct=True),
        )

    @admin.display(description=_("services"), ordering="services_count")
    def services_count(self, tag: Tag) -> int:
        count: int = tag.services_count  # type: ignore[attr-defined]
        return count

    @admin.display(description=_("providers"), ordering="providers_count")
    def providers_count(self, tag: Tag) -> int:
        count: int = tag.providers_count  # type: ignore[attr-defined]
        return count
