from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, WrittenElsewhere
from bookable.admin.booking_rows import BookingInline
from bookable.admin.moments import moment_text
from bookable.bookings.models import Series


class BookingOfSeriesInline(BookingInline):
    fk_name = "series"


@admin.register(Series)
class SeriesAdmin(WrittenElsewhere, ModelAdmin[Series]):
    list_display = ("service", "first", "rule", "bookings_count", "created")
    list_filter = (("service", admin.RelatedOnlyFieldListFilter), "start")
    list_select_related = ("service",)
    date_hierarchy = "start"
    search_fields = (
        "service__name",
        "uuid",
        "bookings__reference",
        "bookings__order__name",
        "bookings__order__email",
    )
    ordering = ("-start", "-pk")
    inlines = (BookingOfSeriesInline,)
    fields = ("service", ("first", "zone"), "rule", ("created", "uuid"))
    readonly_fields = ("first",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Series]:
        series: QuerySet[Series] = super().get_queryset(request)
        return series.annotate(bookings_count=Count("bookings"))

    @admin.display(description=_("first start"), ordering="start")
    def first(self, series: Series) -> str:
        return moment_text(series.start, series.zone)

    @admin.display(description=_("bookings"), ordering="bookings_count")
    def bookings_count(self, series: Any) -> int:
        count: int = series.bookings_count
        return count
