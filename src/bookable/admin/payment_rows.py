"""Payments on the page of their order; refunds and the history on the page of their payment."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bookable.admin.base import TabularInline, WrittenElsewhere
from bookable.admin.moments import moment_text
from bookable.admin.money_field import money_text
from bookable.payments.models import Order, Payment, PaymentEvent, Refund
from bookable.payments.telling import REFUND_REASONS, event_text, who_text


class PaymentInline(WrittenElsewhere, TabularInline[Payment, Order]):
    """The payments of an order, each with the way to its page."""

    model = Payment
    fields = ("payment", "purpose", "gateway", "state", "taken", "given_back")
    readonly_fields = fields
    can_delete = False
    ordering = ("created", "pk")

    @admin.display(description=_("payment"))
    def payment(self, payment: Payment) -> str:
        page = reverse(f"{self.admin_site.name}:bookable_payment_change", args=[payment.pk])
        return format_html('<a href="{}">{}</a>', page, payment.money)

    @admin.display(description=_("taken"))
    def taken(self, payment: Payment) -> str:
        return money_text(payment.captured, payment.currency)

    @admin.display(description=_("given back"))
    def given_back(self, payment: Payment) -> str:
        return money_text(payment.refunded, payment.currency)


class OfPayment(WrittenElsewhere):
    """Whoever may see a payment sees all of it."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("bookable.view_payment")


class RefundInline(OfPayment, TabularInline[Refund, Payment]):
    model = Refund
    fk_name = "payment"
    fields = ("asked_at", "money", "state", "source", "why", "comment", "by", "failure")
    readonly_fields = fields
    can_delete = False
    ordering = ("created", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Refund]:
        return super().get_queryset(request).select_related("payment", "by")

    @admin.display(description=_("at"))
    def asked_at(self, refund: Refund) -> str:
        return moment_text(refund.created, None)

    @admin.display(description=_("amount"))
    def money(self, refund: Refund) -> str:
        return str(refund.money)

    @admin.display(description=_("reason"))
    def why(self, refund: Refund) -> str:
        return str(REFUND_REASONS.get(refund.reason, refund.reason))


class PaymentEventInline(OfPayment, TabularInline[PaymentEvent, Payment]):
    """On the clock of whoever looks at it."""

    model = PaymentEvent
    verbose_name_plural = _("history")
    fields = ("moment", "what", "amount_shown", "who")
    readonly_fields = fields
    can_delete = False
    ordering = ("seq",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentEvent]:
        return super().get_queryset(request).select_related("payment", "refund", "by")

    @admin.display(description=_("at"))
    def moment(self, event: PaymentEvent) -> str:
        return moment_text(event.at, None)

    @admin.display(description=_("what happened"))
    def what(self, event: PaymentEvent) -> str:
        return event_text(event)

    @admin.display(description=_("amount"))
    def amount_shown(self, event: PaymentEvent) -> str:
        return "" if event.money is None else str(event.money)

    @admin.display(description=_("by"))
    def who(self, event: PaymentEvent) -> str:
        return who_text(event)
