"""Who does something to a booking, and in which role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookable.errors import NotAllowed
from bookable.schedule.models import Claim

if TYPE_CHECKING:
    from bookable.bookings.models import Booking


class Role(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    PROVIDER = "provider", _("Provider")
    STAFF = "staff", _("Staff")
    SYSTEM = "system", _("System")


class Actor(NamedTuple):
    """Somebody in a role. A guest has no user; the system is the site's own code."""

    role: Role
    user: Any = None

    @property
    def is_customer(self) -> bool:
        return self.role == Role.CUSTOMER

    def may(self, permission: str) -> bool:
        """Whether the site's code, or a user with this permission, acts."""
        if self.role == Role.SYSTEM:
            return True
        return self.user is not None and bool(self.user.has_perm(permission))


#: Pass it as `by` for somebody who came with a valid link.
GUEST = Actor(Role.CUSTOMER)
SYSTEM = Actor(Role.SYSTEM)


def booking_for(by: object) -> Actor:
    """In which role somebody makes a new booking."""
    if by is None or isinstance(by, Actor):
        return by or SYSTEM
    return Actor(Role.STAFF if _has(by, "bookable.add_booking") else Role.CUSTOMER, by)


def acting_on(booking: Booking, by: object) -> Actor:
    """In which role somebody touches this booking; NotAllowed for those who have none."""
    if by is None or isinstance(by, Actor):
        return by or SYSTEM
    if _has(by, "bookable.change_booking"):
        return Actor(Role.STAFF, by)
    if _serves(booking, by):
        return Actor(Role.PROVIDER, by)
    if booking.order.user_id is not None and booking.order.user_id == _key(by):
        return Actor(Role.CUSTOMER, by)
    raise NotAllowed


def refuse_customers(actor: Actor) -> None:
    """Raises NotAllowed for a customer."""
    if actor.is_customer:
        raise NotAllowed


def staff_only(by: object, permission: str) -> Actor:
    """The site's code, or a user with this permission; NotAllowed for anybody else."""
    actor = by if isinstance(by, Actor) else SYSTEM if by is None else Actor(Role.STAFF, by)
    if not actor.may(permission):
        raise NotAllowed
    return actor


def _has(user: Any, permission: str) -> bool:
    return bool(user.is_active and user.has_perm(permission))


def _serves(booking: Booking, user: Any) -> bool:
    if not user.is_active or _key(user) is None:
        return False
    claims = Claim.objects.using(booking._state.db).filter(session=booking.session_id)
    return claims.filter(provider__user=_key(user)).exists()


def _key(user: Any) -> Any:
    return getattr(user, "pk", None)
