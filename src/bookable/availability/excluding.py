"""What doesn't count because it is what is being moved, or belongs together with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db.models import Q, Subquery
from django.utils.translation import gettext as _

from bookable.errors import NotFound
from bookable.schedule.models import Session
from bookable.schedule.reads import giving_back

if TYPE_CHECKING:
    from bookable.bookings.models import Booking


class Excluded(NamedTuple):
    """Primary keys of sessions that are left out with all their claims; of bookings whose seats
    and own claims are free; and (session, provider, unit) of single claims."""

    sessions: frozenset[int] = frozenset()
    bookings: frozenset[int] = frozenset()
    lanes: frozenset[tuple[int, int, int]] = frozenset()


NOTHING = Excluded()

_FIELDS = (
    "pk",
    "opened_by_staff",
    "seats_taken",
    "given_back",
    "bookings__pk",
    "bookings__freed_at",
)


def excluded_by(
    key: Session | Booking | Sequence[Booking] | UUID | str | None, *, using: str, now: datetime
) -> Excluded:
    """What a session or booking leaves free, given as itself or by its UUID, or several bookings.

    A booking that is alone in its session leaves the whole of it, one among others its seats.
    One that gave back its place already leaves nothing.
    """
    if key is None:
        return NOTHING
    if isinstance(key, Session):
        return Excluded(frozenset({key.pk}))
    if isinstance(key, apps.get_model("bookable", "Booking")):
        return _without("pk", key.pk, using, now) or NOTHING
    if isinstance(key, (list, tuple)):
        return _without("pk__in", [one.pk for one in key], using, now) or NOTHING
    uuid = _uuid(key)
    session = Session.objects.using(using).filter(uuid=uuid).values_list("pk", flat=True).first()
    if session is not None:
        return Excluded(frozenset({session}))
    found = _without("uuid", uuid, using, now)
    if found is None:
        raise NotFound(_("session"), key)
    return found


def _uuid(key: object) -> UUID:
    try:
        return UUID(str(key))
    except ValueError as error:
        raise NotFound(_("session"), key) from error


def _without(lookup: str, value: object, using: str, now: datetime) -> Excluded | None:
    """What bookings leave free, read anew: others may have joined or left in between."""
    given_back = Subquery(giving_back(using, now, Q((lookup, value))))
    which = Q((f"bookings__{lookup}", value))
    rows = Session.objects.using(using).filter(which).annotate(given_back=given_back)
    found = list(rows.order_by().values_list(*_FIELDS))
    if not found:
        return None
    left = [row for row in found if row[-1] is None]
    alone = {
        session
        for session, opened_by_staff, taken, seats, _booking, _freed_at in left
        if taken <= seats and not opened_by_staff
    }
    return Excluded(frozenset(alone), frozenset(row[-2] for row in left))
