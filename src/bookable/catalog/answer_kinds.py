"""One small function for each kind of question: what was given, as JSON can keep it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import regex
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from phonenumber_field.phonenumber import to_python as read_phone

from bookable.catalog.models import Question, QuestionKind

#: Nobody writes more into a form, and no pattern is tried on more.
LONGEST_TEXT = 5_000
# as many digits as a JSON number is sure to keep
_MOST_DIGITS = 15
# seconds for which a pattern is tried on a text
_PATIENCE = 0.25


class Refused(ValueError):
    """An answer that can't be accepted, with a sentence for the customer."""


def clean_answer(question: Question, given: object) -> Any:
    """The answer to a question, or Refused."""
    return _CLEANERS[QuestionKind(question.kind)](question, given)


def _text(question: Question, given: object) -> str:
    text = _line(given)
    if len(text.splitlines()) > 1:
        raise Refused(_("Please write one line only."))
    return _measured(question, text)


def _long_text(question: Question, given: object) -> str:
    return _measured(question, _line(given).replace("\r\n", "\n"))


def _line(given: object) -> str:
    # databases can't keep a null character or half a surrogate pair
    if not isinstance(given, str) or "\0" in given or regex.search("[\ud800-\udfff]", given):
        raise Refused(_("Please write a text."))
    if len(given) > LONGEST_TEXT:
        raise Refused(_("Please write at most %(most)d characters.") % {"most": LONGEST_TEXT})
    return given.strip()


def _measured(question: Question, text: str) -> str:
    low, high = question.minimum, question.maximum
    if low is not None and len(text) < low:
        raise Refused(
            ngettext(
                "Please write at least %(least)d character.",
                "Please write at least %(least)d characters.",
                low,
            )
            % {"least": low}
        )
    if high is not None and len(text) > high:
        raise Refused(
            ngettext(
                "Please write at most %(most)d character.",
                "Please write at most %(most)d characters.",
                high,
            )
            % {"most": high}
        )
    if question.pattern and not _matches(question.pattern, text):
        raise Refused(_("This is not in the right form."))
    return text


def _matches(pattern: str, text: str) -> bool:
    try:
        return regex.fullmatch(pattern, text, timeout=_PATIENCE) is not None
    except TimeoutError:
        # some patterns take forever on some texts, and who writes the text may know which
        return False


def _number(question: Question, given: object) -> int | float:
    number = _decimal(given)
    low, high = question.minimum, question.maximum
    if low is not None and number < low:
        raise Refused(_("Please give at least %(least)d.") % {"least": low})
    if high is not None and number > high:
        raise Refused(_("Please give at most %(most)d.") % {"most": high})
    return int(number) if number == number.to_integral_value() else float(number)


def _decimal(given: object) -> Decimal:
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal | str):
        raise Refused(_("Please give a number."))
    try:
        number = Decimal(_line(str(given)) if isinstance(given, float | str) else given)
    except InvalidOperation as error:
        raise Refused(_("Please give a number.")) from error
    if not number.is_finite():
        raise Refused(_("Please give a number."))
    # before anything is made of 1e999999999
    if len(number.as_tuple().digits) > _MOST_DIGITS or abs(number.adjusted()) > _MOST_DIGITS:
        raise Refused(_("Please give a number with fewer digits."))
    return number


def _boolean(_question: Question, given: object) -> bool:
    if isinstance(given, bool):
        return given
    try:
        return {"true": True, "false": False}[str(given).lower()]
    except KeyError as error:
        raise Refused(_("Please answer yes or no.")) from error


def _consent(question: Question, given: object) -> bool:
    agreed = _boolean(question, given)
    if question.is_required and not agreed:
        raise Refused(_("Please agree to go on."))
    return agreed


def _choice(question: Question, given: object) -> str:
    if not isinstance(given, str) or given not in question.options:
        raise Refused(_("Please choose one of the answers offered."))
    return given


def _choices(question: Question, given: object) -> list[str]:
    if not isinstance(given, list | tuple):
        raise Refused(_("Please choose from the answers offered."))
    chosen = {_choice(question, one) for one in given}
    return [option for option in question.options if option in chosen]


def _date(_question: Question, given: object) -> str:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given.isoformat()
    text = _line(given)
    try:
        found = date.fromisoformat(text).isoformat()
    except ValueError:
        found = ""
    # Python reads many other ways to write a date, some of them by accident
    if found != text:
        raise Refused(_("Please give a date, year first: 2030-12-31."))
    return text


def _email(_question: Question, given: object) -> str:
    text = _line(given)
    try:
        validate_email(text)
    except ValidationError as error:
        raise Refused(_("Please give an e-mail address.")) from error
    return text


def _phone(_question: Question, given: object) -> str:
    number = read_phone(_line(given))
    if number is None or not number.is_valid():
        raise Refused(_("Please give a phone number, with + and the country's code if in doubt."))
    return str(number.as_e164)


_CLEANERS: dict[QuestionKind, Callable[[Question, object], Any]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _long_text,
    QuestionKind.NUMBER: _number,
    QuestionKind.BOOLEAN: _boolean,
    QuestionKind.CONSENT: _consent,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.DATE: _date,
    QuestionKind.EMAIL: _email,
    QuestionKind.PHONE: _phone,
}
