"""Who does something to a booking, and in which role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from bookable.errors import NotAllowed

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


def booking_for(by: Any) -> Actor:
    """In which role somebody makes a new booking; NotAllowed for an account that is closed."""
    if by is None or isinstance(by, Actor):
        return by or SYSTEM
    if not by.is_authenticated:
        return GUEST
    if not by.is_active:
        raise NotAllowed
    return Actor(Role.STAFF if by.has_perm("bookable.add_booking") else Role.CUSTOMER, by)


def acting_on(booking: Booking, by: Any) -> Actor:
    """In which role somebody touches this booking; NotAllowed for those who have none."""
    if by is None or isinstance(by, Actor):
        return by or SYSTEM
    if not (by.is_active and by.is_authenticated):
        raise NotAllowed
    if by.has_perm("bookable.change_booking"):
        return Actor(Role.STAFF, by)
    if _serves(booking, by):
        return Actor(Role.PROVIDER, by)
    if booking.order.user_id is not None and booking.order.user_id == by.pk:
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


def _serves(booking: Booking, user: Any) -> bool:
    rows = type(booking).objects.using(booking._state.db).filter(pk=booking.pk)
    return rows.served_by(user).exists()
