"""What a check says: an id, a sentence, a hint, and where to read on."""

from __future__ import annotations

from django.core.checks import CheckMessage, Error, Warning  # noqa: A004

DOCS = "https://django-bookable.readthedocs.io/en/latest/reference/checks.html"


def error(check: str, message: str, hint: str) -> CheckMessage:
    return Error(message, hint=_with_link(check, hint), id=f"bookable.{check}")


def warning(check: str, message: str, hint: str) -> CheckMessage:
    return Warning(message, hint=_with_link(check, hint), id=f"bookable.{check}")


def _with_link(check: str, hint: str) -> str:
    return f"{hint} See {DOCS}#bookable-{check.lower()}"
