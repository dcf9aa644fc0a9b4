"""Questions about availability that can't be answered as they were put."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookable.errors.root import BookableError


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


class TextTooLong(InvalidQuery):
    """A text that is longer than what is kept of it; `most` characters are."""

    code = "text_too_long"

    def __init__(self, name: str | Promise, most: int) -> None:
        self.most = most
        super().__init__(
            _("“%(name)s” takes at most %(most)d characters.") % {"name": name, "most": most}
        )


class TooManyNames(InvalidQuery):
    """More names of those who come than seats."""

    code = "too_many_names"
    message = _("There are more names than seats.")


class UnknownChannel(InvalidQuery):
    """Something other than in person, video or phone."""

    code = "unknown_channel"

    def __init__(self, channel: object) -> None:
        super().__init__(
            _("“%(channel)s” is not a way to meet; choose from: in_person, video, phone.")
            % {"channel": channel}
        )


class UnknownDecision(InvalidQuery):
    """Something other than to keep, to move and to cancel."""

    code = "unknown_decision"

    def __init__(self, decision: object) -> None:
        super().__init__(
            _("“%(decision)s” can't be decided; choose from: keep, move, cancel.")
            % {"decision": decision}
        )


class InvalidExtra(InvalidQuery):
    """An extra that can't be had with this service, or not in this quantity."""

    code = "invalid_extra"


class NotFound(InvalidQuery):
    """A key that leads nowhere."""

    code = "not_found"

    def __init__(self, kind: str | Promise, key: object) -> None:
        super().__init__(_("There is no %(kind)s “%(key)s”.") % {"kind": kind, "key": key})
