"""A customer proposes another time, and whoever gives the service decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from tests.bookings.times import at

from bookable.bookings.accept_change import accept_change
from bookable.bookings.actors import GUEST, Actor, Role
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.refuse_change import refuse_change
from bookable.bookings.request import request
from bookable.bookings.request_change import request_change
from bookable.bookings.reschedule import reschedule
from bookable.errors import (
    HoldExpired,
    IllegalTransition,
    NaiveDatetime,
    NoProposal,
    NotAllowed,
    SlotTaken,
    TooLate,
)
from bookable.models import Booking, BookingEvent, Service, State
from bookable.signals import booking_changed, booking_rescheduled
from bookable.testing import make_customer, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def service() -> Service:
    made = make_service(slot_interval=30)
    make_provider("Ann", offers=made)
    return made


@pytest.fixture
def booking(service: Service) -> Booking:
    return booked(service)


def booked(service: Service, start: str = "10:00") -> Booking:
    return confirm(hold(service, at(start), customer=make_customer()))


def last_event(booking: Booking) -> BookingEvent:
    event = booking.history.last()
    assert event is not None
    return event


def test_a_proposal_says_what_the_customer_would_like(booking: Booking) -> None:
    request_change(booking, at("14:00"), by=GUEST, comment="I have to work.")
    booking.refresh_from_db()
    assert booking.proposed_start == at("14:00")
    assert booking.session.start == at("10:00")
    event = last_event(booking)
    assert (event.verb, event.role, event.comment) == (
        "request_change",
        "customer",
        "I have to work.",
    )
    assert event.data == {"proposed": at("14:00").isoformat()}
    assert (event.before, event.after) == ("confirmed", "confirmed")


def test_nothing_is_held_for_a_proposal(service: Service, booking: Booking) -> None:
    request_change(booking, at("14:00"), by=GUEST)
    assert service.explain(at("14:00")) == []


def test_proposing_the_same_again_changes_nothing(booking: Booking) -> None:
    request_change(booking, at("14:00"))
    before = booking.last_seq
    request_change(booking.uuid, at("14:00"))
    booking.refresh_from_db()
    assert booking.last_seq == before


def test_the_last_proposal_stands(booking: Booking) -> None:
    request_change(booking, at("14:00"))
    request_change(booking, at("15:00"))
    assert accept_change(booking).session.start == at("15:00")


def test_where_it_is_already_it_need_not_be_moved(booking: Booking) -> None:
    request_change(booking, at("10:00"))
    assert booking.proposed_start is None


def test_a_request_can_be_proposed_for_another_time(service: Service) -> None:
    service.requires_approval = True
    service.save()
    asked = request(hold(service, at("10:00"), customer=make_customer()))
    request_change(asked, at("14:00"), by=GUEST)
    assert accept_change(asked).state == State.REQUESTED
    assert asked.session.start == at("14:00")


def test_only_what_stands_can_be_proposed_for_another_time(service: Service) -> None:
    held = hold(service, at("10:00"), customer=make_customer())
    with pytest.raises(IllegalTransition):
        request_change(held, at("14:00"))
    with pytest.raises(IllegalTransition):
        request_change(cancel(held), at("14:00"))


@pytest.mark.parametrize(
    ("start", "error"),
    [
        (at("08:00", 4), TooLate),
        (datetime(2030, 3, 5, 14), NaiveDatetime),  # noqa: DTZ001
    ],
)
def test_a_start_that_makes_no_sense_is_refused(
    booking: Booking, start: datetime, error: type[Exception]
) -> None:
    with pytest.raises(error):
        request_change(booking, start)


def test_a_customer_proposes_nothing_once_it_has_begun(
    booking: Booking, clock: FrozenClock
) -> None:
    clock.move_to(at("10:00"))
    with pytest.raises(TooLate):
        request_change(booking, at("14:00"), by=GUEST)
    assert request_change(booking, at("14:00")).proposed_start == at("14:00")


def test_a_customer_may_propose_what_they_may_not_do(service: Service, settings: Any) -> None:
    options = {"reschedule_limit": 0}
    path = "bookable.bookings.policies.StandardTerms"
    settings.BOOKABLE = {"CANCELLATION": {"BACKEND": path, "OPTIONS": options}}
    booking = booked(service)
    request_change(booking, at("14:00"), by=GUEST)
    assert accept_change(booking).session.start == at("14:00")


def test_nobody_else_proposes_anything(booking: Booking) -> None:
    with pytest.raises(NotAllowed):
        request_change(booking, at("14:00"), by=get_user_model().objects.create_user("dan"))


def test_an_accepted_proposal_moves_the_booking(service: Service, booking: Booking) -> None:
    request_change(booking, at("14:00"), by=GUEST)
    assert accept_change(booking, comment="Gladly.") is booking
    assert (booking.session.start, booking.proposed_start) == (at("14:00"), None)
    assert (booking.state, booking.moves) == (State.CONFIRMED, 0)
    event = last_event(booking)
    assert (event.verb, event.comment) == ("accept_change", "Gladly.")
    assert event.data["before"]["start"] == at("10:00").isoformat()
    assert service.explain(at("10:00")) == []


def test_a_proposal_can_be_accepted_with_another_provider(
    service: Service, booking: Booking
) -> None:
    ben = make_provider("Ben", offers=service)
    request_change(booking, at("14:00"))
    accept_change(booking, provider=ben)
    assert booking.session.claims.get().provider == ben


def test_a_proposal_for_a_taken_time_cannot_be_accepted(service: Service, booking: Booking) -> None:
    booked(service, "14:00")
    request_change(booking, at("14:00"))
    with pytest.raises(SlotTaken):
        accept_change(booking)
    booking.refresh_from_db()
    assert (booking.session.start, booking.proposed_start) == (at("10:00"), at("14:00"))


def test_staff_with_the_right_to_it_accept_against_the_rules(booking: Booking) -> None:
    request_change(booking, at("20:00"))
    boss = get_user_model().objects.create_superuser("boss")
    with pytest.raises(NotAllowed):
        accept_change(booking, by=Actor(Role.PROVIDER), override=["outside_hours"])
    accept_change(booking, by=boss, override=["outside_hours"])
    assert booking.session.start == at("20:00")


def test_a_customer_cannot_accept_their_own_proposal(booking: Booking) -> None:
    request_change(booking, at("14:00"), by=GUEST)
    with pytest.raises(NotAllowed):
        accept_change(booking, by=GUEST)


def test_without_a_proposal_there_is_nothing_to_accept(booking: Booking) -> None:
    with pytest.raises(NoProposal):
        accept_change(booking)
    request_change(booking, at("14:00"))
    accept_change(booking)
    with pytest.raises(NoProposal):
        accept_change(booking)


def test_a_proposal_that_changed_meanwhile_is_not_accepted(
    booking: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_change(booking, at("14:00"))
    read = accept_change.__globals__["found"]

    def overtaken(*key: object) -> Booking:
        known: Booking = read(*key)
        Booking.objects.update(proposed_start=at("15:00"))
        return known

    monkeypatch.setitem(accept_change.__globals__, "found", overtaken)
    with pytest.raises(NoProposal):
        accept_change(booking)
    booking.refresh_from_db()
    assert booking.session.start == at("10:00")


def test_what_has_ended_cannot_be_moved_by_accepting(booking: Booking) -> None:
    request_change(booking, at("14:00"))
    cancel(booking)
    with pytest.raises(IllegalTransition):
        accept_change(booking)


def test_a_refused_proposal_leaves_the_booking_where_it_is(booking: Booking) -> None:
    request_change(booking, at("14:00"), by=GUEST)
    refuse_change(booking, by=Actor(Role.PROVIDER), comment="I am away then.")
    assert (booking.session.start, booking.proposed_start) == (at("10:00"), None)
    event = last_event(booking)
    assert (event.verb, event.role, event.comment) == (
        "refuse_change",
        "provider",
        "I am away then.",
    )
    assert event.data == {"proposed": at("14:00").isoformat()}


def test_refusing_twice_changes_nothing(booking: Booking) -> None:
    request_change(booking, at("14:00"))
    refuse_change(booking)
    before = booking.last_seq
    assert refuse_change(booking).last_seq == before


def test_a_customer_can_take_back_a_proposal(booking: Booking) -> None:
    request_change(booking, at("14:00"), by=GUEST)
    assert refuse_change(booking, by=GUEST).proposed_start is None


def test_nobody_else_refuses_anything(booking: Booking) -> None:
    request_change(booking, at("14:00"))
    with pytest.raises(NotAllowed):
        refuse_change(booking, by=get_user_model().objects.create_user("dan"))


def test_a_proposal_ends_when_the_booking_is_moved(booking: Booking) -> None:
    request_change(booking, at("14:00"))
    reschedule(booking, at("16:00"))
    assert booking.proposed_start is None


def test_proposals_and_moves_are_told(
    booking: Booking, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[str] = []

    def on_change(*, event: BookingEvent, **_more: Any) -> None:
        told.append(f"changed: {event.verb}")

    def on_move(*, event: BookingEvent, **_more: Any) -> None:
        told.append(f"moved: {event.verb}")

    booking_changed.connect(on_change)
    booking_rescheduled.connect(on_move)
    with django_capture_on_commit_callbacks(execute=True):
        request_change(booking, at("14:00"))
        refuse_change(booking)
        request_change(booking, at("14:00"))
        accept_change(booking)
    booking_changed.disconnect(on_change)
    booking_rescheduled.disconnect(on_move)
    assert told == [
        "changed: request_change",
        "changed: refuse_change",
        "changed: request_change",
        "moved: accept_change",
    ]


def test_a_proposal_for_a_hold_that_ran_out_comes_to_nothing(
    service: Service, clock: FrozenClock
) -> None:
    held = hold(service, at("10:00"), customer=make_customer())
    Booking.objects.filter(pk=held.pk).update(proposed_start=at("14:00"))
    clock.tick(timedelta(minutes=10))
    with pytest.raises(HoldExpired):
        accept_change(held)
