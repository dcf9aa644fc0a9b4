"""Classes that staff plan ahead and cancel, and those that too few have booked."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.bookings.classes import book, lanes, live, ride, user, visit, who, yoga
from tests.bookings.times import at

from bookable.bookings import decide_minimums as module
from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.decide_minimums import decide_minimums
from bookable.bookings.expire import expire_due
from bookable.bookings.hold import hold
from bookable.bookings.open_session import open_session
from bookable.errors import InvalidSeats, NotAllowed, NotFound, SlotTaken, TooLate
from bookable.models import Booking, BookingEvent, Session, State, WaitingEntry
from bookable.money import Money
from bookable.signals import booking_cancelled
from bookable.testing import (
    make_customer,
    make_offering,
    make_service,
    make_waiting_entry,
)
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


# -- opening


def test_a_class_that_is_opened_takes_its_time_and_has_all_its_seats_left() -> None:
    session = open_session(yoga(), at("10:00"), join_url="https://example.com/room")
    assert (session.start, session.end) == (at("10:00"), at("11:00"))
    assert (session.seats_taken, session.capacity, session.opened_by_staff) == (0, 10, True)
    assert session.join_url == "https://example.com/room"
    assert [claim.expires_at for claim in live(session)] == [None]
    assert not Booking.objects.exists()


def test_customers_join_the_class_that_was_opened() -> None:
    service = yoga()
    session = open_session(service, at("10:00"))
    assert book(service, at("10:00"), seats=3).session == session
    session.refresh_from_db()
    assert session.seats_taken == 3


def test_a_class_that_was_opened_stays_when_everybody_leaves_it(clock: FrozenClock) -> None:
    service = yoga()
    session = open_session(service, at("10:00"))
    cancel(book(service, at("10:00")))
    hold(service, at("10:00"), customer=make_customer())
    clock.tick(timedelta(hours=1))
    expire_due()
    session.refresh_from_db()
    assert (session.released_at, session.seats_taken) == (None, 0)
    assert lanes(session) == [("Ann", 0)]


def test_a_second_class_is_opened_beside_the_first() -> None:
    service = yoga("Ann", "Bob")
    first, second = (open_session(service, at("10:00")) for _ in range(2))
    assert lanes(first) != lanes(second)
    with pytest.raises(SlotTaken):
        open_session(service, at("10:00"))


def test_a_class_can_be_opened_with_a_teacher_of_ones_choice() -> None:
    session = open_session(yoga("Ann", "Bob"), at("10:00"), provider=who("Bob"))
    assert lanes(session) == [("Bob", 0)]


def test_what_each_seat_needs_is_not_taken_yet() -> None:
    service = ride()
    session = open_session(service, at("10:00"))
    assert lanes(session) == [("Ann", 0)]
    book(service, at("10:00"), seats=2)
    assert lanes(session) == [("Ann", 0), ("Bikes", 0), ("Bikes", 1)]


def test_a_bike_is_free_again_when_its_rider_leaves_a_class_for_one() -> None:
    service = ride(capacity=1)
    session = open_session(service, at("10:00"))
    cancel(book(service, at("10:00")))
    assert lanes(session) == [("Ann", 0)]


def test_a_class_may_be_larger_than_its_service_usually_is() -> None:
    service = yoga(capacity=2, minimum=2)
    session = open_session(service, at("10:00"), capacity=12, minimum=5)
    assert (session.capacity, session.minimum) == (12, 5)
    assert book(service, at("10:00"), seats=7).session == session


def test_a_smaller_class_has_a_minimum_that_it_can_reach() -> None:
    session = open_session(yoga(minimum=5), at("10:00"), capacity=3)
    assert session.minimum == 3


@pytest.mark.parametrize(("capacity", "minimum"), [(0, None), (5, 6), (5, 0)])
def test_a_class_that_could_never_take_place_is_refused(capacity: int, minimum: int | None) -> None:
    with pytest.raises(InvalidSeats):
        open_session(yoga(), at("10:00"), capacity=capacity, minimum=minimum)


def test_only_those_who_plan_classes_open_them() -> None:
    service = yoga()
    for somebody in (GUEST, user(), user("add_booking")):
        with pytest.raises(NotAllowed):
            open_session(service, at("10:00"), by=somebody)
    assert open_session(service, at("10:00"), by=user("add_session")).pk


def test_rules_are_overridden_by_those_who_may() -> None:
    service, planner = yoga(), user("add_session")
    with pytest.raises(NotAllowed):
        open_session(service, at("20:00"), by=planner, override=["outside_hours"])
    planner = user("add_session", "override_rules")
    session = open_session(service, at("20:00"), by=planner, override=["outside_hours"])
    assert session.start == at("20:00")


# -- cancelling


def test_everybody_in_a_class_that_is_cancelled_is_cancelled_and_owes_nothing() -> None:
    service = yoga()
    paid = {"policy": {"cancellation": {"free_minutes": None, "late_percent": 0}}}
    bookings = [book(service, at("10:00"), seats=2) for _ in range(2)]
    Booking.objects.update(**paid)
    session = cancel_session(bookings[0].session, reason="ill", comment="Ann is ill.")
    assert session.released_at is not None
    assert session.seats_taken == 0
    for booking in bookings:
        booking.refresh_from_db()
        assert (booking.state, booking.cost) == (State.CANCELLED, Money(0, "EUR"))
        event = booking.history.last()
        assert event is not None
        assert (event.verb, event.reason, event.comment) == ("cancel", "ill", "Ann is ill.")
        assert event.data == {"fee": 0, "refund": 4000}


def test_holds_and_requests_end_with_their_class() -> None:
    service = yoga(requires_approval=True)
    held = hold(service, at("10:00"), customer=make_customer())
    requested = hold(service, at("10:00"), customer=make_customer()).request()
    cancel_session(held.session)
    for booking in (held, requested):
        booking.refresh_from_db()
        assert booking.state == State.CANCELLED


def test_the_time_of_a_class_that_is_cancelled_is_free() -> None:
    service = yoga()
    session = open_session(service, at("10:00"))
    cancel_session(session)
    assert lanes(session) == []
    assert book(service, at("10:00")).session != session


def test_nobody_who_waits_is_offered_a_place_in_a_class_that_is_cancelled() -> None:
    service = yoga(capacity=2)
    session = open_session(service, at("10:00", 20))
    for _ in range(2):
        book(service, at("10:00", 20))
    entry = make_waiting_entry(service, at("00:00", 20), at("23:00", 20))
    cancel_session(session)
    entry.refresh_from_db()
    assert (entry.state, entry.offer) == ("waiting", None)
    assert Booking.objects.count() == 2


def test_somebody_who_was_offered_a_place_has_it_no_more() -> None:
    service = yoga(capacity=1)
    open_session(service, at("10:00", 20))
    make_waiting_entry(service, at("00:00", 20), at("23:00", 20))
    cancel(book(service, at("10:00", 20)))
    offered = Booking.objects.get(state=State.HELD)
    cancel_session(offered.session)
    offered.refresh_from_db()
    assert offered.state == State.CANCELLED
    assert WaitingEntry.objects.get().state == "lapsed"


def test_a_class_is_cancelled_once(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"))
    first = cancel_session(booking.session).released_at
    events = BookingEvent.objects.count()
    for later in (at("09:00"), at("12:00")):
        clock.move_to(later)
        assert cancel_session(Session.objects.get()).released_at == first
    assert BookingEvent.objects.count() == events


def test_a_hold_that_had_run_out_expires_though_its_class_is_cancelled(clock: FrozenClock) -> None:
    booking = hold(yoga(), at("10:00"), customer=make_customer())
    clock.tick(timedelta(minutes=10))
    cancel_session(booking.session)
    expire_due()
    booking.refresh_from_db()
    assert booking.state == State.EXPIRED
    assert Session.objects.get().seats_taken == 0


def test_those_who_came_and_those_who_did_not_keep_their_state(clock: FrozenClock) -> None:
    service = yoga()
    came, did_not, waits = (book(service, at("10:00")) for _ in range(3))
    clock.move_to(at("10:10"))
    came.complete()
    did_not.mark_no_show()
    cancel_session(came.session)
    states = [Booking.objects.get(pk=one.pk).state for one in (came, did_not, waits)]
    assert states == [State.COMPLETED, State.NO_SHOW, State.CANCELLED]


def test_a_class_that_is_over_cannot_be_cancelled(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("11:00"))
    with pytest.raises(TooLate):
        cancel_session(booking.session)


def test_a_class_is_found_by_its_key() -> None:
    session = open_session(yoga(), at("10:00"))
    assert cancel_session(str(session.uuid)) == session
    for key in (uuid4(), "no key"):
        with pytest.raises(NotFound):
            cancel_session(key)


def test_the_class_that_was_given_is_brought_up_to_date() -> None:
    session = open_session(yoga(), at("10:00"))
    cancel_session(session)
    assert session.released_at is not None


def test_only_those_who_plan_classes_cancel_them() -> None:
    session = open_session(yoga(), at("10:00"))
    for somebody in (GUEST, user("change_booking")):
        with pytest.raises(NotAllowed):
            cancel_session(session, by=somebody)
    cancel_session(session, by=user("change_session"))


def test_the_site_is_told_of_everybody(
    django_capture_on_commit_callbacks: pytest.FixtureRequest,
) -> None:
    service, told = yoga(), []
    bookings = [book(service, at("10:00")) for _ in range(2)]

    def receiver(**sent: object) -> None:
        told.append(sent["booking"])

    booking_cancelled.connect(receiver)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        cancel_session(bookings[0].session)
    booking_cancelled.disconnect(receiver)
    assert told == bookings


def test_what_stands_beside_it_in_a_visit_has_its_buffers_back() -> None:
    service, massage = yoga(buffer_after=10), make_service("Massage", buffer_before=15)
    make_offering(massage, who("Ann"))
    first, second = visit((service, at("10:00")), (massage, at("11:00")))
    assert live(second.session).get().start == at("11:00")
    cancel_session(first.session)
    assert live(second.session).get().start == at("10:45")


# -- too few


def test_a_class_that_too_few_have_booked_is_cancelled_at_its_deadline(clock: FrozenClock) -> None:
    booking = book(yoga(minimum=3), at("10:00", 20), seats=2)
    clock.move_to(at("09:59", 19))
    assert decide_minimums() == 0
    clock.move_to(at("10:00", 19))
    assert decide_minimums() == 1
    booking.refresh_from_db()
    event = booking.history.last()
    assert event is not None
    assert (booking.state, event.reason) == (State.CANCELLED, "minimum")
    assert decide_minimums() == 0


def test_a_class_with_enough_takes_place(clock: FrozenClock) -> None:
    service = yoga(minimum=3)
    for _ in range(3):
        book(service, at("10:00", 20))
    clock.move_to(at("12:00", 19))
    assert decide_minimums() == 0


def test_only_what_is_confirmed_counts_towards_the_minimum(clock: FrozenClock) -> None:
    service = yoga(minimum=4, requires_approval=True)
    book(service, at("10:00"), seats=2)
    hold(service, at("10:00"), customer=make_customer(), minutes=24 * 60)
    hold(service, at("10:00"), customer=make_customer()).request()
    clock.move_to(at("10:00", 4))
    assert decide_minimums() == 1


def test_those_who_are_cancelled_count_no_more(clock: FrozenClock) -> None:
    service = yoga(minimum=2)
    book(service, at("10:00"))
    cancel(book(service, at("10:00")))
    clock.move_to(at("10:00", 4))
    assert decide_minimums() == 1


def test_an_empty_class_that_was_opened_is_cancelled_too(clock: FrozenClock) -> None:
    session = open_session(yoga(minimum=2, minimum_deadline=60), at("10:00"))
    clock.move_to(at("09:00"))
    assert decide_minimums() == 1
    session.refresh_from_db()
    assert session.released_at is not None


def test_the_minimum_of_the_class_itself_decides(clock: FrozenClock) -> None:
    service = yoga(minimum_deadline=60)
    open_session(service, at("10:00"), minimum=2)
    open_session(service, at("11:00"))
    open_session(service, at("12:00"), minimum=2)
    book(service, at("12:00"))
    clock.move_to(at("10:30"))
    assert decide_minimums() == 0
    clock.move_to(at("11:00"))
    assert decide_minimums() == 1


def test_a_class_that_has_begun_is_left_alone(clock: FrozenClock) -> None:
    book(yoga(minimum=2), at("10:00"))
    clock.move_to(at("10:00"))
    assert decide_minimums() == 0


def test_each_service_has_its_own_deadline(clock: FrozenClock) -> None:
    early, late = yoga(minimum=2, minimum_deadline=600), yoga(minimum=2, minimum_deadline=60)
    first, second = book(early, at("10:00")), book(late, at("10:00"))
    clock.move_to(at("01:00"))
    assert decide_minimums() == 1
    states = [Booking.objects.get(pk=one.pk).state for one in (first, second)]
    assert states == [State.CANCELLED, State.CONFIRMED]


def test_no_more_are_decided_at_once_than_is_said(clock: FrozenClock) -> None:
    service = yoga(minimum=2)
    for hour in ("10:00", "11:00", "12:00"):
        book(service, at(hour))
    clock.move_to(at("09:00"))
    assert [decide_minimums(limit=2) for _ in range(3)] == [2, 1, 0]


def test_what_is_not_to_be_decided_keeps_nothing_from_being(clock: FrozenClock) -> None:
    begun = book(yoga(minimum=2, minimum_deadline=600), at("09:00"))
    early = book(yoga(minimum=2, minimum_deadline=5), at("10:00"))
    late = book(yoga(minimum=2, minimum_deadline=600), at("11:00"))
    clock.move_to(at("09:10"))
    assert decide_minimums(limit=1) == 1
    states = [Booking.objects.get(pk=one.pk).state for one in (begun, early, late)]
    assert states == [State.CONFIRMED, State.CONFIRMED, State.CANCELLED]


def test_whether_there_are_too_few_is_decided_under_the_lock(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = yoga(minimum=2)
    sessions = [book(service, at(hour)).session for hour in ("10:00", "11:00", "12:00")]
    book(service, at("10:00"))
    cancel_session(sessions[2])
    clock.move_to(at("10:30", 4))
    monkeypatch.setattr(module, "_due", lambda using: Session.objects.all())
    assert decide_minimums() == 0
    clock.move_to(at("11:00", 4))
    assert decide_minimums() == 1
    clock.move_to(at("11:00"))
    assert decide_minimums() == 0
