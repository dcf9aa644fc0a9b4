from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db import router
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from bookable.bookings.actors import SYSTEM
from bookable.bookings.cancel_session import call_off
from bookable.bookings.models import Booking, State
from bookable.bookings.steps.changing_sessions import with_session
from bookable.catalog.following import follow
from bookable.catalog.models import Service
from bookable.schedule.models import Session
from bookable.timeline import clock


def decide_minimums(*, limit: int = 100, using: str | None = None) -> int:
    """A job: cancels classes that too few have booked by their deadline; how many.

    Only confirmed bookings count, not those that are held or wait for an answer.
    """
    alias = using or router.db_for_write(Booking)
    keys = list(_short(alias).order_by("start", "pk").values_list("uuid", flat=True)[:limit])
    return sum(with_session(key, _decide, using=alias) for key in keys)


def _decide(session: Session, bookings: list[Booking]) -> bool:
    now, ahead = clock.now(), timedelta(minutes=follow(session, "service").minimum_deadline)
    is_open = session.released_at is None and now < session.start <= now + ahead
    firm = sum(one.seats for one in bookings if one.state == State.CONFIRMED)
    if not is_open or firm >= session.minimum:
        return False
    call_off(session, bookings, SYSTEM, reason="minimum")
    return True


def _short(using: str) -> QuerySet[Session]:
    now = clock.now()
    services = Service.objects.using(using).order_by()
    deadlines = services.values_list("minimum_deadline", flat=True).distinct()
    has_come = (
        Q(service__minimum_deadline=minutes, start__lte=now + timedelta(minutes=minutes))
        for minutes in deadlines
    )
    ahead = Session.objects.using(using).filter(
        reduce(or_, has_come, Q(pk__in=())), released_at=None, start__gt=now, minimum__gt=1
    )
    confirmed = Sum("bookings__seats", filter=Q(bookings__state=State.CONFIRMED))
    return ahead.annotate(firm=Coalesce(confirmed, 0)).filter(firm__lt=F("minimum"))
