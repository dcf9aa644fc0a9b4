"""What a change of hours, absences or the catalogue does to what is booked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from django.db import router, transaction

from bookable.availability.answers import Reason
from bookable.bookings.misfits import Cause, Misfits, misfits
from bookable.bookings.models import Booking
from bookable.bookings.states import OPEN
from bookable.schedule.models import Session
from bookable.transactions import in_transaction

T = TypeVar("T")

#: Any call of a verb of the schedule or the catalogue: `lambda: deactivate(ann)`.
Change = Callable[[], object]


class Affected(NamedTuple):
    """A session that doesn't fit its calendars any more, who booked it, and why it doesn't."""

    session: Session
    bookings: list[Booking]
    reasons: list[Reason]


def preview(change: Change, *, using: str | None = None) -> list[Affected]:
    """The live sessions ahead that a change would hit, in order of their start.

    The change is made under its own locks and taken back again, and nobody is told of it; it may
    be called more than once. What did not fit before is not blamed on it; limits, notice, and
    other bookings don't count.
    """
    alias = using or router.db_for_write(Booking)

    def rehearse() -> list[Affected]:
        before = misfits(using=alias)
        change()
        found = hit_since(before, using=alias)
        transaction.set_rollback(True, using=alias)
        return found

    return in_transaction(rehearse, using=alias)


def hit_since(before: Misfits, *, using: str) -> list[Affected]:
    """What does not fit now for a cause that it did not have before."""
    found = {
        session: reasons
        for session, now in misfits(using=using).items()
        if (reasons := _new(now, before.get(session, ())))
    }
    sessions = Session.objects.using(using).select_related("service").in_bulk(found)
    bookings: dict[int, list[Booking]] = {key: [] for key in found}
    for booking in _bookings(list(found), using):
        booking.session = sessions[booking.session_id]
        bookings[booking.session_id].append(booking)
    affected = [Affected(sessions[key], bookings[key], found[key]) for key in found]
    return sorted(affected, key=lambda one: (one.session.start, one.session.pk))


def _new(
    now: Iterable[tuple[Cause, Reason]], before: Iterable[tuple[Cause, Reason]]
) -> list[Reason]:
    known = {cause for cause, _reason in before}
    return list(dict.fromkeys(reason for cause, reason in now if cause not in known))


def _bookings(sessions: Sequence[int], using: str) -> Iterator[Booking]:
    rows = Booking.objects.using(using).with_place().filter(state__in=OPEN)
    for some in _portions(sessions):
        yield from rows.filter(session__in=some).select_related("order").order_by("pk")


def _portions(values: Sequence[T], size: int = 1000) -> Iterator[Sequence[T]]:
    """As many at once as every database takes in one question."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
