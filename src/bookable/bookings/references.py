"""The socket that makes the references by which customers name their bookings."""

from __future__ import annotations

import re
import secrets

from bookable.catalog.models import Service
from bookable.conf import settings
from bookable.errors import Misconfigured
from bookable.sockets import shared

#: Neither vowels, of which words are made, nor what is mistaken for something else.
ALPHABET = "3456789CDFGHJKMNPQRTVWX"
_LONGEST = 30
_READABLE = re.compile(f"[A-Za-z0-9-]{{1,{_LONGEST}}}")


class Reference:
    """The socket `BOOKABLE["REFERENCE"]`. One instance serves all requests: keep no state in it."""

    def make(self, service: Service) -> str:
        """A new reference of at most 30 letters, digits and hyphens, unlike all others."""
        raise NotImplementedError


class RandomReference(Reference):
    """Letters and digits that nobody can guess, and that can be spelt over the telephone.

    Raises Misconfigured for options that can't be meant.
    """

    def __init__(self, length: int = 8, prefix: str = "") -> None:
        _check_length(length)
        _check_prefix(prefix)
        if len(prefix) + length > _LONGEST:
            raise Misconfigured(f"“prefix” and “length” may make at most {_LONGEST} characters.")
        self.length, self.prefix = length, prefix

    def make(self, service: Service) -> str:
        return self.prefix + "".join(secrets.choice(ALPHABET) for _ in range(self.length))


def new_reference(service: Service) -> str:
    """A reference as the site makes them."""
    made: object = _reference().make(service)
    if not isinstance(made, str) or not _READABLE.fullmatch(made):
        raise Misconfigured(
            f"BOOKABLE['REFERENCE'] made {made!r}; a reference has 1 to {_LONGEST} letters, "
            "digits and hyphens."
        )
    return made


def _check_length(length: object) -> None:
    if isinstance(length, bool) or not isinstance(length, int) or length not in range(6, 25):
        raise Misconfigured(f"“length” must be a whole number from 6 to 24, not {length!r}.")


def _check_prefix(prefix: object) -> None:
    if not isinstance(prefix, str) or not re.fullmatch("[A-Za-z0-9-]*", prefix):
        raise Misconfigured(f"“prefix” takes letters, digits and hyphens, not {prefix!r}.")


def _reference() -> Reference:
    return shared(settings.REFERENCE, Reference, setting="BOOKABLE['REFERENCE']")
