"""The history of a booking in sentences, for those who read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookable.bookings.actors import Role
from bookable.bookings.models import BookingEvent, State
from bookable.money import Money
from bookable.timeline.zones import zone_info

_SENTENCES: dict[str, Promise] = {
    "hold": gettext_lazy("%(start)s was held for a while."),
    "offer": gettext_lazy("%(start)s was offered from the waiting list."),
    "extend_hold": gettext_lazy("Held for longer."),
    "guard": gettext_lazy("Payment has begun."),
    "unguard": gettext_lazy("Payment was given up."),
    "confirm": gettext_lazy("Confirmed."),
    "request": gettext_lazy("Approval was asked for."),
    "decline": gettext_lazy("Declined."),
    "check_in": gettext_lazy("Checked in."),
    "mark_no_show": gettext_lazy("Nobody came."),
    "reassign": gettext_lazy("Given to somebody else."),
    "reschedule": gettext_lazy("Moved: it was %(before)s and is %(start)s now."),
    "accept_change": gettext_lazy("Moved as proposed: it was %(before)s and is %(start)s now."),
    "accept_offer": gettext_lazy(
        "Moved up from the waiting list: it was %(before)s and is %(start)s now."
    ),
    "request_change": gettext_lazy("%(proposed)s was proposed instead."),
    "refuse_change": gettext_lazy("%(proposed)s is proposed no longer."),
    "add_seats": gettext_lazy("Seats were added: %(seats_before)s became %(seats)s."),
    "remove_seats": gettext_lazy("Seats were given back: %(seats_before)s became %(seats)s."),
    "repair_drift": gettext_lazy("The zone's clock has new rules; the time on it is the same."),
    "retake": gettext_lazy("Paid after its time had run out, and taken again."),
    "remind_of_balance": gettext_lazy("A reminder that the rest is to be paid."),
    "refund_late": gettext_lazy("Paid after its time had run out."),
    "revoke_links": gettext_lazy("All links to it became invalid."),
}
_REASONS: dict[str, Promise] = {
    "minimum": gettext_lazy("Too few seats were taken."),
    "not_checked_in": gettext_lazy("Nobody checked in."),
    "offer_declined": gettext_lazy("The offer was declined."),
    "balance_unpaid": gettext_lazy("The rest was not paid in time."),
    "payment_late_refunded": gettext_lazy("The time was taken, and the money is given back."),
    "swapped": gettext_lazy("Its time went to another booking of the same customer."),
}


def event_text(event: BookingEvent, zone: str) -> str:
    """What happened, with times as the clock of a zone shows them. Without the comment."""
    sentences = [_sentence(event) % _words(event, zone)]
    if fee := event.data.get("fee"):
        amount = Money(fee, event.booking.order.currency)
        sentences.append(_("The fee is %(amount)s.") % {"amount": amount})
    if event.reason:
        sentences.append(str(_REASONS.get(event.reason, event.reason)))
    return " ".join(sentences)


def who_text(event: BookingEvent) -> str:
    """Who did it: the role, and the account if there is one."""
    role = str(Role(event.role).label) if event.role in Role.values else event.role
    return f"{role} ({event.by.get_username()})" if event.by is not None else role


def _sentence(event: BookingEvent) -> str:
    if event.verb in _DEPENDING:
        return _DEPENDING[event.verb](event)
    if event.verb in _SENTENCES:
        return str(_SENTENCES[event.verb])
    return event.verb.replace("_", " ").capitalize().replace("%", "%%") + "."


def _approved(event: BookingEvent) -> str:
    if event.after == State.CONFIRMED:
        return _("Approved, and so confirmed.")
    return _("Approved, and held until it is paid.")


def _completed(event: BookingEvent) -> str:
    is_corrected = event.before == State.NO_SHOW
    return _("It took place after all.") if is_corrected else _("It took place.")


def _expired(event: BookingEvent) -> str:
    is_request = event.before == State.REQUESTED
    return _("Nobody answered in time.") if is_request else _("The time to confirm ran out.")


def _cancelled(event: BookingEvent) -> str:
    if event.before == State.HELD:
        return _("Given back before it was confirmed.")
    if event.before == State.REQUESTED:
        return _("The request was taken back.")
    return _("Cancelled.") if event.data.get("fee") else _("Cancelled free of charge.")


def _moved_with_all(event: BookingEvent) -> str:
    if _start(event.data) == _start(event.data.get("before", {})):
        return _("Somebody else gives it.")
    return _("Moved with everybody in it: it was %(before)s and is %(start)s now.")


#: What is said depends on more than the verb.
_DEPENDING: dict[str, Callable[[BookingEvent], str]] = {
    "approve": _approved,
    "cancel": _cancelled,
    "complete": _completed,
    "expire": _expired,
    "move_session": _moved_with_all,
}


def _words(event: BookingEvent, zone: str) -> dict[str, Any]:
    before = event.data.get("before", {})
    return {
        "start": _shown(_start(event.data), zone),
        "before": _shown(_start(before), zone),
        "proposed": _shown(event.data.get("proposed"), zone),
        "seats": event.data.get("seats", ""),
        "seats_before": before.get("seats", ""),
    }


def _start(data: Mapping[str, Any]) -> Any:
    return data.get("start")


def _shown(moment: str | None, zone: str) -> str:
    if moment is None:
        return "?"
    local = datetime.fromisoformat(moment).astimezone(zone_info(zone))
    return f"{date_format(local, 'D')}, {date_format(local, 'DATETIME_FORMAT')}"
