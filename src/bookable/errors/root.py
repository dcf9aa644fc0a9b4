"""The root of the tree, and what is wrong with the site itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class BookableError(Exception):
    """The root of the tree. Catch it, don't raise it."""

    code = "error"
    message: str | Promise = _("Something went wrong.")

    def __init__(self, message: str | Promise | None = None) -> None:
        self.sentence = message if message is not None else self.message
        super().__init__(self.sentence)

    def __str__(self) -> str:
        return str(self.sentence)


class Misconfigured(BookableError, ImproperlyConfigured):
    """The site's settings can't be used as they are."""

    code = "configuration"


class UnknownRuleSet(Misconfigured):
    """A service names a rule set that the settings don't have."""

    code = "unknown_rule_set"

    def __init__(self, alias: str, known: Sequence[str]) -> None:
        self.alias = alias
        super().__init__(
            _("There is no rule set “%(alias)s” in BOOKABLE['RULESETS']; there are: %(known)s.")
            % {"alias": alias, "known": ", ".join(known)}
        )


class InvalidMoney(BookableError, ValueError):
    """Amounts that can't be added, compared or read."""

    code = "money"
