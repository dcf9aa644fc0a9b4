"""What is lost by cancelling, moving or not coming, in money and in sentences. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.bookings.policies import Agreed
from bookable.bookings.states import State
from bookable.errors import NaiveDatetime
from bookable.money import Money
from bookable.timeline.zones import zone_info


@dataclass(frozen=True)
class Quote:
    """What cancelling would cost: `fee` and `refund` together are the price.

    It stays so until the deadline, that moment included; None means that it won't change.
    """

    refund: Money
    fee: Money
    deadline: datetime | None
    text: str


@dataclass(frozen=True)
class _Phase:
    """A time that ends at `until`, and what is lost by cancelling within it."""

    until: datetime
    fee: Money


def cancellation_quote(
    agreed: Agreed, *, total: Money, start: datetime, at: datetime, zone: str, state: str
) -> Quote:
    """What cancelling at a moment costs of a total, told in times of a zone.

    What is only held or requested is given back in full, and after the start nothing is.
    """
    if at.utcoffset() is None:
        raise NaiveDatetime(at)
    zero = Money.zero(total.currency)
    if state in {State.HELD, State.REQUESTED}:
        return Quote(total, zero, None, _("You can cancel free of charge."))
    ahead = _ahead(agreed, total, start, at)
    if not ahead:
        fee = max(zero, total)
        return Quote(total - fee, fee, None, _after_start(fee))
    now, *later = ahead
    is_all_lost = bool(now.fee) and now.fee == total and not later
    deadline = None if is_all_lost else now.until
    return Quote(total - now.fee, now.fee, deadline, " ".join(_cancelling(ahead, total, zone)))


def no_show_fee(agreed: Agreed, total: Money) -> Money:
    """What of the price is kept when the customer doesn't come."""
    return total.percent(agreed.no_show_percent)


def reschedule_refusal(agreed: Agreed, *, start: datetime, moves: int, at: datetime) -> str | None:
    """Why the customer may not move it any more; None if they may."""
    limit = agreed.reschedule_limit
    if limit is not None and moves >= limit:
        return _moved_enough(moves)
    if at >= start:
        return _("It has begun, so it can't be moved any more.")
    if at > start - timedelta(minutes=agreed.reschedule_minutes):
        return _could_be_moved(agreed.reschedule_minutes)
    return None


def terms_text(
    agreed: Agreed, *, total: Money, start: datetime, zone: str, at: datetime | None = None
) -> str:
    """What is agreed, in sentences, as it is read before booking at a moment.

    Without the moment, deadlines that have passed are told as well.
    """
    ahead = _phases(agreed, total, start) if at is None else _ahead(agreed, total, start, at)
    sentences = [*_cancelling(ahead, total, zone), *_moving(agreed, start, zone, at)]
    fee = no_show_fee(agreed, total)
    if fee:
        sentences.append(_not_coming(fee, total))
    return " ".join(sentences)


def _phases(agreed: Agreed, total: Money, start: datetime) -> list[_Phase]:
    """What is lost until when, in order; the last one ends with the start."""
    free = agreed.free_minutes
    steps = sorted(agreed.steps, key=lambda step: step.minutes, reverse=True)
    outcomes = [] if free is None else [(free, Money.zero(total.currency))]
    outcomes += [
        (step.minutes, _loss(agreed, total, step.refund_percent))
        for step in steps
        if free is None or step.minutes < free
    ]
    if not outcomes or outcomes[-1][0] > 0:
        outcomes.append((0, _loss(agreed, total, agreed.late_percent)))
    phases: list[_Phase] = []
    for minutes, fee in outcomes:
        if phases and phases[-1].fee == fee:
            phases.pop()
        phases.append(_Phase(start - timedelta(minutes=minutes), fee))
    return phases


def _ahead(agreed: Agreed, total: Money, start: datetime, at: datetime) -> list[_Phase]:
    if at >= start:
        return []
    return [phase for phase in _phases(agreed, total, start) if at <= phase.until]


def _loss(agreed: Agreed, total: Money, refund_percent: int) -> Money:
    kept = total - total.percent(refund_percent) + Money(agreed.fee, total.currency)
    return max(Money.zero(total.currency), min(kept, total))


def _cancelling(ahead: Sequence[_Phase], total: Money, zone: str) -> Iterator[str]:
    for index, phase in enumerate(ahead):
        words = {"until": _shown(phase.until, zone), "fee": phase.fee, "total": total}
        yield _sentence(phase, total, index == 0, index == len(ahead) - 1) % words


def _sentence(phase: _Phase, total: Money, is_first: bool, is_last: bool) -> str:
    if is_first and not phase.fee:
        return _("Until %(until)s, you can cancel free of charge.")
    if is_first and not is_last:
        return _("Until %(until)s, you lose %(fee)s of %(total)s if you cancel.")
    if not is_last:
        return _("After that and until %(until)s, you lose %(fee)s of %(total)s.")
    if phase.fee == total:
        return (
            _("If you cancel, you lose the full price of %(total)s.")
            if is_first
            else _("After that, you lose the full price of %(total)s.")
        )
    return (
        _("If you cancel, you lose %(fee)s of %(total)s.")
        if is_first
        else _("After that, you lose %(fee)s of %(total)s.")
    )


def _after_start(fee: Money) -> str:
    if not fee:
        return _("You can cancel free of charge.")
    return _("It has begun, so you lose the full price of %(total)s.") % {"total": fee}


def _moving(agreed: Agreed, start: datetime, zone: str, at: datetime | None) -> Iterator[str]:
    until = start - timedelta(minutes=agreed.reschedule_minutes)
    words = {"until": _shown(until, zone), "count": agreed.reschedule_limit}
    if agreed.reschedule_limit == 0 or (at is not None and (at > until or at >= start)):
        yield _("You can't move the booking to another time.")
    elif agreed.reschedule_limit is None:
        yield _("Until %(until)s, you can move the booking to another time.") % words
    else:
        yield (
            ngettext(
                "Until %(until)s, you can move the booking %(count)d time.",
                "Until %(until)s, you can move the booking %(count)d times.",
                agreed.reschedule_limit,
            )
            % words
        )


def _not_coming(fee: Money, total: Money) -> str:
    if fee == total:
        return _("If you don't come, you lose the full price of %(total)s.") % {"total": total}
    return _("If you don't come, you lose %(fee)s of %(total)s.") % {"fee": fee, "total": total}


def _moved_enough(moves: int) -> str:
    if moves == 0:
        return _("This booking can't be moved to another time.")
    return ngettext(
        "This booking was moved %(count)d time, and it can't be moved again.",
        "This booking was moved %(count)d times, and it can't be moved again.",
        moves,
    ) % {"count": moves}


def _could_be_moved(minutes: int) -> str:
    if minutes % 60:
        return ngettext(
            "This booking could be moved until %(count)d minute before its start.",
            "This booking could be moved until %(count)d minutes before its start.",
            minutes,
        ) % {"count": minutes}
    return ngettext(
        "This booking could be moved until %(count)d hour before its start.",
        "This booking could be moved until %(count)d hours before its start.",
        minutes // 60,
    ) % {"count": minutes // 60}


def _shown(moment: datetime, zone: str) -> str:
    local = moment.astimezone(zone_info(zone))
    return f"{date_format(local, 'D')}, {date_format(local, 'DATETIME_FORMAT')}"
