"""What can be kept of a customer's name, addresses, language and zone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import regex
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from phonenumber_field.phonenumber import PhoneNumber

from bookable.errors import InvalidCustomer
from bookable.payments.models.contact import Contact
from bookable.timeline.zones import NoSuchZone, zone_info


def tidy(given: object) -> str:
    """One line without blanks around it, whatever a form has sent; nothing for None."""
    return " ".join(str(given or "").split())


def checked_name(given: str) -> str:
    """The name itself; InvalidCustomer if it can't be kept."""
    if _is_unreadable(given):
        raise InvalidCustomer(_("The name has a character that can't be kept."))
    longest = _field("name").max_length
    if len(given) > longest:
        raise InvalidCustomer(
            _("Please give a name of at most %(most)d characters.") % {"most": longest}
        )
    return given


def checked_email(given: str) -> str:
    """The address itself; InvalidCustomer if nothing can be sent to it."""
    try:
        _field("email").clean(given, None)
    except ValidationError as error:
        raise InvalidCustomer(_("Please give an e-mail address.")) from error
    if _is_unreadable(given):
        raise InvalidCustomer(_("Please give an e-mail address."))
    return given


def checked_phone(given: str) -> str:
    """The number, written in one way; InvalidCustomer if nobody can have it."""
    try:
        _field("phone").clean(given, None)
    except ValidationError as error:
        sentence = _("Please give a phone number, with + and the country's code if in doubt.")
        raise InvalidCustomer(sentence) from error
    return given


def one_number(given: object) -> str:
    """The same text for the same phone number, however it is written; others stay as they are."""
    number = given if isinstance(given, PhoneNumber) else _field("phone").to_python(tidy(given))
    is_known = isinstance(number, PhoneNumber) and number.is_valid()
    return str(number.as_e164) if is_known else tidy(given)


def or_nothing(check: Callable[[str], str], given: object) -> str:
    """What the check lets through of data that nobody has just given and could correct."""
    try:
        return check(tidy(given))
    except InvalidCustomer:
        return ""


def known_language(given: str) -> str:
    """The code of a language if it can be one; a browser's odd one is no reason to refuse."""
    fits = len(given) <= _field("language").max_length and not _is_unreadable(given)
    return given if fits else ""


def known_zone(given: str) -> str:
    """The name of a zone if it is known here; a browser's newer one is no reason to refuse."""
    try:
        zone_info(given)
    except NoSuchZone:
        return ""
    return given if len(given) <= _field("customer_zone").max_length else ""


def _is_unreadable(text: str) -> bool:
    # databases can't keep a null character or half a surrogate pair
    return regex.search("[\0\ud800-\udfff]", text) is not None


def _field(name: str) -> Any:
    return Contact._meta.get_field(name)
