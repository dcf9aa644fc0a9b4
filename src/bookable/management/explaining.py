"""Puts an answer about one moment into lines for people, or into data for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.availability.answers import Reason, Slot
from bookable.catalog.models import Service
from bookable.management.moments import Moment
from bookable.timeline.zones import zone_info

_SHORT = "%a %Y-%m-%d %H:%M"
#: As many are named of those who have the same reason.
NAMED = 3


def free_lines(slots: Iterable[Slot]) -> list[str]:
    return [_free(slot) for slot in slots]


def reason_lines(reasons: Sequence[Reason], zone: str) -> list[str]:
    """The reasons under the name of their rule, the first few of each."""
    lines = [_("Not free:")] if reasons else []
    told: dict[str, list[str]] = {}
    for reason in reasons:
        told.setdefault(f"{reason.rule} ({reason.code})", []).append(_told(reason, zone))
    for rule, sentences in told.items():
        lines += [rule, *(f"  {line}" for line in _shortened(sentences))]
    return lines


def as_json(
    service: Service, at: Moment, slots: Iterable[Slot], reasons: Iterable[Reason]
) -> dict[str, Any]:
    return {
        "service": service.slug,
        "start": at.start.isoformat(),
        "zone": at.zone,
        "remarks": list(at.remarks),
        "free": [
            {
                "end": slot.end.isoformat(),
                "providers": [provider.slug for provider in slot.providers],
                "session": str(slot.session.uuid) if slot.session else None,
                "seats_left": slot.seats_left,
            }
            for slot in slots
        ],
        "reasons": [_as_dict(reason) for reason in reasons],
    }


def _as_dict(reason: Reason) -> dict[str, Any]:
    start, end = reason.interval or (None, None)
    return {
        "rule": reason.rule,
        "code": reason.code,
        "text": str(reason),
        "provider": reason.provider.slug if reason.provider else None,
        "start": start.isoformat() if start else None,
        "end": end.isoformat() if end else None,
    }


def _free(slot: Slot) -> str:
    names = ", ".join(_shortened([provider.name for provider in slot.providers]))
    if slot.session is None:
        return _("Free: with %(names)s") % {"names": names}
    seats = ngettext(
        "Free: joins the session with %(names)s, %(count)d seat left",
        "Free: joins the session with %(names)s, %(count)d seats left",
        slot.seats_left,
    )
    return seats % {"names": names, "count": slot.seats_left}


def _told(reason: Reason, zone: str) -> str:
    if reason.interval is None:
        return str(reason)
    start, end = (moment.astimezone(zone_info(zone)) for moment in reason.interval)
    # where the clock is changed in between, the offsets make sense of it
    form = _SHORT if start.utcoffset() == end.utcoffset() else f"{_SHORT} UTC%z"
    return f"{reason} [{start:{form}} – {end:{form}}]"


def _shortened(texts: Sequence[str]) -> list[str]:
    rest = len(texts) - NAMED
    if rest <= 0:
        return list(texts)
    more = ngettext("… and %(count)d more", "… and %(count)d more", rest) % {"count": rest}
    return [*texts[:NAMED], more]
