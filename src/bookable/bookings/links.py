"""The link by which a guest comes back to a booking: signed, made anew when needed, never stored.

Whoever comes with a valid one acts as `actors.GUEST`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.db import router

from bookable.bookings.actors import acting_on
from bookable.bookings.models import Booking
from bookable.bookings.steps.changing import BookingLike, change
from bookable.bookings.steps.history import record
from bookable.errors import InvalidLink

_SALT = "bookable.bookings.links"


def manage_token(booking: Booking) -> str:
    """The secret part of the link, good until `revoke_links()`."""
    return _signer().sign(f"{booking.uuid.hex}-{booking.link_version}")


def booking_of(
    token: str, *, max_age: int | timedelta | None = None, using: str | None = None
) -> Booking:
    """The booking that a token leads to. Raises InvalidLink, whatever is wrong with it."""
    try:
        key, version = _signer().unsign(token, max_age=max_age).split("-")
    except BadSignature:
        raise InvalidLink from None
    rows = Booking.objects.using(using or router.db_for_write(Booking))
    found = rows.filter(uuid=UUID(key), link_version=int(version))
    booking = found.select_related("session__service", "order").first()
    if booking is None:
        raise InvalidLink
    return booking


def revoke_links(booking: BookingLike, *, by: Any = None, using: str | None = None) -> Booking:
    """Every link that was given out until now leads nowhere; new ones can be made."""

    def work(mine: Booking) -> None:
        actor = acting_on(mine, by)
        mine.link_version += 1
        record(mine, "revoke_links", actor, fields=["link_version"])

    return change(booking, work, using=using)


def _signer() -> TimestampSigner:
    return TimestampSigner(sep=".", salt=_SALT)
