from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, TabularInline, WrittenElsewhere
from bookable.admin.booking_rows import BookingInline
from bookable.admin.booking_texts import customer_text
from bookable.admin.money_field import money_text
from bookable.catalog.visibility import visibility
from bookable.payments.models import Order, OrderLine
from bookable.payments.models.order import LINE_AMOUNT


class OrderLineInline(WrittenElsewhere, TabularInline[OrderLine, Order]):
    model = OrderLine
    fields = ("label", "kind", "quantity", "each", "total", "due_first", "created")
    readonly_fields = fields
    can_delete = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderLine]:
        return super().get_queryset(request).select_related("order")

    @admin.display(description=_("each"))
    def each(self, line: OrderLine) -> str:
        return money_text(line.unit_amount, line.order.currency)

    @admin.display(description=_("amount"))
    def total(self, line: OrderLine) -> str:
        return str(line.amount)

    @admin.display(description=_("due now"))
    def due_first(self, line: OrderLine) -> str:
        return money_text(line.due_now, line.order.currency)


class BookingOfOrderInline(BookingInline):
    fk_name = "order"


@admin.register(Order)
class OrderAdmin(WrittenElsewhere, ModelAdmin[Order]):
    """What was agreed on is added to and never changed, by the verbs alone."""

    list_display = ("created", "customer", "email", "references", "total_shown")
    list_filter = ("created", "currency")
    date_hierarchy = "created"
    search_fields = ("name", "email", "phone", "uuid", "bookings__reference")
    ordering = ("-created", "-pk")
    show_full_result_count = False
    list_per_page = 50
    inlines = (OrderLineInline, BookingOfOrderInline)
    fields = (
        ("name", "email", "phone"),
        ("user", "language", "customer_zone"),
        ("total", "due_now"),
        ("created", "uuid"),
    )
    readonly_fields = ("total", "due_now")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        rows: Any = visibility().orders(super().get_queryset(request), request)
        lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
        summed = lines.annotate(found=Sum(LINE_AMOUNT, output_field=BigIntegerField()))
        found: QuerySet[Order] = rows.annotate(owed=Subquery(summed.values("found")))
        return found.prefetch_related("bookings")

    @admin.display(description=_("customer"), ordering="name")
    def customer(self, order: Order) -> str:
        return customer_text(order)

    @admin.display(description=_("bookings"))
    def references(self, order: Order) -> str:
        return ", ".join(booking.reference for booking in order.bookings.all())

    @admin.display(description=_("total"), ordering="owed")
    def total_shown(self, order: Any) -> str:
        return money_text(order.owed or 0, order.currency)

    @admin.display(description=_("total"))
    def total(self, order: Order) -> str:
        return str(order.total)

    @admin.display(description=_("due before it is confirmed"))
    def due_now(self, order: Order) -> str:
        return str(order.due_now)
