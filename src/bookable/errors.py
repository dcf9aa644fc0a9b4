"""Everything that can go wrong, as one tree.

Each error has a stable `code` for programs and a sentence that can be shown to a customer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from bookable.availability.answers import Reason, Slot
    from bookable.bookings.hold_series import Conflict
    from bookable.bookings.impact import Affected
    from bookable.catalog.models import Service
    from bookable.money import Money


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


class BookingRefused(BookableError):
    """A booking verb that can't do what it was asked for. Nothing was changed."""

    code = "refused"


class SlotTaken(BookingRefused):
    """The time is not free, or not any more.

    `reasons` and `nearest`, the free starts around it, are looked up when they are first asked for.
    """

    code = "slot_taken"
    message = _("This time is not free any more.")

    def __init__(
        self,
        message: str | Promise | None = None,
        *,
        service: Service | None = None,
        start: datetime | None = None,
        look_up_reasons: Callable[[], Sequence[Reason]] = tuple,
        look_up_nearest: Callable[[], Sequence[Slot]] = tuple,
    ) -> None:
        self.service, self.start = service, start
        self._look_up = look_up_reasons, look_up_nearest
        super().__init__(message)

    @cached_property
    def reasons(self) -> list[Reason]:
        """Why the time can't be had."""
        return list(self._look_up[0]())

    @cached_property
    def nearest(self) -> list[Slot]:
        """The free starts around it, in order of time."""
        return list(self._look_up[1]())


class SeriesConflict(BookingRefused):
    """Some occurrences of a series can't be had; `conflicts` says which, why and what instead."""

    code = "series_conflict"

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = list(conflicts)
        super().__init__(
            ngettext(
                "%(count)d of the dates is not free.",
                "%(count)d of the dates are not free.",
                len(self.conflicts),
            )
            % {"count": len(self.conflicts)}
        )


class HoldExpired(BookingRefused):
    """The hold has run out, and the place with it."""

    code = "hold_expired"
    message = _("The time for this reservation has run out. Please choose a time again.")


class PriceChanged(BookingRefused):
    """It costs something else than the customer was shown."""

    code = "price_changed"

    def __init__(self, expected: Money, actual: Money) -> None:
        self.expected, self.actual = expected, actual
        super().__init__(
            _("The price has changed from %(expected)s to %(actual)s.")
            % {"expected": expected, "actual": actual}
        )


class TooLate(BookingRefused):
    """The time until which this was possible has passed."""

    code = "too_late"
    message = _("It is too late for this.")


class TooOften(BookingRefused):
    """It was done as often as is allowed."""

    code = "too_often"
    message = _("This can't be done again.")


class NotAllowed(BookingRefused):
    """Whoever asks may not do this."""

    code = "not_allowed"
    message = _("You are not allowed to do this.")


class NotOverridable(BookingRefused):
    """A rule that nobody can book against."""

    code = "not_overridable"

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = list(codes)
        super().__init__(
            _("This can't be overridden: %(codes)s.") % {"codes": ", ".join(self.codes)}
        )


class NeedsApproval(BookingRefused):
    """It must be approved by whoever offers it."""

    code = "needs_approval"
    message = _("This must be approved first.")


class PaymentDue(BookingRefused):
    """Something must be paid first."""

    code = "payment_due"

    def __init__(self, due: Money) -> None:
        self.due = due
        super().__init__(_("%(amount)s must be paid first.") % {"amount": due})


class IllegalTransition(BookingRefused):
    """What can't be done to a booking in its state."""

    code = "illegal_transition"

    def __init__(self, verb: str, before: object, after: object = "") -> None:
        self.verb = verb
        super().__init__(
            _("A booking that is “%(state)s” can't be changed in this way: %(verb)s.")
            % {"state": before, "verb": verb}
        )


class IdempotencyMismatch(BookingRefused):
    """A key that was used for something else already."""

    code = "idempotency_mismatch"
    message = _("This key was used for another request.")


class InvalidCustomer(BookableError, ValueError):
    """A customer who can't be told from others, or not be reached."""

    code = "invalid_customer"
    message = _("Please give a name and an e-mail address.")


class InvalidSeries(BookableError, ValueError):
    """A rule of repetition that can't be followed."""

    code = "invalid_series"


class InvalidLink(BookableError, ValueError):
    """A link that was changed, revoked or never given out."""

    code = "invalid_link"
    message = _("This link is not valid any more.")


class TryAgain(BookingRefused):
    """So many people want the same at this moment that nobody's turn came."""

    code = "try_again"
    message = _("Many people are booking at this moment. Please try again.")


class SessionReleased(BookingRefused):
    """A session that was cancelled, or that everybody has left."""

    code = "session_released"
    message = _("This session does not take place any more.")


class NoOffer(BookingRefused):
    """Somebody on the waiting list has been offered nothing, or not any more."""

    code = "no_offer"
    message = _("This offer no longer stands.")


class NoProposal(BookingRefused):
    """No other time is proposed for a booking, or not any more."""

    code = "no_proposal"
    message = _("This proposal no longer stands.")


class Unforeseen(BookingRefused):
    """A change hits sessions about which nothing was decided: somebody has booked meanwhile.

    `affected` is all that it hits by now, `undecided` what was not decided on.
    """

    code = "unforeseen"

    def __init__(self, affected: Sequence[Affected], undecided: Sequence[Affected]) -> None:
        self.affected, self.undecided = list(affected), list(undecided)
        super().__init__(
            ngettext(
                "%(count)d session is affected about which nothing was decided yet.",
                "%(count)d sessions are affected about which nothing was decided yet.",
                len(self.undecided),
            )
            % {"count": len(self.undecided)}
        )


class TooEarly(BookingRefused):
    """It can only be said once the time has come."""

    code = "too_early"
    message = _("It has not begun yet.")
