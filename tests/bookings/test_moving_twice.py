"""Asking twice for the same move, after a lost answer or by a double click, moves it once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from tests.bookings.classes import who
from tests.bookings.every_verb import haircut
from tests.bookings.threads import at_once, needs_several_connections, refused
from tests.bookings.times import at

from bookable.bookings.accept_change import accept_change
from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.reassign import reassign
from bookable.bookings.request_change import request_change
from bookable.bookings.reschedule import reschedule
from bookable.errors import IllegalTransition, SlotTaken, TooOften
from bookable.models import Booking, Service
from bookable.testing import assert_never_double_booked, make_customer, make_location
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db(transaction=True)

ONCE = {
    "CANCELLATION": {
        "BACKEND": "bookable.bookings.policies.StandardTerms",
        "OPTIONS": {"reschedule_limit": 1},
    }
}


@pytest.fixture(autouse=True)
def _in_order(db: None, clock: FrozenClock) -> Iterator[None]:
    yield
    assert_never_double_booked()


def booked(service: Service, day: int = 5, **options: Any) -> Booking:
    return confirm(hold(service, at("10:00", day), customer=make_customer(), **options))


def with_ann() -> Booking:
    """A booking with Ann, where Bob is free as well."""
    service = haircut("Ann", "Bob")
    return booked(service, provider=who("Ann"))


def moves_in(booking: Booking) -> list[str]:
    verbs = booking.history.values_list("verb", flat=True)
    return [verb for verb in verbs if verb not in ("hold", "confirm")]


@override_settings(BOOKABLE=ONCE)
def test_a_repeated_move_is_answered_though_it_may_be_moved_no_more() -> None:
    booking = booked(haircut())
    reschedule(booking, at("12:00"), by=GUEST)
    again = reschedule(booking.uuid, at("12:00"), by=GUEST)
    assert (again.session.start, again.moves) == (at("12:00"), 1)
    assert moves_in(booking) == ["reschedule"]


@override_settings(BOOKABLE=ONCE)
def test_a_repeated_move_to_a_provider_counts_once() -> None:
    booking = with_ann()
    reschedule(booking, at("12:00"), provider=who("Bob"), by=GUEST)
    reschedule(booking, at("12:00"), provider=who("Bob"), by=GUEST)
    assert (booking.moves, moves_in(booking)) == (1, ["reschedule"])


@override_settings(BOOKABLE=ONCE)
def test_another_provider_at_the_same_time_is_another_move() -> None:
    booking = with_ann()
    reschedule(booking, at("12:00"), provider=who("Ann"), by=GUEST)
    with pytest.raises(TooOften):
        reschedule(booking, at("12:00"), provider=who("Bob"), by=GUEST)


def test_whoever_wants_anybody_instead_of_one_is_moved_though_the_time_stays() -> None:
    booking = with_ann()
    reschedule(booking, at("12:00"), provider=None)
    assert "provider" not in booking.asked
    reschedule(booking, at("12:00"), provider=None)
    assert moves_in(booking) == ["reschedule"]


def test_a_repeated_move_to_a_place_is_one_move() -> None:
    service = haircut()
    north, south = make_location("North"), make_location("South")
    service.locations.set([north, south])
    booking = booked(service, place=north)
    reschedule(booking, at("12:00"), place=south)
    reschedule(booking, at("12:00"), place=south)
    assert moves_in(booking) == ["reschedule"]
    reschedule(booking, at("12:00"), place=north)
    assert booking.session.location == north


def test_a_repeated_reassignment_records_nothing() -> None:
    booking = with_ann()
    reassign(booking, who("Bob"))
    session = booking.session
    reassign(booking, who("Bob"))
    assert (booking.session, moves_in(booking)) == (session, ["reassign"])


def test_to_be_where_it_was_is_no_help_to_what_was_cancelled() -> None:
    booking = cancel(booked(haircut()))
    with pytest.raises(IllegalTransition):
        reschedule(booking, at("10:00"))


def test_a_time_that_somebody_else_has_is_refused_each_time() -> None:
    service = haircut()
    booking = booked(service)
    confirm(hold(service, at("12:00"), customer=make_customer()))
    for _ in range(2):
        with pytest.raises(SlotTaken):
            reschedule(booking, at("12:00"))


# With real threads


@pytest.mark.parametrize("people", [["Ann"], ["Ann", "Bob"]])
@override_settings(BOOKABLE=ONCE)
def test_a_double_click_moves_it_once_and_both_are_told_so(people: list[str]) -> None:
    needs_several_connections()
    service = haircut(*people)
    for day in range(5, 13):
        booking = booked(service, day)

        def click(key: Any = booking.uuid, day: int = day) -> Any:
            return reschedule(key, at("12:00", day), by=GUEST).session.start

        assert at_once(click, click) == [at("12:00", day)] * 2
        booking.refresh_from_db()
        assert (booking.moves, moves_in(booking)) == (1, ["reschedule"])


def test_a_double_click_of_a_reassignment_is_one() -> None:
    needs_several_connections()
    service = haircut("Ann", "Bob")
    for day in range(5, 13):
        booking = booked(service, day, provider=who("Ann"))

        def click(key: Any = booking.uuid) -> Any:
            return reassign(key, who("Bob")).uuid

        assert at_once(click, click) == [booking.uuid] * 2
        assert moves_in(booking) == ["reassign"]


def test_a_double_click_accepts_a_proposal_once() -> None:
    needs_several_connections()
    service = haircut()
    for day in range(5, 13):
        booking = booked(service, day)
        request_change(booking, at("14:00", day), by=GUEST)

        def click(key: Any = booking.uuid) -> Any:
            return accept_change(key).session.start

        outcomes = at_once(click, click)
        assert at("14:00", day) in outcomes
        assert set(refused(outcomes)) <= {"no_proposal"}
        assert moves_in(booking) == ["request_change", "accept_change"]
