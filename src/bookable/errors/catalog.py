"""Schedules, services and answers that make no sense as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from bookable.errors.root import BookableError


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
