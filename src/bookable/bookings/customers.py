"""Who books: a user, or a guest known by an address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth import get_user_model

from bookable.bookings.actors import Actor, Role
from bookable.bookings.contact_data import (
    checked_email,
    checked_name,
    checked_phone,
    known_language,
    known_zone,
    one_number,
    or_nothing,
    tidy,
)
from bookable.catalog.following import follow
from bookable.errors import InvalidCustomer, NotAllowed
from bookable.payments.models.contact import Contact


@dataclass(frozen=True, kw_only=True)
class Customer:
    """Somebody with a user, an e-mail address or a phone number; InvalidCustomer without any.

    InvalidCustomer as well for a name, an address or a number that can't be kept. Of language and
    zone only what is known here is.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    user: Any = None
    language: str = ""
    zone: str = ""

    def __post_init__(self) -> None:
        self._tidy()
        self._check()
        if self.user is None and not (self.email or self.phone):
            raise InvalidCustomer

    def _check(self) -> None:
        checked_name(self.name)
        checked_email(self.email)
        checked_phone(self.phone)

    def _tidy(self) -> None:
        tidied = {
            "name": tidy(self.name),
            "email": tidy(self.email).lower(),
            "phone": one_number(self.phone),
            "user": self.user if getattr(self.user, "pk", None) is not None else None,
            "language": known_language(tidy(self.language)),
            "zone": known_zone(tidy(self.zone)),
        }
        for name, value in tidied.items():
            object.__setattr__(self, name, value)

    @classmethod
    def of(cls, who: object) -> Customer:
        """A customer from a customer or a user."""
        if isinstance(who, Customer):
            return who
        if not isinstance(who, get_user_model()):
            raise InvalidCustomer
        full_name = who.get_full_name() if hasattr(who, "get_full_name") else ""
        name = or_nothing(checked_name, full_name) or or_nothing(checked_name, who.get_username())
        email = or_nothing(checked_email, getattr(who, who.get_email_field_name(), ""))
        return cls(name=name, email=email, user=who)

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


class _Kept(Customer):
    """One whose data were accepted before. What is a valid number may have changed since."""

    def _check(self) -> None:
        pass


def customer_of(contact: Contact) -> Customer:
    """Whom a row that holds a contact speaks of."""
    return _Kept(
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        user=follow(contact, "user"),
        language=contact.language,
        zone=contact.customer_zone,
    )


def customer_if_known(contact: Contact) -> Customer | None:
    """The same; None once nothing is left by which they could be told from others."""
    is_known = contact.user_id is not None or contact.email or contact.phone
    return customer_of(contact) if is_known else None


def identified(customer: object, actor: Actor) -> Customer:
    """The customer as far as the actor may say who that is.

    Whoever signed in is who they are, and whoever did not is nobody with an account.
    """
    given = Customer.of(customer)
    if actor.role != Role.CUSTOMER:
        return given
    if actor.user is None:
        return _as_guest(customer, given)
    account = Customer.of(actor.user)
    return _Kept(
        name=account.name,
        email=account.email,
        user=actor.user,
        phone=given.phone,
        language=given.language,
        zone=given.zone,
    )


def _as_guest(customer: object, given: Customer) -> Customer:
    if not isinstance(customer, Customer):
        raise NotAllowed  # nothing was given but somebody's account
    return replace(given, user=None)
