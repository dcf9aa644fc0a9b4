"""Reads over bookings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from bookable.bookings.states import OPEN, State
from bookable.catalog.visibility import visibility
from bookable.schedule.models import Claim
from bookable.timeline import clock

if TYPE_CHECKING:
    from bookable.bookings.models import Booking
    from bookable.catalog.models import Service


class BookingQuerySet(models.QuerySet["Booking"]):
    def hold(self, service: Service, start: datetime, **details: Any) -> Booking:
        """Takes a place for a short while; see `bookable.bookings.hold`."""
        from bookable.bookings.hold import hold

        booking: Booking = hold(service, start, **{"using": self.db, **details})
        return booking

    def visible_to(self, user: Any) -> Self:
        """Those that somebody may see: all for staff, those with them for providers, their own."""
        rows = visibility().bookings(self, user)
        if user is None or not user.is_active or user.is_anonymous:
            return rows.none()
        if user.has_perm("bookable.view_booking"):
            return rows
        return rows.filter(Q(order__user=user) | Q(Exists(self._serving(user))))

    def of_provider(self, provider: Any) -> Self:
        """Those in whose session a provider serves, or was to serve."""
        claims = Claim.objects.filter(session=OuterRef("session"), provider=provider)
        return self.filter(Exists(claims))

    def with_place(self) -> Self:
        """Those whose seats nobody else can have."""
        return self.filter(freed_at=None).exclude(self.lapsed_hold())

    def lapsed(self) -> Self:
        """Holds that have run out but whose rows don't say so yet."""
        return self.filter(self.lapsed_hold())

    def ahead(self) -> Self:
        """Those that are open and whose time is still to come."""
        return self.with_place().filter(state__in=OPEN, session__start__gt=clock.now())

    @staticmethod
    def lapsed_hold() -> Q:
        return Q(state=State.HELD, is_guarded=False, expires_at__lte=clock.now())

    def _serving(self, user: Any) -> models.QuerySet[Claim]:
        return Claim.objects.filter(session=OuterRef("session"), provider__user=user)
