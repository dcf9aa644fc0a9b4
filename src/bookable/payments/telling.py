"""The history of a payment in sentences, for those who read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookable.money import Money
from bookable.payments.models import PaymentEvent, RefundSource

#: Why money is given back, as staff may say it. Others are told as they are.
REFUND_REASONS: dict[str, Promise] = {
    "requested": gettext_lazy("The customer asked for it."),
    "not_provided": gettext_lazy("It did not take place."),
    "not_as_agreed": gettext_lazy("It was not as agreed."),
    "duplicate": gettext_lazy("It was paid twice."),
    "goodwill": gettext_lazy("As a gesture of goodwill."),
}

_SENTENCES: dict[str, Promise] = {
    "returned": gettext_lazy("What came in another currency was given back at the gateway."),
    "created": gettext_lazy("%(amount)s was asked for."),
    "pending": gettext_lazy("The customer can pay now."),
    "action_required": gettext_lazy("The customer must agree to it at their bank."),
    "failed": gettext_lazy("It failed."),
    "expired": gettext_lazy("The time to pay ran out."),
    "cancelled": gettext_lazy("It was called off."),
    "authorized": gettext_lazy("%(amount)s was set aside."),
    "captured": gettext_lazy("%(amount)s was taken."),
    "capturing": gettext_lazy("Taking %(amount)s was asked for."),
    "voiding": gettext_lazy("Letting go of %(amount)s was asked for."),
    "card_kept": gettext_lazy("The card was kept, as its owner agreed to."),
    "refund_found": gettext_lazy("%(amount)s was given back at the gateway itself."),
    "refund_pending": gettext_lazy("%(amount)s is on its way back."),
    "refund_succeeded": gettext_lazy("%(amount)s was given back."),
    "refund_failed": gettext_lazy("Giving back %(amount)s failed."),
    "refund_cancelled": gettext_lazy("Giving back %(amount)s was called off."),
    "refund_needs_attention": gettext_lazy("Giving back %(amount)s needs somebody to see to it."),
}


def event_text(event: PaymentEvent) -> str:
    """What happened. Without the comment of a refund."""
    return " ".join(filter(None, (_sentence(event), _why(event))))


def who_text(event: PaymentEvent) -> str:
    """Who did it, or told us: somebody with an account, the gateway by a message, the system."""
    if event.by is not None:
        return event.by.get_username()
    return _("message of the gateway") if event.message else _("system")


def _sentence(event: PaymentEvent) -> str:
    words = {"amount": event.money or Money.zero(event.payment.currency)}
    if event.kind in _DEPENDING:
        return _DEPENDING[event.kind](event) % words
    if event.kind in _SENTENCES:
        return str(_SENTENCES[event.kind]) % words
    return event.kind.replace("_", " ").capitalize() + "."


def _why(event: PaymentEvent) -> str:
    """What the gateway or staff said about it."""
    if failure := event.data.get("failure"):
        return _("The gateway says: %(why)s.") % {"why": str(failure).rstrip(".")}
    reason = str(event.data.get("reason", ""))
    return str(REFUND_REASONS.get(reason, reason))


def _refund_created(event: PaymentEvent) -> str:
    if event.refund is not None and event.refund.source == RefundSource.SETTLEMENT:
        return _("%(amount)s is owed for nothing and is to be given back.")
    return _("Giving back %(amount)s was asked for.")


def _accepted(event: PaymentEvent) -> str:
    if not event.amount:
        return _("It was looked at, and nothing of it is kept.")
    return _("It was looked at, and %(amount)s was accepted.")


def _disputed(event: PaymentEvent) -> str:
    if not event.amount:
        return _("Nothing of it is disputed any more.")
    return _("The customer's bank disputes %(amount)s.")


def _review(event: PaymentEvent) -> str:
    known = _MISMATCHES.get(event.data.get("why", ""))
    if known is None:
        return _("Somebody has to look at it.")
    told: dict[str, Any] = {"wanted": _money(event, "wanted"), "was": _money(event, "was")}
    return f"{str(known) % told} {_('Somebody has to look at it.')}".replace("%", "%%")


def _money(event: PaymentEvent, name: str) -> str:
    """An amount in the event's data; only what came instead can be in another currency."""
    own = event.payment.currency
    currency = event.data.get("currency", own) if name == "was" else own
    return str(Money(int(event.data.get(name, 0)), currency))


_MISMATCHES: dict[str, Promise] = {
    "currency": gettext_lazy("%(was)s came, and %(wanted)s was asked for."),
    "asked": gettext_lazy("The gateway was asked for %(was)s, and not for %(wanted)s."),
    "underpaid": gettext_lazy("Only %(was)s of %(wanted)s came."),
}
#: What is said depends on more than the kind.
_DEPENDING: dict[str, Callable[[PaymentEvent], str]] = {
    "refund_created": _refund_created,
    "accepted": _accepted,
    "disputed": _disputed,
    "review": _review,
}
