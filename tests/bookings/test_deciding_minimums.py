"""Whether a class takes place is decided once, by those who were in it at its deadline."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.bookings.classes import book, yoga
from tests.bookings.deadlines import DEADLINE, MINUTE, START, again, hold_one, takes_place
from tests.bookings.times import DAY, HOUR

from bookable.bookings import decide_minimums as module
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.confirm import confirm
from bookable.bookings.decide_minimums import decide_minimums
from bookable.bookings.guard import guard
from bookable.bookings.remove_seats import remove_seats
from bookable.bookings.reschedule import reschedule
from bookable.models import Booking, Service, Session, State
from bookable.testing import make_waiting_entry
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


@pytest.fixture
def service(clock: FrozenClock) -> Service:
    return yoga(minimum=2)


# -- once


def test_a_class_with_enough_is_decided_to_take_place(service: Service, clock: FrozenClock) -> None:
    session = book(service, START, seats=2).session
    clock.move_to(DEADLINE + MINUTE)
    assert decide_minimums() == 0
    assert again(session).decided_at == DEADLINE + MINUTE
    assert takes_place(session)


def test_nothing_is_decided_before_the_deadline(service: Service, clock: FrozenClock) -> None:
    sessions = [book(service, start, seats=2).session for start in (START, START + HOUR)]
    clock.move_to(DEADLINE)
    decide_minimums()
    assert [takes_place(one) for one in sessions] == [True, None]


def test_a_class_takes_place_though_somebody_leaves_after_the_deadline(
    service: Service, clock: FrozenClock
) -> None:
    stays, leaves = book(service, START), book(service, START)
    clock.move_to(DEADLINE)
    decide_minimums()
    cancel(leaves)
    clock.tick(HOUR)
    assert decide_minimums() == 0
    assert Booking.objects.get(pk=stays.pk).state == State.CONFIRMED


def test_a_class_takes_place_though_somebody_moves_out_after_the_deadline(
    service: Service, clock: FrozenClock
) -> None:
    stays, moves = book(service, START), book(service, START)
    clock.move_to(DEADLINE)
    decide_minimums()
    reschedule(moves, START + 2 * DAY)
    assert decide_minimums() == 0
    assert takes_place(stays.session)


def test_a_class_takes_place_though_seats_are_given_back_after_the_deadline(
    service: Service, clock: FrozenClock
) -> None:
    booking = book(service, START, seats=2)
    clock.move_to(DEADLINE)
    decide_minimums()
    remove_seats(booking, 1)
    assert decide_minimums() == 0
    assert takes_place(booking.session)


def test_a_class_that_is_called_off_is_decided_as_well(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START).session
    clock.move_to(DEADLINE)
    assert decide_minimums() == 1
    now = again(session)
    assert (now.decided_at, now.called_off_at, now.released_at) == (DEADLINE, DEADLINE, DEADLINE)


def test_a_class_that_staff_cancel_is_called_off_but_was_never_decided(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START).session
    clock.move_to(DEADLINE + HOUR)
    cancel_session(session)
    now = again(session)
    assert (now.decided_at, now.called_off_at) == (None, DEADLINE + HOUR)


def test_a_class_that_everybody_left_was_not_called_off(service: Service) -> None:
    booking = book(service, START)
    cancel(booking)
    now = again(booking.session)
    assert now.released_at is not None
    assert now.called_off_at is None


def test_what_another_run_has_just_decided_is_not_decided_again(
    service: Service, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = book(service, START, seats=2)
    clock.move_to(DEADLINE)
    decide_minimums()
    remove_seats(booking, 1)
    monkeypatch.setattr(module, "_due", lambda using: Session.objects.all())
    assert decide_minimums() == 0
    assert takes_place(booking.session)


def test_what_needs_nobody_else_is_never_decided(clock: FrozenClock) -> None:
    session = book(yoga(), START).session
    clock.move_to(DEADLINE)
    decide_minimums()
    assert takes_place(session) is None
    assert takes_place(book(yoga(), START).session) is None


# -- who is waited for


def test_seats_that_were_held_before_the_deadline_are_waited_for(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START).session
    clock.move_to(DEADLINE - MINUTE)
    held = hold_one(service)
    clock.move_to(DEADLINE)
    assert decide_minimums() == 0
    assert takes_place(session) is None
    confirm(held)
    assert decide_minimums() == 0
    assert takes_place(session)


def test_a_class_is_called_off_once_those_who_were_waited_for_have_run_out(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START).session
    clock.move_to(DEADLINE - MINUTE)
    hold_one(service)
    clock.move_to(DEADLINE)
    assert decide_minimums() == 0
    clock.tick(10 * MINUTE)
    assert decide_minimums() == 1
    assert takes_place(session) is False


def test_somebody_who_pays_is_waited_for_beyond_the_time_of_the_hold(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START).session
    clock.move_to(DEADLINE - MINUTE)
    guard(hold_one(service), DEADLINE + MINUTE)
    clock.move_to(DEADLINE + HOUR)
    assert decide_minimums() == 0
    assert takes_place(session) is None


def test_an_offer_to_somebody_who_waited_is_waited_for(clock: FrozenClock) -> None:
    service = yoga(minimum=2, capacity=2)
    stays, leaves = book(service, START), book(service, START)
    make_waiting_entry(service, START, START)
    clock.move_to(DEADLINE - MINUTE)
    cancel(leaves)
    clock.move_to(DEADLINE)
    assert decide_minimums() == 0
    confirm(Booking.objects.get(state=State.HELD))
    decide_minimums()
    assert takes_place(stays.session)


def test_seats_that_are_held_from_the_deadline_on_are_not_waited_for(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START).session
    clock.move_to(DEADLINE)
    hold_one(service)
    assert decide_minimums() == 1
    assert takes_place(session) is False


def test_held_seats_that_would_not_make_it_enough_are_not_waited_for(clock: FrozenClock) -> None:
    service = yoga(minimum=3)
    session = book(service, START).session
    clock.move_to(DEADLINE - MINUTE)
    hold_one(service)
    clock.move_to(DEADLINE)
    assert decide_minimums() == 1
    assert takes_place(session) is False


def test_held_seats_are_not_waited_for_where_there_are_enough(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START, seats=2).session
    clock.move_to(DEADLINE - MINUTE)
    hold_one(service)
    clock.move_to(DEADLINE)
    decide_minimums()
    assert takes_place(session)


def test_requests_are_not_waited_for(clock: FrozenClock) -> None:
    service = yoga(minimum=2, requires_approval=True)
    book(service, START)
    hold_one(service).request()
    clock.move_to(DEADLINE)
    assert decide_minimums() == 1


# -- how many at once


def test_a_decision_that_it_takes_place_counts_towards_the_limit(
    service: Service, clock: FrozenClock
) -> None:
    for hours in range(3):
        book(service, START + hours * HOUR, seats=2)
    clock.move_to(DEADLINE + 3 * HOUR)
    left = []
    for _ in range(2):
        decide_minimums(limit=2)
        left.append(Session.objects.filter(decided_at=None).count())
    assert left == [1, 0]


def test_those_that_are_waited_for_keep_no_others_from_being_decided(
    service: Service, clock: FrozenClock
) -> None:
    clock.move_to(DEADLINE - MINUTE)
    waits = [hold_one(service, START + hours * HOUR, seats=2, minutes=600) for hours in range(3)]
    late = book(service, START + 3 * HOUR)
    clock.move_to(DEADLINE + 4 * HOUR)
    assert decide_minimums(limit=1) == 1
    assert [takes_place(one.session) for one in waits] == [None] * 3
    assert takes_place(late.session) is False


def test_what_is_to_be_decided_is_found_by_as_many_queries_however_much_there_is(
    service: Service, clock: FrozenClock
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert decide_minimums() == 0
        return len(captured)

    clock.move_to(DEADLINE - MINUTE)
    hold_one(service, seats=2, minutes=600)
    clock.move_to(DEADLINE)
    one = queries()
    clock.move_to(DEADLINE - MINUTE)
    for hours in range(1, 5):
        for _ in range(2):
            hold_one(service, START + hours * HOUR, seats=2, minutes=600)
    clock.move_to(DEADLINE + 5 * HOUR)
    assert queries() == one
