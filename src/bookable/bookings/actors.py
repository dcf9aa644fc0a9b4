"""Who does something to a booking, and in which role."""

from __future__ import annotations

from collections.abc import Sequence
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
    return acting_on_all([booking], by)


def acting_on_all(bookings: Sequence[Booking], by: Any) -> Actor:
    """In which role somebody touches all of these; NotAllowed if they have none in one of them.

    Whoever serves in some and is the customer of the others is the customer.
    """
    if by is None or isinstance(by, Actor):
        return by or SYSTEM
    if not (by.is_active and by.is_authenticated):
        raise NotAllowed
    if by.has_perm("bookable.change_booking"):
        return Actor(Role.STAFF, by)
    served = _served(bookings, by)
    others = [one for one in bookings if one.pk not in served]
    if not others:
        return Actor(Role.PROVIDER, by)
    if all(one.order.user_id is not None and one.order.user_id == by.pk for one in others):
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


def _served(bookings: Sequence[Booking], user: Any) -> set[int]:
    """The keys of those in whose session the user serves."""
    first = bookings[0]
    rows = type(first).objects.using(first._state.db).filter(pk__in=[one.pk for one in bookings])
    return set(rows.served_by(user).values_list("pk", flat=True))
