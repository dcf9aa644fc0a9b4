"""Why a moment is not free, told by the very rules that decide it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Unpack

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookable.availability.answers import Reason
from bookable.availability.asking import ask, moment
from bookable.availability.engine import Board, Engine
from bookable.availability.joining import is_asked_for
from bookable.availability.lanes import Lanes
from bookable.availability.query import Asked, Query
from bookable.availability.rules.base import Rule
from bookable.availability.standing import refusal
from bookable.catalog.candidates import NeedOf
from bookable.catalog.models import Provider, Service
from bookable.timeline.intervals import Interval, Intervals, covers, touching
from bookable.timeline.zones import DAY, to_datetime

#: So much around a moment is read that the intervals of reasons are told whole: hours come back
#: after a week at the latest.
AROUND = 8 * DAY


def explain(
    service: Service,
    start: datetime,
    *,
    override: Collection[str] = (),
    **asked: Unpack[Asked],
) -> list[Reason]:
    """Every reason why nothing can start at this moment; an empty list means that it is free."""
    at = moment("UTC", start)
    query = ask(service, at, at + 1, every_session=True, margin=AROUND, override=override, **asked)
    return explain_in(query)


def explain_in(query: Query) -> list[Reason]:
    """The same for a query of one start that reads every session and `AROUND` as its margin."""
    engine = Engine(query)
    if any(True for _offer in engine.offers()):
        return []
    reasons = list(dict.fromkeys(_reasons(engine)))
    # each calendar by itself has nothing against it, yet there are too few of them
    return reasons or [_unmet(board) for board in engine.boards[:1]]


def _reasons(engine: Engine) -> Iterator[Reason]:
    query = engine.query
    yield from query.refusals
    if query.seats > query.service.capacity:
        yield _too_many_seats(query)
    yield from _full_sessions(query)
    for lanes in engine.lanes:
        yield from _bars(lanes, None)
    if query.refusals:
        return
    for board in engine.boards:
        yield from _reasons_of(board)


def _reasons_of(board: Board) -> Iterator[Reason]:
    """Why the needs are not met, at one place and for one length."""
    short = [need for need in board.query.needs if _is_short(board, need)]
    for need in short:
        for provider in _asked_for(board.query, need):
            yield from _reasons_of_provider(board.lanes, provider, board.length)
    if not short and not _anybody_on_grid(board):
        yield _off_grid(board)
        for leader in board.in_question:
            yield from _reasons_of_provider(board.lanes, leader.provider, board.length)
        return
    if not short:
        yield _unmet(board)


def _reasons_of_provider(lanes: Lanes, provider: Provider, length: int) -> Iterator[Reason]:
    refused = refusal(lanes.query, provider)
    if refused is not None:
        yield refused
        return
    start = lanes.query.low
    end = start + length
    for gap in lanes.shut(provider, start, end):
        yield from whose_gap(lanes, provider, gap)
    for rule in lanes.having["closes"]:
        yield from tell(rule, provider, touching(rule.closes(provider), start, end))
    low, high = start - lanes.query.before, end + lanes.query.after
    for rule in lanes.having["busy"]:
        yield from tell(rule, provider, touching(rule.busy(provider), low, high))
    for rule in lanes.having["busy_unit"]:
        for unit in range(provider.units):
            yield from tell(rule, provider, touching(rule.busy_unit(provider, unit), low, high))
    yield from _bars(lanes, provider)


def whose_gap(lanes: Lanes, provider: Provider, gap: Interval) -> Iterator[Reason]:
    """Why no rule opens a gap: what each of them says, or that none says anything."""
    whole = lanes.shut_around(provider, gap)
    told = [
        reason._replace(interval=_moments(whole))
        for rule in lanes.having["opens"]
        for reason in tell(rule, provider, [gap])
    ]
    yield from told
    if not told:
        sentence = _("%(provider)s is not open.") % {"provider": provider.name}
        yield Reason("Hours", "outside_hours", sentence, _moments(whole), provider)


def _bars(lanes: Lanes, provider: Provider | None) -> Iterator[Reason]:
    at = lanes.query.low
    for rule in lanes.having["bars_start"]:
        yield from tell(rule, provider, touching(rule.bars_start(provider), at, at + 1))


def tell(rule: Rule, provider: Provider | None, intervals: Intervals) -> Iterator[Reason]:
    """What a rule says about its intervals; nothing where it is not its doing."""
    for interval in intervals:
        sentence = rule.reason(provider, interval)
        if sentence:
            name = type(rule).__name__
            yield Reason(name, rule.code, sentence, _moments(interval), provider)


def _is_short(board: Board, need: NeedOf) -> bool:
    """Whether too few of a need's own lanes are free, whatever the other needs take."""
    query, lanes = board.query, board.lanes
    free = {
        provider.pk: sum(
            covers(lanes.free(provider, unit, board.length), query.low)
            for unit in range(provider.units)
        )
        for provider in _asked_for(query, need)
    }
    wanted = query.wanted(need)
    if wanted is None:
        each = query.seats if need.per_seat else 1
        return any(count < each for count in free.values()) or not free
    return sum(free.values()) < (1 if _is_insisted_on(query, need) else wanted)


def _asked_for(query: Query, need: NeedOf) -> Sequence[Provider]:
    if _is_insisted_on(query, need) and query.provider is not None:
        return [query.provider]
    return [candidate.provider for candidate in need.candidates]


def _is_insisted_on(query: Query, need: NeedOf) -> bool:
    """Whether this is the need that must take the provider who was asked for."""
    wanted = query.provider
    if wanted is None:
        return False
    holders = [one for one in query.needs if wanted.pk in _keys(one)]
    return bool(holders) and holders[0] is need


def _keys(need: NeedOf) -> Iterable[int]:
    return (candidate.provider.pk for candidate in need.candidates)


def _anybody_on_grid(board: Board) -> bool:
    return any(board.lanes.starts(leader, board.length) for leader in board.in_question)


def _off_grid(board: Board) -> Reason:
    minutes = min(map(board.query.step, board.in_question)) // 60
    sentence = ngettext(
        "Starts are offered every %(count)d minute from the opening on.",
        "Starts are offered every %(count)d minutes from the opening on.",
        minutes,
    )
    return Reason("Grid", "off_grid", sentence % {"count": minutes})


def _unmet(board: Board) -> Reason:
    wanted = sum(demand.quantity for demand in board.demands.list)
    sentence = ngettext(
        "All that is needed (%(count)d calendar) is not free together.",
        "All that is needed (%(count)d calendars) is not free together.",
        wanted,
    )
    return Reason("Needs", "needs", sentence % {"count": wanted})


def _too_many_seats(query: Query) -> Reason:
    sentence = ngettext(
        "%(service)s has %(count)d seat.",
        "%(service)s has %(count)d seats.",
        query.service.capacity,
    )
    words = {"service": query.service.name, "count": query.service.capacity}
    return Reason("Capacity", "capacity", sentence % words)


def _full_sessions(query: Query) -> Iterator[Reason]:
    for row in query.diary.sessions[query.service.pk]:
        left = row.session.seats_left
        one_to_one = row.session.capacity == 1  # then the claims say who is booked
        at_this_start = row.start == query.low and not one_to_one
        if at_this_start and left < query.seats and is_asked_for(query, row):
            sentence = ngettext(
                "%(count)d seat is left in the session at this time.",
                "%(count)d seats are left in the session at this time.",
                left,
            )
            text = sentence % {"count": left} if left else _("The session at this time is full.")
            yield Reason("Session", "full", text, _moments((row.start, row.end)))


def _moments(interval: Interval) -> tuple[datetime, datetime]:
    return to_datetime(interval[0]), to_datetime(interval[1])
