"""Payments, to look at: whatever happens to them happens through the verbs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import ModelAdmin, WrittenElsewhere
from bookable.admin.booking_texts import customer_text
from bookable.admin.money_field import money_text
from bookable.admin.of_orders import of_visible_orders
from bookable.admin.payment_rows import PaymentEventInline, RefundInline
from bookable.admin.payment_texts import waiting_money
from bookable.admin.payment_verbs import VERBS
from bookable.admin.row_verbs import RowVerbs
from bookable.payments.models import Payment

#: Each with what it is empty without; the others are always there.
_ONLY_IF_KNOWN = {
    "given_back": "refunded",
    "disputed_shown": "disputed",
    "surcharge_shown": "surcharge",
    "fee_shown": "fee",
    "left": "captured",
    "failure": "failure",
    "card": "card_id",
    "capture_before": "capture_before",
    "external": "external",
    "checkout": "checkout",
}
_FIELDSETS: tuple[tuple[Any, tuple[str, ...], tuple[str, ...]], ...] = (
    (None, (), ("state", "failure", "order", "customer", "references", "purpose", "gateway")),
    (
        _("Money"),
        (),
        (
            "asked",
            "aside",
            "taken",
            "given_back",
            "left",
            "disputed_shown",
            "surcharge_shown",
            "fee_shown",
        ),
    ),
    (
        _("Behind the scenes"),
        ("collapse",),
        (
            "created",
            "expires_at",
            "closes_at",
            "capture_before",
            "checked_at",
            "takes_at_once",
            "card",
            "uuid",
            "external",
            "checkout",
        ),
    ),
)


@admin.register(Payment)
class PaymentAdmin(RowVerbs, WrittenElsewhere, ModelAdmin[Payment]):
    verbs = VERBS
    list_display = ("created", "customer", "asked", "state", "gateway", "purpose", "given_back")
    list_filter = ("state", "gateway", "currency", "purpose", "created")
    list_select_related = ("order",)
    date_hierarchy = "created"
    search_fields = (
        "order__name",
        "order__email",
        "order__phone",
        "order__bookings__reference",
        "uuid",
        "external",
    )
    ordering = ("-created", "-pk")
    show_full_result_count = False
    list_per_page = 50
    inlines = (RefundInline, PaymentEventInline)
    readonly_fields = (
        "customer",
        "references",
        "asked",
        "aside",
        "taken",
        "given_back",
        "left",
        "disputed_shown",
        "surcharge_shown",
        "fee_shown",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payment]:
        return of_visible_orders(super().get_queryset(request), request)

    def get_fieldsets(self, request: HttpRequest, obj: Payment | None = None) -> Any:
        """Only what there is to say."""
        return [
            (title, {"classes": classes, "fields": [one for one in names if _is_known(obj, one)]})
            for title, classes, names in _FIELDSETS
        ]

    @admin.display(description=_("customer"), ordering="order__name")
    def customer(self, payment: Payment) -> str:
        return customer_text(payment.order)

    @admin.display(description=_("bookings"))
    def references(self, payment: Payment) -> str:
        found = payment.order.bookings.order_by("pk").values_list("reference", flat=True)
        return ", ".join(found)

    @admin.display(description=_("amount"), ordering="amount")
    def asked(self, payment: Payment) -> str:
        return str(payment.money)

    @admin.display(description=_("set aside"))
    def aside(self, payment: Payment) -> str:
        return str(waiting_money(payment))

    @admin.display(description=_("taken"))
    def taken(self, payment: Payment) -> str:
        return money_text(payment.captured, payment.currency)

    @admin.display(description=_("given back"), ordering="refunded")
    def given_back(self, payment: Payment) -> str:
        return money_text(payment.refunded or None, payment.currency)

    @admin.display(description=_("left to give back"))
    def left(self, payment: Payment) -> str:
        return str(payment.refundable)

    @admin.display(description=_("disputed"))
    def disputed_shown(self, payment: Payment) -> str:
        return money_text(payment.disputed, payment.currency)

    @admin.display(description=_("fees on top"))
    def surcharge_shown(self, payment: Payment) -> str:
        return money_text(payment.surcharge, payment.currency)

    @admin.display(description=_("gateway's fee"))
    def fee_shown(self, payment: Payment) -> str:
        return money_text(payment.fee, payment.currency)


def _is_known(payment: Payment | None, name: str) -> bool:
    if name == "aside":
        return payment is not None and bool(waiting_money(payment))
    source = _ONLY_IF_KNOWN.get(name)
    return source is None or bool(getattr(payment, source, None))
