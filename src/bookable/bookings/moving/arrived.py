"""Whether a booking is where it is wanted already, so that asking twice is asking once."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from bookable.availability.asking import moment, resolve
from bookable.availability.query import Whereabouts
from bookable.bookings.models import Booking
from bookable.bookings.steps.seats import live_claims
from bookable.catalog.models import Location, Provider
from bookable.timeline.zones import to_datetime


def is_there(booking: Booking, start: datetime, options: Whereabouts, using: str) -> bool:
    """Whether it has its place at this start, with whom and where it is asked for."""
    if booking.freed_at is not None or booking.is_lapsed:
        return False
    if booking.session.start != to_datetime(moment(booking.service.zone, start)):
        return False
    return _is_with(booking, options, using) and _is_at(booking, options, using)


def _is_with(booking: Booking, options: Whereabouts, using: str) -> bool:
    if "provider" not in options:
        return True
    wanted = resolve(Provider, options["provider"], using, _("provider"))
    if wanted is None:
        return "provider" not in booking.asked
    claims = live_claims([booking.session_id], using)
    own = claims.filter(Q(booking=None) | Q(booking=booking))
    return own.filter(provider=wanted).exists()


def _is_at(booking: Booking, options: Whereabouts, using: str) -> bool:
    if "place" not in options:
        return True
    wanted = resolve(Location, options["place"], using, _("location"))
    if wanted is None:
        return "place" not in booking.asked
    return booking.session.location_id == wanted.pk
