from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import floor
from typing import NamedTuple

from django.db import router
from django.db.models import Exists, OuterRef, Q

from bookable.bookings.models import Booking
from bookable.schedule.models import Claim, Session
from bookable.timeline import clock
from bookable.timeline.zones import instant, offset_at

#: So many sessions are loaded at once.
_PORTION = 500


class Drift(NamedTuple):
    """A session, and the moment at which its zone's clock shows by now what was agreed on."""

    session: Session
    start: datetime

    @property
    def shift(self) -> timedelta:
        """By how much later the session has to begin."""
        return self.start - self.session.start

    @property
    def agreed(self) -> datetime:
        """What the clock on the wall was to show, without a zone."""
        return _agreed(self.session.start, self.session.utc_offset)


def find_drift(*, using: str | None = None) -> Iterator[Drift]:
    """Live sessions ahead that were agreed on before the rules of their time zone were changed.

    A time that the clock skips by now means the moment at which it is put forward, and one that
    comes twice means the first.
    """
    alias = using or router.db_for_write(Booking)
    now = clock.now()
    claims = Claim.objects.using(alias).filter(
        Q(expires_at=None) | Q(expires_at__gt=now), session=OuterRef("pk"), released_at=None
    )
    # one that staff opened stands before anybody has a seat, and with it a claim
    stands = Q(Exists(claims)) | Q(opened_by_staff=True)
    ahead = Session.objects.using(alias).filter(stands, released_at=None, start__gt=now)
    columns = ahead.order_by("start", "pk").values_list("pk", "zone", "utc_offset", "start")
    changed: list[int] = []
    for key, zone, offset, start in columns.iterator(chunk_size=2000):
        if _is_off(zone, offset, start):
            changed.append(key)
        if len(changed) == _PORTION:
            yield from _drifts(changed, alias)
            changed.clear()
    yield from _drifts(changed, alias)


def drift_of(session: Session) -> Drift | None:
    """Where a session is to be by now; None if it is there."""
    if not _is_off(session.zone, session.utc_offset, session.start):
        return None
    second = floor(session.start.timestamp())
    meant = instant(session.zone, second + session.utc_offset)
    return Drift(session, session.start + timedelta(seconds=meant - second))


def _is_off(zone: str, offset: int, start: datetime) -> bool:
    return offset_at(zone, floor(start.timestamp())) != offset


def _drifts(keys: Iterable[int], using: str) -> Iterator[Drift]:
    sessions = Session.objects.using(using).select_related("service").in_bulk(list(keys))
    found = map(drift_of, sorted(sessions.values(), key=lambda one: (one.start, one.pk)))
    return (drift for drift in found if drift is not None)


def _agreed(start: datetime, offset: int) -> datetime:
    return start.replace(tzinfo=None) + timedelta(seconds=offset)
