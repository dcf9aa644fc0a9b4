"""Moving, cancelling, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.complete import complete
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.mark_no_show import mark_no_show
from bookable.bookings.reassign import reassign
from bookable.bookings.reschedule import reschedule
from bookable.errors import (
    IllegalTransition,
    InvalidQuery,
    NotAllowed,
    SlotTaken,
    TooEarly,
    TooLate,
    TooOften,
)
from bookable.models import Booking, Claim, Service, Session, State
from bookable.money import Money
from bookable.testing import make_customer, make_need, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


def service(**fields: object) -> Service:
    made = make_service(**fields)
    make_provider(offers=made)
    return made


def booked(made: Service, start: str = "10:00", **options: object) -> Booking:
    return confirm(hold(made, at(start), customer=make_customer(), **options))


def test_a_moved_booking_frees_its_old_time() -> None:
    made = service(price=5000)
    booking = booked(made)
    reschedule(booking, at("14:00"))
    assert booking.session.start == at("14:00")
    assert booking.state == State.CONFIRMED
    assert made.explain(at("10:00")) == []
    assert [reason.code for reason in made.explain(at("14:00"))] == ["booked"]
    assert booking.order.total == Money(5000, "EUR")


def test_the_history_says_from_where_to_where_it_moved() -> None:
    booking = booked(service())
    reschedule(booking, at("14:00"), comment="The car broke down.")
    event = booking.history.last()
    assert event is not None
    assert (event.verb, event.before, event.after) == ("reschedule", "confirmed", "confirmed")
    assert event.data["start"] == at("14:00").isoformat()
    assert event.data["before"]["start"] == at("10:00").isoformat()
    assert event.comment == "The car broke down."


def test_a_booking_can_move_into_its_own_old_time() -> None:
    booking = booked(service(slot_interval=30))
    reschedule(booking, at("10:30"))
    assert booking.session.start == at("10:30")
    assert Claim.objects.filter(released_at=None).count() == 1


def test_a_move_to_a_taken_time_leaves_everything_as_it_was() -> None:
    made = service()
    booking = booked(made)
    booked(made, "14:00")
    with pytest.raises(SlotTaken):
        reschedule(booking, at("14:00"))
    booking.refresh_from_db()
    assert booking.session.start == at("10:00")
    assert booking.session.released_at is None
    assert Session.objects.filter(released_at=None).count() == 2


def test_moving_one_of_a_class_leaves_the_others_where_they_are() -> None:
    made = service(capacity=3)
    first, second = booked(made), booked(made)
    reschedule(first, at("14:00"))
    second.refresh_from_db()
    assert second.session.start == at("10:00")
    assert second.session.seats_taken == 1
    assert second.session.released_at is None
    assert first.session.seats_taken == 1


def test_a_customer_may_move_it_as_often_as_was_agreed(settings: object) -> None:
    settings.BOOKABLE = {  # type: ignore[attr-defined]
        "CANCELLATION": {
            "BACKEND": "bookable.bookings.policies.StandardTerms",
            "OPTIONS": {"reschedule_limit": 1},
        }
    }
    booking = booked(service())
    reschedule(booking, at("11:00"), by=GUEST)
    with pytest.raises(TooOften):
        reschedule(booking, at("12:00"), by=GUEST)
    reschedule(booking, at("13:00"))


def test_a_customer_may_move_it_until_when_was_agreed(settings: object, clock: FrozenClock) -> None:
    settings.BOOKABLE = {  # type: ignore[attr-defined]
        "CANCELLATION": {
            "BACKEND": "bookable.bookings.policies.StandardTerms",
            "OPTIONS": {"reschedule_hours": 24},
        }
    }
    booking = booked(service())
    clock.move_to(at("10:00", 4) + timedelta(seconds=1))
    with pytest.raises(TooLate):
        reschedule(booking, at("14:00"), by=GUEST)


def test_staff_can_give_it_to_another_provider() -> None:
    made = service()
    ben = make_provider("Ben", offers=made)
    booking = booked(made, provider=made.offerings.exclude(provider=ben).get().provider)
    reassign(booking, ben)
    assert booking.session.claims.get(released_at=None).provider == ben
    with pytest.raises(NotAllowed):
        reassign(booking, ben, by=GUEST)


def test_a_bike_moves_with_its_rider() -> None:
    made = make_service(capacity=4)
    make_need(made, make_provider("Ann"))
    make_need(made, make_provider("Bikes", units=2), per_seat=True)
    first, second = booked(made), booked(made)
    reschedule(first, at("14:00"))
    booked(made)
    assert second.session.claims.filter(released_at=None).count() == 3
    assert first.claims.filter(released_at=None, session=first.session).count() == 1


def test_cancelling_frees_the_time_and_takes_back_the_price() -> None:
    made = service(price=5000)
    booking = cancel(booked(made), by=GUEST)
    assert booking.state == State.CANCELLED
    assert booking.order.total == Money(0, "EUR")
    assert made.explain(at("10:00")) == []


def test_what_cancelling_costs_is_what_the_quote_said(settings: object, clock: FrozenClock) -> None:
    settings.BOOKABLE = {  # type: ignore[attr-defined]
        "CANCELLATION": {
            "BACKEND": "bookable.bookings.policies.StandardTerms",
            "OPTIONS": {"free_hours": 24, "late_percent": 50},
        }
    }
    booking = booked(service(price=5000))
    settings.BOOKABLE = {}  # type: ignore[attr-defined]
    assert booking.cancellation_quote().fee == Money(0, "EUR")
    clock.move_to(at("08:00"))
    quote = booking.cancellation_quote()
    assert (quote.fee, quote.refund) == (Money(2500, "EUR"), Money(2500, "EUR"))
    cancel(booking, by=GUEST)
    assert booking.order.total == Money(2500, "EUR")
    event = booking.history.last()
    assert event is not None
    assert event.data == {"fee": 2500, "refund": 2500}


def test_staff_who_cancel_take_no_fee(settings: object) -> None:
    settings.BOOKABLE = {  # type: ignore[attr-defined]
        "CANCELLATION": {
            "BACKEND": "bookable.bookings.policies.StandardTerms",
            "OPTIONS": {"free_hours": None},
        }
    }
    made = service(price=5000)
    assert cancel(booked(made)).order.total == Money(0, "EUR")
    assert cancel(booked(made), waive_fee=False).order.total == Money(5000, "EUR")
    with pytest.raises(NotAllowed):
        cancel(booked(made), by=GUEST, waive_fee=True)


def test_a_customer_cannot_cancel_what_has_begun(clock: FrozenClock) -> None:
    booking = booked(service())
    clock.move_to(at("10:00"))
    with pytest.raises(TooLate):
        cancel(booking, by=GUEST)


def test_cancelling_twice_is_cancelling_once() -> None:
    booking = booked(service(price=5000))
    cancel(booking)
    cancel(booking)
    assert [event.verb for event in booking.history] == ["hold", "confirm", "cancel"]
    assert booking.order.lines.count() == 2


def test_the_last_of_a_class_to_leave_frees_its_time() -> None:
    made = service(capacity=3)
    first, second = booked(made), booked(made)
    cancel(first)
    assert Claim.objects.filter(released_at=None).count() == 1
    cancel(second)
    assert not Claim.objects.filter(released_at=None).exists()


def test_what_took_place_can_be_completed_with_what_came_of_it(clock: FrozenClock) -> None:
    booking = booked(service())
    with pytest.raises(TooEarly):
        complete(booking)
    clock.move_to(at("11:00"))
    complete(booking, outcome="project", private_notes="Wants a quote.")
    booking.refresh_from_db()
    assert (booking.state, booking.outcome) == (State.COMPLETED, "project")


def test_whoever_did_not_come_owes_what_was_agreed_until_it_is_taken_back(
    settings: object, clock: FrozenClock
) -> None:
    settings.BOOKABLE = {  # type: ignore[attr-defined]
        "CANCELLATION": {
            "BACKEND": "bookable.bookings.policies.StandardTerms",
            "OPTIONS": {"no_show_percent": 40},
        }
    }
    booking = booked(service(price=5000))
    clock.move_to(at("11:00"))
    mark_no_show(booking)
    assert booking.order.total == Money(2000, "EUR")
    complete(booking, reason="came late")
    assert booking.state == State.COMPLETED
    assert booking.order.total == Money(5000, "EUR")


def test_a_completed_booking_cannot_be_cancelled(clock: FrozenClock) -> None:
    booking = booked(service())
    clock.move_to(at("11:00"))
    complete(booking)
    with pytest.raises(IllegalTransition):
        cancel(booking)


@pytest.mark.parametrize("option", ["seats", "duration", "channel", "extras"])
def test_moving_changes_nothing_but_when_with_whom_and_where(option: str) -> None:
    booking = booked(service())
    with pytest.raises(InvalidQuery, match=option):
        reschedule(booking, at("14:00"), **{option: 2})
