"""Takes places: choose without a lock, lock what is chosen, sweep, ask again.

Named providers are waited for. Of interchangeable ones the best that nobody else has locked are
taken; only where nobody is left, or where it fails again and again, are all of them waited for, in
the order of their keys.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple, NoReturn, TypeVar

from django.db import IntegrityError, connections

from bookable.availability.asking import ask
from bookable.availability.choose import Choice, Chooser, price_lines_of
from bookable.availability.query import Asked, OwnLane, Planned, Query
from bookable.availability.rulesets import guards_of
from bookable.bookings.refusing import slot_taken
from bookable.bookings.steps.locks import lock_guards, lock_lanes_of, lock_sessions
from bookable.bookings.steps.seats import free_lapsed_seats, free_lapsed_sessions, seats_of
from bookable.bookings.taking.wishes import Place, Taken, Wish
from bookable.catalog.candidates import NeedOf, needs_of
from bookable.errors import PriceChanged
from bookable.money import Money, total
from bookable.schedule.lane_constraint import violates_lane
from bookable.schedule.models import Session
from bookable.timeline import clock
from bookable.transactions import Stale, in_transaction

T = TypeVar("T")

#: So often it is looked anew who is free before all of a pool are waited for.
_MOST_TRIES = 4


def take(
    wishes: Sequence[Wish],
    write: Callable[[Placing], T],
    *,
    using: str,
    before: Callable[[], None] | None = None,
    leaving: Collection[int] = (),
    beside: Callable[[], list[OwnLane]] = list,
) -> T:
    """What `write` makes of the places, all in one transaction; SlotTaken if one can't be had.

    `before` runs first in the transaction; `leaving` are sessions to lock with those that are
    joined, because somebody moves out of them; `beside` says what else belongs to the visit.
    """
    placing = Placing(wishes, using=using, leaving=leaving, beside=beside)

    def work() -> T:
        if before is not None:
            before()
        placing.lock()
        return write(placing)

    try:
        return in_transaction(work, using=using)
    except Taken as taken:
        wish = taken.wish
    except IntegrityError as error:
        if not violates_lane(error):
            raise
        wish = wishes[0]  # somebody wrote past the locks, and the database saw it
    raise slot_taken(wish.service, wish.start, wish.asked, override=(*wish.override, *wish.waived))


class Placing:
    """One attempt after the other to get all wishes at once."""

    def __init__(
        self,
        wishes: Sequence[Wish],
        *,
        using: str,
        leaving: Collection[int] = (),
        beside: Callable[[], list[OwnLane]] = list,
    ) -> None:
        self.wishes = wishes
        self.using = using
        self.leaving = leaving
        self.beside = beside
        self.sessions: dict[int, Session] = {}
        self.visit: list[OwnLane] = []
        self.planned: list[Planned] = []
        self._out: list[Wish] = []
        self._locks_rows = connections[using].features.has_select_for_update
        self._locked: set[int] | None = None  # None: everybody, the transaction is the lock
        self._left: set[int] = set()  # those among whom it was chosen; empty for everybody
        self._avoid: set[int] = set()
        self._lapsed: set[int] = set()  # sessions to be swept before anything is asked
        self._tries = 0
        self._now = clock.now()
        self._may_guess = len(wishes) == 1 and not leaving

    def lock(self) -> None:
        """Locks whatever the wishes are going to take, and clears it of what has lapsed."""
        self._tries += 1
        self._now = clock.now()  # one moment for all, or a hold could run out in between
        self.sessions, self.visit, self.planned, self._left = {}, self.beside(), [], set()
        bare = [self._ask(wish, needs=()) for wish in self.wishes]
        lock_guards({key for query in bare for key in guards_of(query)}, using=self.using)
        guess = bare[0].provider if self._may_guess else None
        if not self._locks_rows:
            self._sweep()
        elif guess is not None:
            self._locked = lock_lanes_of([guess.pk], using=self.using, wait=True)
            self._sweep()
        elif self._waits:
            self._lock_everybody()
        else:
            self._lock_chosen()

    def place(self, wish: Wish) -> Place:
        """Where this wish is met now. Ask for each wish in turn, and `keep` what was written.

        Raises Taken if it is not free, Stale if another try may do better.
        """
        if any(wish is one for one in self._out):
            raise Taken(wish)
        query = self._ask(wish, needs=self._needs_left(wish))
        choice = _choose(wish, Chooser(query, only=self._locked, join=wish.join))
        if choice is None:
            self._give_up(wish, query)
        self._sweep_for(query, choice)
        if self._left and choice.session is not None and choice.session.pk not in self.sessions:
            raise Stale  # whoever serves in it was not looked at
        return Place(
            wish=wish,
            query=query,
            choice=choice,
            lines=price_lines_of(query, choice),
            session=self._session_to_join(choice, query),
        )

    def _needs_left(self, wish: Wish) -> Sequence[NeedOf] | None:
        """The needs with those alone who were chosen; None where everybody is looked at again."""
        if not self._left:
            return None
        needs = needs_of([wish.service], self.using)[wish.service.pk]
        return [
            replace(
                need,
                candidates=tuple(one for one in need.candidates if one.provider.pk in self._left),
            )
            for need in needs
        ]

    def place_all(self) -> list[Place]:
        """Where all of the wishes are met, before anything is written."""
        self.visit = self.beside()
        places = []
        for wish in self.wishes:
            place = self.place(wish)
            self.planned.append(_planned(place.query, place.choice))
            places.append(place)
        self.planned = []
        return places

    def keep(self, session: Session, choice: Choice) -> None:
        """The next wishes of the visit see what was just written as the customer's own."""
        self.visit += _own_lanes(choice, session.pk)
        self.sessions[session.pk] = session

    def _choose_all(self) -> list[_Chosen]:
        """What all wishes come to, as it looks now."""
        chosen: list[_Chosen] = []
        self._out = []
        avoid = set[int]() if self._waits else self._avoid
        for wish in self.wishes:
            chooser = Chooser(self._ask(wish), join=wish.join)
            choice = _choose(wish, chooser, avoid=avoid)
            if choice is None and avoid:
                self._wait_for_all()  # the others may all be taken
            if choice is not None:
                query = chooser.query
                self.planned.append(_planned(query, choice))
                chosen.append(_Chosen(chooser, choice))
                self._lapsed |= _lapsed(query, choice)
            elif wish.is_optional:
                self._out.append(wish)
            elif not _joins_planned(chooser.query):
                raise Taken(wish)
        self.planned = []
        return chosen

    def _lock_everybody(self) -> None:
        """Whoever could serve is waited for, so that what is chosen then is certain."""
        needs = needs_of([wish.service for wish in self.wishes], self.using)
        everybody = {
            one.provider.pk
            for of_service in needs.values()
            for need in of_service
            for one in need.candidates
        }
        self._locked, self._out = lock_lanes_of(everybody, using=self.using, wait=True), []
        # who moves locks the session that they join together with the one that they leave
        self._sweep(_joined(self._choose_all()) if self.leaving else ())

    def _lock_chosen(self) -> None:
        """Locks what was chosen without a lock; what others have locked is passed over."""
        self._locked = set()
        chosen, passed = self._choose_all(), set[int]()
        everybody = {one.pk for chooser, _choice in chosen for one in chooser.query.providers}
        while missing := self._lock_lanes(chosen):
            passed |= missing
            chosen = [self._choose_again(chosen, passed)]
        taken = _taking(chosen)
        if not everybody <= taken:
            leaders = {choice.leader.pk for _chooser, choice in chosen if choice.leader is not None}
            self._left = taken | leaders
        self._sweep(_joined(chosen))

    def _lock_lanes(self, chosen: Sequence[_Chosen]) -> set[int]:
        """Locks whoever was chosen; those whom somebody else has locked."""
        wanted = _taking(chosen)
        contested = any(choice.contested for _chooser, choice in chosen)
        locked = lock_lanes_of(wanted, using=self.using, wait=not contested)
        self._locked = locked.union(self._locked or ())
        return wanted - locked

    def _choose_again(self, chosen: Sequence[_Chosen], passed: set[int]) -> _Chosen:
        """The next best by what was read before; Stale where all must begin anew."""
        if len(self.wishes) > 1:
            self._avoid |= passed
            raise Stale
        [(chooser, _choice)] = chosen
        choice = _choose(self.wishes[0], chooser, avoid=passed)
        if choice is None:
            self._wait_for_all()
        if self._locked and not choice.contested:
            raise Stale  # nobody waits for one while they have another
        return _Chosen(chooser, choice)

    def _wait_for_all(self) -> NoReturn:
        """Everybody who is free may be in use; the next time they are waited for."""
        self._tries = _MOST_TRIES
        raise Stale

    @property
    def _waits(self) -> bool:
        """Whether all who could serve are waited for, after enough tries without."""
        return self._tries > _MOST_TRIES

    def _sweep_for(self, query: Query, choice: Choice) -> None:
        """Frees what has lapsed on the chosen lanes; Stale if that was not known before.

        A hold that ran out may have become a promise just now. Only under the lock of its session
        is that certain, and then all is asked anew.
        """
        lapsed = _lapsed(query, choice) - self._lapsed
        if not lapsed:
            return
        self._lapsed |= lapsed
        if self._locks_rows:
            raise Stale
        self._lock_sessions(lapsed)
        free_lapsed_sessions(self.sessions[key] for key in sorted(lapsed))

    def _sweep(self, others: Collection[int] = ()) -> None:
        """Locks sessions that are known to have lapsed, and others; frees the former."""
        self._lock_sessions({*self._lapsed, *others, *self.leaving})
        known = self._lapsed & self.sessions.keys()
        free_lapsed_sessions(self.sessions[key] for key in sorted(known))

    def _lock_sessions(self, keys: Collection[int]) -> None:
        self.sessions.update(lock_sessions(keys, using=self.using))

    def _session_to_join(self, choice: Choice, query: Query) -> Session | None:
        if choice.session is None:
            return None
        if choice.session.pk not in self.sessions:
            if self.leaving and self._locks_rows:
                raise Stale  # it came to be after the sessions were locked, in their order
            self._lock_sessions([choice.session.pk])
        session = self.sessions[choice.session.pk]
        free_lapsed_seats(session)
        as_chosen = (session.start, session.end) == (choice.session.start, choice.session.end)
        seats_left = session.seats_left - query.promised(session.pk)
        if seats_left < query.seats:
            # whoever is moved has seats of their own, in this session or in one that they leave
            seats_left += seats_of(query.diary.exclude.bookings, session)
        if session.released_at or not as_chosen or seats_left < query.seats:
            raise Stale
        return session

    def _give_up(self, wish: Wish, query: Query) -> NoReturn:
        if self._locked is None or (not self._left and query.candidates.keys() <= self._locked):
            raise Taken(wish)  # nobody is left who could be tried
        if self._may_guess and query.provider is not None:
            if len(query.needs) == 1 and query.wanted(query.needs[0]) == 1:
                raise Taken(wish)
            self._may_guess = False  # more is needed than whom the customer named
        raise Stale

    def _ask(self, wish: Wish, *, needs: Sequence[NeedOf] | None = None) -> Query:
        asked: Asked = {**wish.asked, "using": self.using}
        return ask(
            wish.service,
            wish.at,
            wish.at + 1,
            needs=needs,
            override=(*wish.override, *wish.waived),
            visit=self.visit,
            planned=self.planned,
            now=self._now,
            kept=wish.kept,
            within=wish.within,
            **asked,
        )


class _Chosen(NamedTuple):
    chooser: Chooser
    choice: Choice


def _choose(wish: Wish, chooser: Chooser, *, avoid: Collection[int] = ()) -> Choice | None:
    """The best that costs what the customer was shown, if they were shown a price."""
    choice, expected = chooser.best(avoid), wish.expected_price
    if choice is None or expected is None or _price(chooser.query, choice) == expected:
        return choice
    dearer = _priced_otherwise(chooser.query, choice, expected)
    other = chooser.best({*avoid, *dearer})
    if other is None or _price(chooser.query, other) != expected:
        raise PriceChanged(expected, _price(chooser.query, choice))
    return other


def _planned(query: Query, choice: Choice) -> Planned:
    return Planned(
        service=query.service.pk,
        start=int(choice.start.timestamp()),
        end=int(choice.end.timestamp()),
        session=choice.session.pk if choice.session is not None else None,
        seats=query.seats,
        lanes=tuple(_own_lanes(choice, None)),
        extras=query.extras,
    )


def _lapsed(query: Query, choice: Choice) -> set[int]:
    """Sessions whose holds have run out on the chosen lanes, and that nobody has freed yet."""
    return query.diary.lapsed({lane.provider.pk for lane in choice.lanes}, *query.reach)


def _taking(chosen: Iterable[_Chosen]) -> set[int]:
    """Whose lanes are taken."""
    return {lane.provider.pk for _chooser, choice in chosen for lane in choice.lanes}


def _joined(chosen: Iterable[_Chosen]) -> list[int]:
    """The sessions that are joined."""
    return [choice.session.pk for _chooser, choice in chosen if choice.session is not None]


def _joins_planned(query: Query) -> bool:
    """Whether the session that it may join is only made by a wish before it."""
    together = [
        one.seats
        for one in query.planned
        if (one.service, one.start) == (query.service.pk, query.low)
    ]
    return bool(together) and sum(together) + query.seats <= query.service.capacity


def _own_lanes(choice: Choice, session: int | None) -> list[OwnLane]:
    start, end = int(choice.start.timestamp()), int(choice.end.timestamp())
    return [OwnLane(session, lane.provider.pk, lane.unit, start, end) for lane in choice.lanes]


def _price(query: Query, choice: Choice) -> Money:
    lines = price_lines_of(query, choice)
    return total((line.total for line in lines), query.service.currency)


def _priced_otherwise(query: Query, choice: Choice, expected: Money) -> set[int]:
    """Those of the first need with whom it would not cost what the customer was shown."""
    leaders = (candidate.provider for candidate in query.needs[0].candidates)
    return {
        leader.pk for leader in leaders if _price(query, choice._replace(leader=leader)) != expected
    }
