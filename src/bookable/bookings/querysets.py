"""Reads over bookings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from bookable.bookings.states import OPEN, State
from bookable.catalog.visibility import user_of, visibility
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

    def visible_to(self, viewer: object) -> Self:
        """Those that a user, or whoever sends a request, may see: all for staff with the right to
        view bookings, those with them for providers, and their own."""
        rows = visibility().bookings(self, viewer)
        user = user_of(viewer)
        if user is None:
            return rows.none()
        if user.has_perm("bookable.view_booking"):
            return rows
        return rows.filter(Q(order__user=user.pk) | Q(Exists(_serving(user))))

    def served_by(self, user: Any) -> Self:
        """Those in whose session somebody serves, or served until it was released."""
        return self.filter(Exists(_serving(user)))

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

    def expired_holds(self) -> Self:
        """Those that ran out before they were paid, and of which nothing was given back yet."""
        from bookable.bookings.models import BookingEvent

        mine = BookingEvent.objects.filter(booking=OuterRef("pk"))
        before = mine.filter(verb="expire").order_by("-seq").values("before")[:1]
        return (
            self.filter(~Exists(mine.filter(verb="refund_late")), state=State.EXPIRED)
            .annotate(ran_out_from=Subquery(before))
            .filter(ran_out_from=State.HELD)
        )

    @staticmethod
    def lapsed_hold() -> Q:
        return Q(state=State.HELD, is_guarded=False, expires_at__lte=clock.now())


def _serving(user: Any) -> models.QuerySet[Claim]:
    """Whoever was replaced in a session has nothing to do with it any more."""
    lasts = Q(released_at=None) | Q(released_at=F("session__released_at"))
    return Claim.objects.filter(
        lasts | Q(booking=OuterRef("pk")), session=OuterRef("session"), provider__user=user.pk
    )
