"""Time that became free goes to those who wait for it, in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from tests.bookings.times import at
from tests.bookings.waiting import (
    booked,
    moves_up,
    now,
    offer_of,
    offered,
    one_to_one,
    states,
    waits,
)

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.decline import decline
from bookable.bookings.decline_offer import decline_offer
from bookable.bookings.expire import expire_due
from bookable.bookings.hold import hold
from bookable.bookings.leave_waiting_list import leave_waiting_list
from bookable.bookings.offer_waiting import offer_waiting
from bookable.bookings.request import request
from bookable.bookings.reschedule import reschedule
from bookable.errors import NoOffer
from bookable.models import Booking, Service, Session, State, WaitingEntry, WaitingState
from bookable.money import Money
from bookable.schedule.add_time_off import add_time_off
from bookable.signals import time_offered
from bookable.testing import (
    assert_never_double_booked,
    make_booking,
    make_customer,
    make_duration_choice,
    make_provider,
    make_service,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(clock: FrozenClock) -> Iterator[FrozenClock]:
    """Whatever a test does, nothing is booked twice by its end."""
    yield clock
    assert_never_double_booked()


# What becomes free is held for the next in line


def test_a_cancelled_time_is_held_for_whoever_waits() -> None:
    service = one_to_one(price=5000)
    booking, entry = booked(service), waits(service)
    cancel(booking)
    offer = offered(entry)
    assert (offer.state, offer.session.start) == (State.HELD, at("10:00"))
    assert offer.expires_at == at("10:00", 4)
    assert (offer.order.email, offer.cost) == (entry.email, Money(5000, "EUR"))
    assert [reason.code for reason in service.explain(at("10:00"))] == ["booked"]


def test_those_who_came_first_are_asked_first() -> None:
    service = one_to_one()
    booking, first, second = booked(service), waits(service), waits(service)
    cancel(booking)
    assert states(first, second) == ["offered", "waiting"]


def test_a_time_goes_to_nobody_who_does_not_want_it() -> None:
    service = one_to_one()
    booking = booked(service)
    other = make_provider("Ben", offers=service)
    make_booking(service, at("10:00"), other)
    entries = [
        waits(service, "11:00", "17:00"),
        waits(service, "09:00", "09:59"),
        waits(service, provider=other),
        waits(one_to_one()),
    ]
    cancel(booking)
    assert states(*entries) == ["waiting"] * 4
    assert service.explain(at("10:00")) == []


@pytest.mark.parametrize("wanted", ["another provider", "more seats"])
def test_however_many_want_something_else_the_next_in_line_is_asked(wanted: str) -> None:
    service = one_to_one(capacity=2)
    booked(service)
    ben = make_provider("Ben", offers=service)
    wish = {"provider": ben} if wanted == "another provider" else {"seats": 2}
    booking = booked(service)
    for _number in range(25):
        waits(service, **wish)
    entry = waits(service)
    cancel(booking)
    assert states(entry) == ["offered"]


def test_both_ends_of_the_period_are_included() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service, "10:00", "10:00")
    cancel(booking)
    assert offered(entry).session.start == at("10:00")


def test_whoever_waits_for_a_certain_provider_gets_that_one() -> None:
    service = one_to_one()
    ann = service.offerings.get().provider
    booking, entry = booked(service), waits(service, provider=ann)
    cancel(booking)
    assert offered(entry).session.claims.get().provider == ann
    assert entry.offer is not None
    assert entry.offer.asked["provider"] == ann.pk


def test_a_hold_that_ran_out_goes_to_the_next(clock: FrozenClock) -> None:
    service = one_to_one()
    hold(service, at("10:00"), customer=make_customer())
    entry = waits(service)
    clock.tick(timedelta(minutes=10))
    expire_due()
    assert offered(entry).session.start == at("10:00")


def test_a_request_that_is_declined_goes_to_the_next() -> None:
    service = one_to_one(requires_approval=True)
    asked = request(hold(service, at("10:00"), customer=make_customer()))
    entry = waits(service)
    decline(asked)
    assert offered(entry).session.start == at("10:00")


def test_the_old_time_of_a_booking_that_moved_goes_to_the_next() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service, "10:00", "10:00")
    reschedule(booking, at("14:00"))
    assert offered(entry).session.start == at("10:00")


@pytest.mark.parametrize(
    ("buffers", "start"),
    [({}, "10:30"), ({"buffer_before": 15}, "11:00"), ({"buffer_after": 15}, "11:00")],
)
def test_a_time_that_a_moved_booking_still_touches_is_not_passed_on(
    buffers: dict[str, int], start: str
) -> None:
    service = one_to_one(slot_interval=30, **buffers)
    booking, entry = booked(service), waits(service, "10:00", "10:00")
    reschedule(booking, at(start))
    assert states(entry) == ["waiting"]


def test_what_starts_before_an_answer_could_come_is_free_for_all(clock: FrozenClock) -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    clock.move_to(at("08:00"))
    cancel(booking)
    assert states(entry) == ["waiting"]
    assert service.explain(at("10:00")) == []


def test_an_offer_stands_as_long_as_the_site_says(settings: Any) -> None:
    settings.BOOKABLE = {"OFFER_MINUTES": 30}
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    cancel(booking)
    assert offered(entry).expires_at == at("08:30", 4)


def test_nobody_is_offered_what_was_called_off_because_of_time_off() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    add_time_off(service.offerings.get().provider, at("08:00"), at("18:00"))
    cancel(booking, reason="ill")
    assert states(entry) == ["waiting"]


def test_nobody_is_offered_a_place_in_a_class_that_was_called_off() -> None:
    service = one_to_one(capacity=2)
    booking, entry = booked(service), waits(service)
    cancel_session(booking.session)
    assert states(entry) == ["waiting"]


def test_nobody_is_offered_what_is_not_offered_to_anybody() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    Service.objects.filter(pk=service.pk).update(is_active=False)
    cancel(booking)
    assert states(entry) == ["waiting"]


def test_nobody_is_offered_more_than_a_customer_may_have() -> None:
    service = one_to_one(max_per_customer=1)
    cleo = make_customer()
    booked(service, "15:00", customer=cleo)
    booking, first, second = booked(service), waits(service, customer=cleo), waits(service)
    cancel(booking)
    assert states(first, second) == ["waiting", "offered"]


def test_the_old_customers_link_to_the_meeting_is_not_handed_on() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    Session.objects.update(join_url="https://meet.example.com/secret")
    cancel(booking)
    assert offered(entry).session.join_url == ""


def test_a_longer_booking_makes_room_for_an_ordinary_one() -> None:
    service = one_to_one()
    make_duration_choice(service, 120)
    booking, entry = booked(service, duration=120), waits(service)
    cancel(booking)
    assert offered(entry).session.end == at("11:00")
    assert service.explain(at("11:00")) == []


def test_a_shorter_booking_makes_no_room_for_an_ordinary_one() -> None:
    service = one_to_one()
    make_duration_choice(service, 30)
    booking, entry = booked(service, duration=30), waits(service)
    cancel(booking)
    assert states(entry) == ["waiting"]
    assert offer_waiting() == 1


def test_only_the_very_unit_that_became_free_is_handed_on() -> None:
    service = make_service()
    make_provider("Rooms", offers=service, units=3)
    first, second, third = (booked(service) for _number in range(3))
    cancel(first)  # nobody waits yet, so its unit is free
    entry = waits(service)
    cancel(third)
    assert offered(entry).session.claims.get().unit == third.session.claims.get().unit
    assert second.session.claims.get().unit == 1


def test_a_broken_entry_keeps_nobody_from_leaving() -> None:
    service = one_to_one()
    make_duration_choice(service, 120)
    later = booked(service, "14:00", duration=120)
    booking, first, second = booked(service), moves_up(later, "09:00", "12:00"), waits(service)
    service.duration_choices.all().delete()
    cancel(booking)
    assert states(first, second) == ["waiting", "offered"]


def test_whoever_can_no_longer_be_reached_is_left_out() -> None:
    service = one_to_one()
    dan = get_user_model().objects.create_user("dan")
    booking, gone, next_one = booked(service), waits(service, by=dan), waits(service)
    dan.delete()
    cancel(booking)
    assert states(gone, next_one) == ["waiting", "offered"]


def test_an_offer_is_told_after_the_commit(django_capture_on_commit_callbacks: Any) -> None:
    told: list[tuple[str, Booking]] = []

    def on_offer(*, entry: WaitingEntry, booking: Booking, **_more: Any) -> None:
        told.append((entry.state, booking))

    time_offered.connect(on_offer)
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    with django_capture_on_commit_callbacks(execute=True):
        cancel(booking)
        assert not told
    time_offered.disconnect(on_offer)
    assert told == [("offered", offered(entry))]


def test_the_history_of_an_offer_begins_with_the_offer() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    cancel(booking)
    [event] = offered(entry).history
    assert (event.verb, event.after, event.role) == ("offer", "held", "system")
    assert event.data["start"] == at("10:00").isoformat()


# One at a time


def test_nobody_is_offered_two_things_at_once() -> None:
    service = one_to_one()
    first, second, entry = booked(service), booked(service, "12:00"), waits(service)
    cancel(first)
    cancel(second)
    assert offered(entry).session.start == at("10:00")
    assert service.explain(at("12:00")) == []


def test_what_nobody_answers_goes_to_the_next(clock: FrozenClock) -> None:
    service = one_to_one()
    booking, first, second = booked(service), waits(service), waits(service)
    cancel(booking)
    clock.tick(timedelta(minutes=120))
    expire_due()
    assert states(first, second) == ["lapsed", "offered"]
    assert now(first).open_key is None
    assert offered(second).session.start == at("10:00")


def test_what_is_declined_goes_to_the_next() -> None:
    service = one_to_one(price=5000)
    booking, first, second = booked(service), waits(service), waits(service)
    cancel(booking)
    assert decline_offer(first, by=GUEST).state == WaitingState.LEFT
    assert states(second) == ["offered"]
    offer = offer_of(first)
    assert (offer.state, offer.cost) == (State.CANCELLED, Money(0, "EUR"))
    event = offer.history.last()
    assert event is not None
    assert (event.verb, event.reason, event.role) == ("cancel", "offer_declined", "customer")


def test_declining_twice_changes_nothing() -> None:
    service = one_to_one()
    booking, first, second = booked(service), waits(service), waits(service)
    cancel(booking)
    decline_offer(first)
    decline_offer(first.uuid)
    assert states(first, second) == ["left", "offered"]


def test_only_an_offer_can_be_declined() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    with pytest.raises(NoOffer):
        decline_offer(entry)
    cancel(booking)
    accept_offer(entry)
    with pytest.raises(NoOffer):
        decline_offer(entry)
    assert offer_of(entry).state == State.CONFIRMED


def test_whoever_leaves_the_list_gives_an_offer_back() -> None:
    service = one_to_one()
    booking, first, second = booked(service), waits(service), waits(service)
    cancel(booking)
    leave_waiting_list(first)
    assert states(first, second) == ["left", "offered"]


def test_an_offer_that_its_customer_cancels_goes_to_the_next() -> None:
    service = one_to_one()
    booking, first, second = booked(service), waits(service), waits(service)
    cancel(booking)
    cancel(offered(first), by=GUEST)
    assert states(first, second) == ["lapsed", "offered"]
