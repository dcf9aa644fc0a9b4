"""Everything that can go wrong, as one tree.

Each error has a stable `code` for programs and a sentence that can be shown to a customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

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


class InvalidQuery(BookableError, ValueError):
    """A question about availability that can't be answered as it was put."""

    code = "invalid_query"


class NaiveDatetime(InvalidQuery):
    """A datetime without a time zone."""

    code = "naive_datetime"

    def __init__(self, value: datetime) -> None:
        super().__init__(
            _("“%(value)s” has no time zone, so it is not clear which moment is meant.")
            % {"value": value.isoformat(" ")}
        )


class EmptyPeriod(InvalidQuery):
    """A period whose end does not come after its start."""

    code = "empty_period"
    message = _("The end must come after the start.")


class MomentOutOfRange(InvalidQuery):
    """A year for which nobody keeps a calendar."""

    code = "moment_out_of_range"

    def __init__(self, value: date) -> None:
        super().__init__(_("The year %(year)d is out of range.") % {"year": value.year})


class PeriodTooLong(InvalidQuery):
    """A window longer than anybody plans ahead."""

    code = "period_too_long"

    def __init__(self, days: int) -> None:
        super().__init__(_("At most %(days)d days can be looked at at once.") % {"days": days})


class UnknownZone(InvalidQuery):
    """A name that is not in the time zone database."""

    code = "unknown_zone"

    def __init__(self, name: object) -> None:
        super().__init__(_("“%(name)s” is not a known time zone.") % {"name": name})


class DurationNotOffered(InvalidQuery):
    """A length that this service doesn't come in."""

    code = "duration_not_offered"

    def __init__(self, minutes: int, offered: Sequence[int]) -> None:
        super().__init__(
            _("%(minutes)d minutes are not offered; choose from: %(offered)s.")
            % {"minutes": minutes, "offered": ", ".join(str(length) for length in offered)}
        )


class InvalidSeats(InvalidQuery):
    """Fewer than one seat."""

    code = "invalid_seats"
    message = _("At least one seat must be asked for.")


class UnknownChannel(InvalidQuery):
    """Something other than in person, video or phone."""

    code = "unknown_channel"

    def __init__(self, channel: object) -> None:
        super().__init__(
            _("“%(channel)s” is not a way to meet; choose from: in_person, video, phone.")
            % {"channel": channel}
        )


class InvalidExtra(InvalidQuery):
    """An extra that can't be had with this service, or not in this quantity."""

    code = "invalid_extra"


class NotFound(InvalidQuery):
    """A key that leads nowhere."""

    code = "not_found"

    def __init__(self, kind: str | Promise, key: object) -> None:
        super().__init__(_("There is no %(kind)s “%(key)s”.") % {"kind": kind, "key": key})


class InvalidSchedule(BookableError, ValueError):
    """Hours or absences that can't be kept as they were given."""

    code = "invalid_schedule"


class OverlappingHours(InvalidSchedule):
    """Two ranges of hours that run into each other."""

    code = "overlapping_hours"

    def __init__(self, first: str, second: str) -> None:
        super().__init__(
            _("%(first)s and %(second)s overlap.") % {"first": first, "second": second}
        )


class UnreadableSchedule(InvalidSchedule):
    """A schedule from outside with a mistake; the path says where."""

    code = "unreadable_schedule"

    def __init__(self, path: str, sentence: str) -> None:
        self.path = path
        super().__init__(f"{path}: {sentence}" if path else sentence)


class InvalidCatalog(BookableError, ValueError):
    """A service, provider or need that makes no sense as it stands."""

    code = "invalid_catalog"


class ImpossibleNeeds(InvalidCatalog):
    """Needs that can never be met, however empty the calendars are."""

    code = "impossible_needs"


class TooManyNeeds(InvalidCatalog):
    """More needs that share providers than can be weighed against each other."""

    code = "too_many_needs"

    def __init__(self, limit: int) -> None:
        super().__init__(
            _("At most %(limit)d needs of a service may draw on the same providers.")
            % {"limit": limit}
        )


class InvalidAnswers(BookableError, ValueError):
    """Answers to a service's questions that can't be accepted; `errors` has one list a question."""

    code = "invalid_answers"
    message = _("Please check your answers.")

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        self.errors = dict(errors)
        super().__init__()


class InvalidMoney(BookableError, ValueError):
    """Amounts that can't be added, compared or read."""

    code = "money"
