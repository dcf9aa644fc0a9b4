from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookable.admin.base import ModelAdmin, WrittenElsewhere
from bookable.admin.booking_texts import customer_text
from bookable.admin.money_field import money_text
from bookable.admin.of_orders import of_visible_orders
from bookable.admin.row_verbs import Outcome, RowVerb, RowVerbs
from bookable.payments.forget_card import forget_card
from bookable.payments.models import SavedCard


def _forget(card: SavedCard, *, by: Any) -> Outcome:
    forget_card(card)
    return Outcome(_("The card was forgotten; nobody can charge it any more."))


#: Offered for a forgotten card too, as the gateway may not have answered the first time.
FORGET = RowVerb(
    name="forget",
    label=gettext_lazy("Forget"),
    explanation=gettext_lazy("The card can't be charged again, and the gateway forgets it too."),
    permission="bookable.change_savedcard",
    run=_forget,
)


@admin.register(SavedCard)
class SavedCardAdmin(RowVerbs, WrittenElsewhere, ModelAdmin[SavedCard]):
    """Cards that may be charged later. What they are charged with is never shown."""

    verbs = (FORGET,)
    list_display = ("created", "customer", "name", "gateway", "most", "agreed_at", "forgotten_at")
    list_filter = ("gateway", "currency", "agreed_at", ("forgotten_at", admin.EmptyFieldListFilter))
    list_select_related = ("order",)
    search_fields = ("order__name", "order__email", "last4", "uuid")
    ordering = ("-created", "-pk")
    show_full_result_count = False
    fields = (
        ("name", "expires", "gateway"),
        ("order", "customer"),
        ("most", "agreed_at"),
        "mandate",
        "forgotten_at",
        ("created", "uuid"),
    )
    readonly_fields = ("name", "customer", "most")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedCard]:
        return of_visible_orders(super().get_queryset(request), request)

    @admin.display(description=gettext_lazy("card"))
    def name(self, card: SavedCard) -> str:
        return str(card)

    @admin.display(description=gettext_lazy("customer"), ordering="order__name")
    def customer(self, card: SavedCard) -> str:
        return customer_text(card.order)

    @admin.display(description=gettext_lazy("limit"), ordering="limit")
    def most(self, card: SavedCard) -> str:
        return money_text(card.limit, card.currency)
