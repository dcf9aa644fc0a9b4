"""Bookings that can't be made or changed, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bookable.errors.root import BookableError

if TYPE_CHECKING:
    from bookable.availability.answers import Reason, Slot
    from bookable.bookings.hold_series import Conflict
    from bookable.bookings.impact import Affected
    from bookable.catalog.models import Service
    from bookable.money import Money


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
    """What can't be done to a booking in its state; `verb` names it for programs."""

    code = "illegal_transition"

    def __init__(self, verb: str, before: object, after: object = "") -> None:
        self.verb = verb
        super().__init__(
            _("This can't be done now: the booking is “%(state)s”.") % {"state": before}
        )


class NeedsNoApproval(IllegalTransition):
    """Approval is asked for where nobody has to give it, or where it was given already."""

    code = "needs_no_approval"
    message = _("This needs no approval, or has it already. Please confirm it instead.")

    def __init__(self, *, others_do: bool = False) -> None:
        self.verb = "request"
        sentence = _("This needs no approval, but what was booked with it does: ask for it there.")
        BookingRefused.__init__(self, sentence if others_do else None)


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
