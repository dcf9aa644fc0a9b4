"""What gateways told us, as it came."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookable.admin.base import ModelAdmin, WrittenElsewhere
from bookable.admin.row_verbs import Outcome, RowVerb, RowVerbs
from bookable.payments.models import MessageState, WebhookEvent
from bookable.payments.webhooks.process import process

_TROUBLED = (MessageState.FAILED, MessageState.DEAD)
_PRE = '<pre class="bookable-verbatim">{}</pre>'


def _process_again(event: WebhookEvent, *, by: Any) -> Outcome:
    fresh = process(event, again=True)
    words = {"state": fresh.get_state_display(), "why": fresh.error}
    if fresh.state in _TROUBLED:
        text = _("The message was acted on: %(state)s. %(why)s") % words
        return Outcome(text, messages.ERROR, has_failed=True)
    return Outcome(_("The message was acted on: %(state)s.") % words)


PROCESS_AGAIN = RowVerb(
    name="process-again",
    label=gettext_lazy("Process again"),
    explanation=gettext_lazy(
        "Asks the gateway about the payment that the message names, and acts on the answer."
    ),
    permission="bookable.change_webhookevent",
    run=_process_again,
)


@admin.register(WebhookEvent)
class WebhookEventAdmin(RowVerbs, WrittenElsewhere, ModelAdmin[WebhookEvent]):
    verbs = (PROCESS_AGAIN,)
    actions = ("process_them_again",)
    list_display = ("received_at", "state", "type", "gateway", "attempts", "error")
    list_filter = ("state", "gateway", "type", "received_at")
    date_hierarchy = "received_at"
    search_fields = ("event_id", "type", "body")
    ordering = ("-received_at", "-pk")
    show_full_result_count = False
    list_per_page = 50
    fields = (
        ("state", "error"),
        ("type", "gateway", "event_id"),
        ("received_at", "processed_at"),
        ("attempts", "next_at"),
        ("references", "externals"),
        "body_shown",
        "headers_shown",
        "digest",
    )
    readonly_fields = ("body_shown", "headers_shown")

    def has_process_permission(self, request: HttpRequest) -> bool:
        """Whether somebody may have it acted on, though nobody writes the columns by hand."""
        return PROCESS_AGAIN.allowed(request)

    @admin.action(description=PROCESS_AGAIN.label, permissions=["process"])
    def process_them_again(self, request: HttpRequest, queryset: QuerySet[WebhookEvent]) -> None:
        self.run_on_many(request, queryset.order_by("received_at", "pk"), PROCESS_AGAIN)

    @admin.display(description=gettext_lazy("body"))
    def body_shown(self, event: WebhookEvent) -> SafeString:
        return format_html(_PRE, _pretty(event.body))

    @admin.display(description=gettext_lazy("headers"))
    def headers_shown(self, event: WebhookEvent) -> SafeString:
        return format_html(_PRE, _indented(event.headers))


def _pretty(body: str) -> str:
    """Indented if it is JSON; as it came if it isn't."""
    try:
        return _indented(json.loads(body))
    except ValueError:
        return body


def _indented(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
