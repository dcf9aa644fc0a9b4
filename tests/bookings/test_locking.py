"""Who waits for whom, and who doesn't: with real threads and real locks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.bookings.classes import book, ride, yoga
from tests.bookings.every_verb import haircut, held
from tests.bookings.invariants import assert_consistent
from tests.bookings.threads import (
    PATIENCE,
    at_once,
    begin,
    deadlocks,
    is_kept_waiting,
    lingering,
    locked,
    needs_several_connections,
    refused,
)
from tests.bookings.times import at

from bookable.availability.assignment import Assignment
from bookable.availability.query import Query
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.expire import expire_due
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.reschedule import reschedule
from bookable.models import (
    Booking,
    BookingEvent,
    Guard,
    Provider,
    Service,
    Session,
    State,
    WaitingEntry,
)
from bookable.testing import assert_never_double_booked, make_customer, make_provider, make_service
from bookable.timeline.clock import FrozenClock

__all__ = ["deadlocks"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_order(db: None, clock: FrozenClock, deadlocks: list[BaseException]) -> Iterator[None]:
    """Nobody was ever in a deadlock, and in the end everything is as it must be."""
    needs_several_connections()
    yield
    assert_consistent()
    assert_never_double_booked()
    assert deadlocks == []


def book_at(service: Service, time: str, day: int = 5, **options: Any) -> Booking:
    return hold(service, at(time, day), customer=make_customer(), **options)


# One slot


def test_of_sixteen_who_want_the_same_one_has_it_and_nobody_waits_for_long() -> None:
    service = haircut()
    waited: list[float] = []

    def want() -> Booking:
        started = time.monotonic()
        try:
            return book_at(service, "10:00")
        finally:
            waited.append(time.monotonic() - started)

    outcomes = at_once(*[want] * 16)
    assert refused(outcomes) == ["slot_taken"] * 15
    assert Booking.objects.count() == 1
    assert max(waited) < 10  # a lock that nobody lets go of takes longer, a busy machine doesn't


def test_a_pool_gives_everybody_somebody_else() -> None:
    service = haircut(*(f"Person {number}" for number in range(8)))
    outcomes = at_once(*[lambda: book_at(service, "10:00")] * 10)
    assert refused(outcomes) == ["slot_taken"] * 2
    assert Booking.objects.count() == 8


def test_a_limit_wider_than_one_provider_holds_when_all_come_at_once() -> None:
    service = haircut("Ann", "Bob", "Cem", "Dan", max_per_day=2)
    for day in range(5, 9):
        outcomes = at_once(*[lambda day=day: book_at(service, "10:00", day)] * 4)
        assert refused(outcomes) == ["slot_taken"] * 2
    assert Booking.objects.count() == 8


def test_all_who_make_a_guard_at_once_make_one() -> None:
    for round_ in range(8):
        service = haircut("Ann", "Bob", "Cem", "Dan", max_per_day=2)
        outcomes = at_once(*[lambda service=service: book_at(service, "10:00")] * 6)
        assert len(refused(outcomes)) == 4
        assert Guard.objects.count() == round_ + 1


# Providers


class InOrder(Assignment):
    """The first one first, so that everybody wants the same."""

    def rank(self, query: Query, start: datetime, providers: Sequence[Provider]) -> list[Provider]:
        return sorted(providers, key=lambda one: one.pk)


@pytest.fixture
def pool(settings: Any) -> Service:
    """Ann is better than Bob, who is better than Cem."""
    settings.BOOKABLE = {"ASSIGNMENT": f"{__name__}.{InOrder.__name__}"}
    return haircut("Ann", "Bob", "Cem")


def named(name: str) -> Provider:
    return Provider.objects.get(name=name)


def serving(booking: Booking) -> str:
    return booking.session.claims.get().provider.name


def test_the_best_is_taken_where_nobody_has_them_locked(pool: Service) -> None:
    assert serving(book_at(pool, "10:00")) == "Ann"


def test_in_a_pool_whoever_is_locked_is_passed_over(pool: Service) -> None:
    with locked(named("Ann")):
        me = begin(lambda: book_at(pool, "10:00"))
        assert serving(me.result(PATIENCE)) == "Bob"


def test_the_last_one_who_is_left_is_taken_without_waiting(pool: Service) -> None:
    with locked(named("Ann"), named("Bob")):
        me = begin(lambda: book_at(pool, "10:00"))
        assert serving(me.result(PATIENCE)) == "Cem"


def test_whom_to_take_instead_is_known_from_what_was_read(pool: Service) -> None:
    """Once to choose, once under the lock, however many are passed over."""
    with locked(named("Ann"), named("Bob")), CaptureQueriesContext(connection) as captured:
        book_at(pool, "10:00")
    assert len([one for one in captured if "bookable_weeklyhours" in one["sql"]]) == 2


def test_somebody_who_was_asked_for_is_waited_for(pool: Service) -> None:
    ann = named("Ann")
    with locked(ann):
        me = begin(lambda: book_at(pool, "10:00", provider=ann))
        assert is_kept_waiting(me)
    assert serving(me.result(PATIENCE)) == "Ann"


def test_where_everybody_is_locked_somebody_is_waited_for(pool: Service) -> None:
    with locked(*Provider.objects.order_by("pk")):
        me = begin(lambda: book_at(pool, "10:00"))
        assert is_kept_waiting(me)
    assert serving(me.result(PATIENCE)) in {"Ann", "Bob", "Cem"}


def test_whoever_is_waited_for_may_be_taken_by_then(pool: Service) -> None:
    ann = named("Ann")
    with lingering(lambda: book_at(pool, "10:00", provider=ann), "hold"):
        late = begin(lambda: book_at(pool, "10:00", provider=ann))
        assert is_kept_waiting(late)
        other = begin(lambda: book_at(pool, "10:00"))
        assert serving(other.result(PATIENCE)) == "Bob"
    assert refused([late.result(PATIENCE)]) == ["slot_taken"]


# Classes


def test_whoever_joins_a_class_that_the_last_one_just_leaves_opens_another() -> None:
    service = yoga()
    last = book(service, at("10:00"))
    with lingering(lambda: cancel(last), "cancel"):
        me = begin(lambda: book_at(service, "10:00"))
        assert is_kept_waiting(me)
    mine = me.result(PATIENCE)
    assert mine.session_id != last.session_id
    assert mine.session.released_at is None


def test_a_class_that_somebody_just_joins_stays_when_the_last_one_leaves() -> None:
    service = yoga()
    last = book(service, at("10:00"))
    with lingering(lambda: book_at(service, "10:00"), "hold") as joiner:
        leaver = begin(lambda: cancel(last))
        assert is_kept_waiting(leaver)
    assert leaver.result(PATIENCE).state == State.CANCELLED
    assert joiner.result().session_id == last.session_id
    assert Session.objects.get().released_at is None


def test_the_last_seats_go_to_one_of_those_who_want_them() -> None:
    service = ride(bikes=4)
    book(service, at("10:00"), seats=2)
    outcomes = at_once(*[lambda: book_at(service, "10:00", seats=2)] * 6)
    assert refused(outcomes) == ["slot_taken"] * 5
    assert Session.objects.get().seats_taken == 4


# Holds that run out


def test_a_hold_that_is_just_confirmed_is_not_swept(clock: FrozenClock) -> None:
    service = haircut()
    booking = held(service)
    clock.tick(timedelta(minutes=9))
    with lingering(lambda: confirm(booking), "confirm"):
        clock.tick(timedelta(minutes=2))
        other = begin(lambda: book_at(service, "10:00"))
        assert is_kept_waiting(other)
    assert refused([other.result(PATIENCE)]) == ["slot_taken"]
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED


def test_a_hold_that_is_just_swept_is_not_confirmed(clock: FrozenClock) -> None:
    """Not even by somebody whose clock is a little behind."""
    service = haircut()
    booking = held(service)
    clock.tick(timedelta(minutes=11))
    with lingering(lambda: book_at(service, "10:00"), "hold") as other:
        clock.tick(timedelta(minutes=-2))
        owner = begin(lambda: confirm(booking))
        assert is_kept_waiting(owner)
    assert refused([owner.result(PATIENCE)]) == ["hold_expired"]
    assert other.result().state == State.HELD
    clock.tick(timedelta(minutes=2))


def test_either_the_old_hold_is_confirmed_or_somebody_else_has_the_time(
    clock: FrozenClock,
) -> None:
    service = haircut()
    for day in range(5, 15):
        old = book_at(service, "10:00", day)
        clock.tick(timedelta(minutes=10) - timedelta(milliseconds=20))
        outcomes = at_once(
            lambda old=old: confirm(old),
            lambda: clock.tick(timedelta(milliseconds=40)),
            lambda day=day: book_at(service, "10:00", day),
            expire_due,
        )
        old.refresh_from_db()
        has_it = [one for one in (outcomes[0], outcomes[2]) if isinstance(one, Booking)]
        assert len(has_it) <= 1
        assert (old.state == State.CONFIRMED) == (outcomes[0] in has_it)
        assert_never_double_booked()


# The same thing twice


def test_confirming_twice_at_once_is_recorded_once() -> None:
    service = haircut()
    for hour in range(9, 14):
        booking = held(service, f"{hour:02}:00")
        outcomes = at_once(*[lambda key=booking.reference: confirm(key)] * 4)
        assert [one.state for one in outcomes] == [State.CONFIRMED] * 4
        verbs = booking.history.values_list("verb", flat=True)
        assert list(verbs) == ["hold", "confirm"]


def test_a_key_that_is_used_several_times_at_once_books_once() -> None:
    service = haircut("Ann", "Bob", "Cem", "Dan")
    for day in range(5, 10):
        asked = {"customer": make_customer(), "idempotency_key": f"key {day}"}
        start = at("10:00", day)
        outcomes = at_once(*[lambda start=start, asked=asked: hold(service, start, **asked)] * 4)
        assert len({one.pk for one in outcomes}) == 1
    assert Booking.objects.count() == 5


def test_waiting_twice_at_once_is_waiting_once() -> None:
    service, cleo = haircut(), make_customer()
    times = {"earliest": at("09:00"), "latest": at("12:00")}
    outcomes = at_once(*[lambda: join_waiting_list(service, customer=cleo, **times)] * 4)
    assert len({one.pk for one in outcomes}) == 1
    assert WaitingEntry.objects.count() == 1


def test_what_several_leave_at_once_is_offered_to_each_of_those_who_wait() -> None:
    service = ride(bikes=4)
    bookings = [book(service, at("10:00")) for _ in range(4)]
    times = {"earliest": at("09:00"), "latest": at("12:00")}
    for _ in range(2):
        join_waiting_list(service, customer=make_customer(), **times)
    at_once(*[lambda one=one: cancel(one) for one in bookings])
    offers = Booking.objects.filter(state=State.HELD)
    assert len(set(offers.values_list("order__email", flat=True))) == 2
    assert sorted(WaitingEntry.objects.values_list("state", flat=True)) == ["offered"] * 2


# Crossing paths


@pytest.mark.parametrize("many", [1, 2])
def test_moves_that_cross_keep_nobody_waiting_for_each_other(many: int) -> None:
    service = haircut(*["Ann", "Bob"][:many])
    one, other = confirm(held(service, "10:00")), confirm(held(service, "12:00"))
    for _round in range(8):
        starts = one.session.start, other.session.start
        at_once(
            lambda start=starts[1]: reschedule(one, start),
            lambda start=starts[0]: reschedule(other, start),
        )
        one.refresh_from_db()
        other.refresh_from_db()
        assert_never_double_booked()


def test_visits_that_take_the_same_people_in_another_order_keep_nobody_waiting() -> None:
    ann, bob = make_provider("Ann"), make_provider("Bob")
    cut, dye = make_service("Cut"), make_service("Dye")
    cut.offerings.create(provider=ann)
    dye.offerings.create(provider=bob)

    def visit(first: Service, second: Service, day: int) -> list[Booking]:
        items = [
            Item(service=first, start=at("10:00", day)),
            Item(service=second, start=at("11:00", day)),
        ]
        return hold_visit(items, customer=make_customer())

    for day in range(5, 13):
        outcomes = at_once(
            lambda day=day: visit(cut, dye, day), lambda day=day: visit(dye, cut, day)
        )
        assert refused(outcomes) == []
    assert BookingEvent.objects.count() == Booking.objects.count() == 32
