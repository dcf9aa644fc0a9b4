"""Classes that are made, joined, moved or paid for when it is too late to reach their minimum."""

from __future__ import annotations

from typing import Any

import pytest
from tests.bookings.classes import book, live, user, who, yoga
from tests.bookings.deadlines import DEADLINE, MINUTE, START, again, hold_one, takes_place
from tests.bookings.times import DAY, HOUR, at

from bookable.bookings.actors import GUEST
from bookable.bookings.add_seats import add_seats
from bookable.bookings.apply_change import Decision, apply_change
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.decide_minimums import decide_minimums
from bookable.bookings.expire import expire_due
from bookable.bookings.move_session import move_session
from bookable.bookings.offer_waiting import offer_waiting
from bookable.bookings.open_session import open_session
from bookable.bookings.remove_seats import remove_seats
from bookable.bookings.reschedule import reschedule
from bookable.bookings.retake import retake
from bookable.errors import NotAllowed, SlotTaken
from bookable.models import Service
from bookable.schedule.add_time_off import add_time_off
from bookable.testing import make_waiting_entry
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


@pytest.fixture
def service(clock: FrozenClock) -> Service:
    return yoga(minimum=2)


# -- what is made after its deadline


def test_a_class_that_staff_open_after_its_deadline_takes_place(
    service: Service, clock: FrozenClock
) -> None:
    clock.move_to(DEADLINE + HOUR)
    session = open_session(service, START)
    assert again(session).decided_at == DEADLINE + HOUR
    book(service, START)
    assert decide_minimums() == 0
    assert takes_place(session)


def test_a_class_that_staff_open_at_its_deadline_takes_place(
    service: Service, clock: FrozenClock
) -> None:
    clock.move_to(DEADLINE)
    session = open_session(service, START)
    assert decide_minimums() == 0
    assert takes_place(session)


def test_a_class_that_staff_open_before_its_deadline_is_yet_to_be_decided(
    service: Service,
) -> None:
    assert takes_place(open_session(service, START)) is None


def test_classes_are_opened_late_where_the_rule_is_not_known(
    service: Service, clock: FrozenClock, settings: Any
) -> None:
    names = ("WeeklyHours", "Claims", "Notice")
    rules = [f"bookable.availability.rules.{name}" for name in names]
    settings.BOOKABLE = {"RULESETS": {"default": rules}}
    clock.move_to(DEADLINE + HOUR)
    session = open_session(service, START)
    assert takes_place(move_session(session, start=START + HOUR))


def test_customers_can_not_begin_a_class_that_is_too_soon_for_so_few(
    service: Service, clock: FrozenClock
) -> None:
    clock.move_to(DEADLINE + HOUR)
    with pytest.raises(SlotTaken) as refused:
        hold_one(service)
    assert [reason.code for reason in refused.value.reasons] == ["minimum"]


def test_customers_can_join_a_class_after_its_deadline(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START, seats=2).session
    clock.move_to(DEADLINE + HOUR)
    decide_minimums()
    assert book(service, START).session == session


def test_a_party_that_is_large_enough_has_its_class_however_soon(
    service: Service, clock: FrozenClock
) -> None:
    clock.move_to(DEADLINE + HOUR)
    session = book(service, START, seats=2).session
    assert decide_minimums() == 0
    assert takes_place(session)


def test_who_may_books_a_class_that_is_too_soon_and_then_it_takes_place(
    service: Service, clock: FrozenClock
) -> None:
    clock.move_to(DEADLINE + HOUR)
    with pytest.raises(NotAllowed):
        hold_one(service, by=GUEST, override=["minimum"])
    staff = user("add_booking", "override_rules")
    booking = confirm(hold_one(service, by=staff, override=["minimum"]))
    assert decide_minimums() == 0
    assert takes_place(booking.session)


def test_a_class_that_was_called_off_is_not_begun_anew_by_those_who_wait(
    service: Service, clock: FrozenClock
) -> None:
    entry = make_waiting_entry(service, START, START)
    book(service, START)
    clock.move_to(DEADLINE)
    assert decide_minimums() == 1
    entry.refresh_from_db()
    assert entry.offer is None
    assert offer_waiting() == 0


# -- what is moved


def test_a_class_that_is_moved_past_its_deadline_takes_place(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START).session
    clock.tick(HOUR)
    move_session(session, start=at("14:00", 4))
    assert again(session).decided_at == at("09:00", 4)
    assert decide_minimums() == 0
    assert takes_place(session)


def test_a_class_that_is_moved_to_a_later_day_is_decided_anew(
    service: Service, clock: FrozenClock
) -> None:
    stays, leaves = book(service, START), book(service, START)
    clock.move_to(DEADLINE)
    decide_minimums()
    session = move_session(stays.session, start=START + 2 * DAY)
    assert takes_place(session) is None
    cancel(leaves)
    clock.move_to(DEADLINE + 2 * DAY)
    assert decide_minimums() == 1
    assert takes_place(session) is False


def test_a_class_that_is_given_to_somebody_else_stays_decided(clock: FrozenClock) -> None:
    service = yoga("Ann", "Bob", minimum=2)
    session = book(service, START, seats=2, provider=who("Ann")).session
    clock.move_to(DEADLINE)
    decide_minimums()
    service.minimum_deadline = 60
    service.save()
    clock.tick(HOUR)
    move_session(session, provider=who("Bob"))
    assert again(session).decided_at == DEADLINE


def test_a_class_that_hangs_on_held_seats_still_does_when_somebody_else_gives_it(
    clock: FrozenClock,
) -> None:
    service = yoga("Ann", "Bob", minimum=2)
    session = book(service, START, provider=who("Ann")).session
    clock.move_to(DEADLINE - MINUTE)
    hold_one(service)
    clock.move_to(DEADLINE)
    move_session(session, provider=who("Bob"))
    assert takes_place(session) is None


def test_a_class_past_its_deadline_is_given_to_somebody_else_when_its_teacher_is_away(
    clock: FrozenClock,
) -> None:
    service = yoga("Ann", "Bob", minimum=2)
    booking = book(service, START, seats=2, provider=who("Ann"))
    remove_seats(booking, 1)
    clock.move_to(DEADLINE + HOUR)
    done = apply_change(
        lambda: add_time_off(who("Ann"), START, START + HOUR), {}, default=Decision.MOVE
    )
    assert [one.session for one in done.moved] == [booking.session]
    assert live(booking.session).get().provider == who("Bob")


def test_a_booking_is_moved_to_a_class_past_its_deadline_but_begins_none(
    service: Service, clock: FrozenClock
) -> None:
    session, moves = book(service, START, seats=2).session, book(service, START + 2 * DAY)
    clock.move_to(DEADLINE + HOUR)
    with pytest.raises(SlotTaken) as refused:
        reschedule(moves, START + HOUR)
    assert [reason.code for reason in refused.value.reasons] == ["minimum"]
    assert reschedule(moves, START).session == session


def test_seats_are_added_after_the_deadline(service: Service, clock: FrozenClock) -> None:
    booking = book(service, START, seats=2)
    clock.move_to(DEADLINE + HOUR)
    assert add_seats(booking, 1).seats == 3


# -- what is paid too late


def test_a_class_that_was_called_off_does_not_come_back_for_somebody_who_paid_late(
    service: Service, clock: FrozenClock
) -> None:
    clock.move_to(DEADLINE - MINUTE)
    held = hold_one(service)
    clock.tick(10 * MINUTE)
    expire_due()
    with pytest.raises(SlotTaken):
        retake(held.order_id)


def test_somebody_who_paid_late_is_back_in_a_class_that_takes_place(
    service: Service, clock: FrozenClock
) -> None:
    session = book(service, START, seats=2).session
    clock.move_to(DEADLINE - MINUTE)
    held = hold_one(service)
    clock.tick(10 * MINUTE)
    expire_due()
    assert [one.session for one in retake(held.order_id)] == [session]
