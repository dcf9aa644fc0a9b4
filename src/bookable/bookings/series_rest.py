"""What is left of a series from a moment on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from bookable.availability.asking import moment
from bookable.bookings.models import Series
from bookable.bookings.states import OPEN
from bookable.errors import NotFound
from bookable.timeline import clock
from bookable.timeline.zones import to_datetime

SeriesLike = Series | UUID | str


def found_series(series: SeriesLike, using: str) -> Series:
    """The series as it is now, given as itself or by its UUID."""
    try:
        key = {"pk": series.pk} if isinstance(series, Series) else {"uuid": UUID(str(series))}
    except ValueError as error:
        raise NotFound(_("series"), series) from error
    found = Series.objects.using(using).filter(**key).first()
    if found is None:
        raise NotFound(_("series"), series)
    return found


def rest_of(series: Series, since: datetime | None) -> Q:
    """Its bookings that are open and begin at a moment or later; never those that have begun."""
    now = clock.now()
    earliest = now if since is None else to_datetime(moment(series.zone, since))
    return Q(series=series.pk, state__in=OPEN, session__start__gte=earliest, session__start__gt=now)
