from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, TabularInline, WrittenElsewhere
from bookable.admin.booking_rows import BookingInline
from bookable.admin.booking_texts import customer_text
from bookable.admin.money_field import money_text
from bookable.admin.order_money import MoneyFilter, with_money
from bookable.admin.payment_rows import PaymentInline
from bookable.admin.row_verbs import Outcome, RowVerb, RowVerbs
from bookable.catalog.visibility import visibility
from bookable.payments.models import Order, OrderLine
from bookable.payments.settle import settle


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


def _settle(order: Order, *, by: Any) -> Outcome:
    settled = settle(order)
    words = {"paid": settled.paid, "left": settled.balance}
    return Outcome(gettext("Settled: %(paid)s was paid, %(left)s is left to pay.") % words)


SETTLE = RowVerb(
    name="settle",
    label=_("Settle"),
    explanation=_("Acts on what was paid: confirms what it is for, gives back what is not owed."),
    permission="bookable.change_order",
    run=_settle,
    facts=lambda order: [
        (_("total"), order.total),
        (_("paid"), order.paid),
        (_("left to pay"), order.balance),
    ],
)


@admin.register(Order)
class OrderAdmin(RowVerbs, WrittenElsewhere, ModelAdmin[Order]):
    """What was agreed on is added to and never changed, by the verbs alone."""

    verbs = (SETTLE,)
    actions = ("settle_them",)
    list_display = (
        "created",
        "customer",
        "references",
        "total_shown",
        "paid_shown",
        "balance_shown",
        "email",
    )
    list_filter = (MoneyFilter, "created", "currency")
    date_hierarchy = "created"
    search_fields = ("name", "email", "phone", "uuid", "bookings__reference")
    ordering = ("-created", "-pk")
    show_full_result_count = False
    list_per_page = 50
    inlines = (OrderLineInline, BookingOfOrderInline, PaymentInline)
    fields = (
        ("name", "email", "phone"),
        ("user", "language", "customer_zone"),
        ("total", "due_now"),
        ("paid_shown", "balance_shown"),
        ("settle_at", "settled_at"),
        ("created", "uuid"),
    )
    readonly_fields = ("total", "due_now", "paid_shown", "balance_shown")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        rows: Any = visibility().orders(super().get_queryset(request), request)
        found: QuerySet[Order] = with_money(rows).prefetch_related("bookings")
        return found

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may have it settled, though nobody writes the columns by hand."""
        return SETTLE.allowed(request)

    @admin.action(description=SETTLE.label, permissions=["settle"])
    def settle_them(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        self.run_on_many(request, queryset, SETTLE)

    @admin.display(description=_("customer"), ordering="name")
    def customer(self, order: Order) -> str:
        return customer_text(order)

    @admin.display(description=_("bookings"))
    def references(self, order: Order) -> str:
        return ", ".join(booking.reference for booking in order.bookings.all())

    @admin.display(description=_("total"), ordering="sum_owed")
    def total_shown(self, order: Any) -> str:
        return money_text(order.sum_owed, order.currency)

    @admin.display(description=_("paid"), ordering="sum_paid")
    def paid_shown(self, order: Any) -> str:
        return money_text(order.sum_paid, order.currency)

    @admin.display(description=_("left to pay"), ordering="sum_left")
    def balance_shown(self, order: Any) -> str:
        return money_text(order.sum_left, order.currency)

    @admin.display(description=_("total"))
    def total(self, order: Order) -> str:
        return str(order.total)

    @admin.display(description=_("due before it is confirmed"))
    def due_now(self, order: Order) -> str:
        return str(order.due_now)
