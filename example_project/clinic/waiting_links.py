"""The secret address of somebody's entry in the waiting list: signed, never stored."""

from __future__ import annotations

from uuid import UUID

from django.core.signing import BadSignature, Signer

from bookable.errors import InvalidLink
from bookable.models import WaitingEntry

_SALT = "clinic.waiting_links"


def waiting_token(entry: WaitingEntry) -> str:
    return Signer(sep=".", salt=_SALT).sign(entry.uuid.hex)


def entry_of(token: str) -> WaitingEntry:
    """The entry that a token leads to. Raises InvalidLink, whatever is wrong with it."""
    try:
        key = UUID(Signer(sep=".", salt=_SALT).unsign(token))
    except (BadSignature, ValueError):
        raise InvalidLink from None
    rows = WaitingEntry.objects.select_related("service", "provider", "booking")
    found = rows.select_related("offer__session__service", "offer__order").filter(uuid=key).first()
    if found is None:
        raise InvalidLink
    return found
