"""Who books: a user, or a guest known by an address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth import get_user_model

from bookable.bookings.actors import Actor, Role
from bookable.catalog.following import follow
from bookable.errors import InvalidCustomer
from bookable.payments.models.contact import Contact


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Somebody with a user, an e-mail address or a phone number; InvalidCustomer without any."""

    name: str = ""
    email: str = ""
    phone: str = ""
    user: Any = None
    language: str = ""
    zone: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "email", self.email.strip().lower())
        object.__setattr__(self, "name", self.name.strip())
        if self.user is None and not (self.email or self.phone):
            raise InvalidCustomer

    @classmethod
    def of(cls, who: object) -> Customer:
        """A customer from a customer or a user."""
        if isinstance(who, Customer):
            return who
        if not isinstance(who, get_user_model()):
            raise InvalidCustomer
        name = who.get_full_name() if hasattr(who, "get_full_name") else ""
        email = getattr(who, who.get_email_field_name(), "") or ""
        return cls(name=name or who.get_username(), email=email, user=who)

    @property
    def identity(self) -> str:
        """The same for the same person, and no personal data."""
        return self.identities[0]

    @property
    def identities(self) -> tuple[str, ...]:
        """Everything by which it may be told that two are the same person."""
        texts = [f"email:{self.email}"] if self.email else []
        if self.user is not None:
            texts.append(f"user:{self.user.pk}")
        if not texts:
            texts.append(f"phone:{self.phone}")
        return tuple(hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts)

    def columns(self) -> dict[str, Any]:
        """As a row that holds a contact keeps it."""
        return {
            "user_id": getattr(self.user, "pk", None),
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "language": self.language,
            "customer_zone": self.zone,
        }


def customer_of(contact: Contact) -> Customer:
    """Whom a row that holds a contact speaks of."""
    return Customer(
        name=contact.name,
        email=contact.email,
        phone=str(contact.phone or ""),
        user=follow(contact, "user"),
        language=contact.language,
        zone=contact.customer_zone,
    )


def customer_if_known(contact: Contact) -> Customer | None:
    """The same; None once nothing is left by which they could be told from others."""
    is_known = contact.user_id is not None or contact.email or contact.phone
    return customer_of(contact) if is_known else None


def identified(customer: object, actor: Actor) -> Customer:
    """The customer as far as the actor may say who that is: one who signed in is who they are."""
    given = Customer.of(customer)
    if actor.role != Role.CUSTOMER or actor.user is None:
        return given
    account = Customer.of(actor.user)
    return replace(
        account,
        phone=given.phone or account.phone,
        language=given.language or account.language,
        zone=given.zone or account.zone,
    )
