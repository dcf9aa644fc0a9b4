"""Whoever has a later time takes an earlier one, and theirs goes to the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from tests.bookings.times import at
from tests.bookings.waiting import (
    booked,
    live_lanes,
    moves_up,
    offer_of,
    offered,
    one_to_one,
    states,
    waits,
    with_bikes,
)

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.decline_offer import decline_offer
from bookable.bookings.expire import expire_due
from bookable.bookings.request import request
from bookable.bookings.reschedule import reschedule
from bookable.errors import HoldExpired, IllegalTransition, NoOffer, NotAllowed
from bookable.models import Booking, Session, State, WaitingEntry
from bookable.money import Money
from bookable.signals import booking_rescheduled
from bookable.testing import (
    assert_never_double_booked,
    make_duration_choice,
    make_extra,
    make_provider,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(clock: FrozenClock) -> Iterator[FrozenClock]:
    """Whatever a test does, nothing is booked twice by its end."""
    yield clock
    assert_never_double_booked()


def test_whoever_has_a_later_time_moves_up() -> None:
    service = one_to_one(price=5000)
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    offer = offered(entry)
    assert offer.cost == Money(0, "EUR")
    moved = accept_offer(entry, by=GUEST)
    assert (moved, moved.state, moved.session.start) == (late, State.CONFIRMED, at("10:00"))
    assert (moved.order.total, moved.moves) == (Money(5000, "EUR"), 0)
    assert live_lanes() == [("Ann", 0, "10:00")]
    assert moved.session.claims.get(released_at=None).expires_at is None
    assert moved.session.seats_taken == 1


def test_the_hold_ends_when_its_place_is_taken_over() -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    accept_offer(entry)
    offer = offer_of(entry)
    assert (offer.state, offer.freed_at) == (State.CANCELLED, at("08:00", 4))
    event = offer.history.last()
    assert event is not None
    assert event.reason == "swapped"
    assert states(entry) == ["accepted"]


def test_moving_up_is_a_move_in_the_history(django_capture_on_commit_callbacks: Any) -> None:
    told: list[Booking] = []

    def on_move(*, booking: Booking, **_more: Any) -> None:
        told.append(booking)

    booking_rescheduled.connect(on_move)
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    with django_capture_on_commit_callbacks(execute=True):
        cancel(early)
        moved = accept_offer(entry, by=GUEST)
    booking_rescheduled.disconnect(on_move)
    assert told == [moved]
    event = moved.history.last()
    assert event is not None
    assert (event.verb, event.role, event.before, event.after) == (
        "accept_offer",
        "customer",
        "confirmed",
        "confirmed",
    )
    assert event.data["start"] == at("10:00").isoformat()
    assert event.data["before"]["start"] == at("15:00").isoformat()


def test_one_after_the_other_moves_up() -> None:
    service = one_to_one()
    first, second, third = (booked(service, start) for start in ("10:00", "12:00", "15:00"))
    up = [moves_up(second, "09:00", "11:00"), moves_up(third, "09:00", "14:00")]
    last = waits(service)
    cancel(first)
    assert states(*up, last) == ["offered", "waiting", "waiting"]
    accept_offer(up[0])
    assert offered(up[1]).session.start == at("12:00")
    accept_offer(up[1])
    assert offered(last).session.start == at("15:00")
    assert accept_offer(last).session.start == at("15:00")


def test_nobody_is_moved_to_a_later_time() -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "12:00")
    entry = moves_up(early, "09:00", "09:59")
    WaitingEntry.objects.update(latest=at("16:00"))
    cancel(late)
    assert states(entry) == ["waiting"]


def test_whoever_moves_up_takes_length_and_extras_along() -> None:
    service = one_to_one()
    make_duration_choice(service, 120)
    massage = make_extra(service, minutes=60)
    early, late = booked(service, duration=120), booked(service, "14:00", extras={massage.slug: 1})
    entry = moves_up(late, "09:00", "12:00")
    cancel(early)
    assert offered(entry).session.end == at("12:00")
    assert accept_offer(entry).session.end == at("12:00")


def test_a_class_moves_up_with_its_bikes() -> None:
    service = with_bikes(bikes=3)
    booked(service)
    early, late = booked(service, seats=2), booked(service, "15:00", seats=2)
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    moved = accept_offer(entry)
    bikes = moved.claims.filter(released_at=None)
    assert [(claim.session, claim.expires_at) for claim in bikes] == [(moved.session, None)] * 2
    assert moved.session.seats_taken == 3
    assert {start for _who, _unit, start in live_lanes()} == {"10:00"}


def test_moving_up_does_not_count_as_one_more_booking() -> None:
    service = one_to_one(max_per_customer=1)
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    assert accept_offer(entry).session.start == at("10:00")


def test_moving_up_is_possible_when_moving_is_not(settings: Any) -> None:
    options = {"reschedule_limit": 0}
    path = "bookable.bookings.policies.StandardTerms"
    settings.BOOKABLE = {"CANCELLATION": {"BACKEND": path, "OPTIONS": options}}
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    assert accept_offer(entry, by=GUEST).session.start == at("10:00")


def test_whoever_moves_up_to_anybody_is_not_bound_to_the_old_provider() -> None:
    service = one_to_one()
    ann, ben = service.offerings.get().provider, make_provider("Ben", offers=service)
    early, late = booked(service, provider=ben), booked(service, "15:00", provider=ann)
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    moved = accept_offer(entry)
    assert moved.session.claims.get().provider == ben
    assert "provider" not in moved.asked
    assert "waiting" not in moved.asked


def test_an_offer_to_move_cannot_be_had_as_a_second_booking() -> None:
    service = one_to_one(price=5000)
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    with pytest.raises(IllegalTransition):
        confirm(offered(entry), by=GUEST)
    with pytest.raises(IllegalTransition):
        request(offered(entry))
    assert states(entry) == ["offered"]


def test_moving_up_can_be_too_late(clock: FrozenClock) -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    clock.tick(timedelta(minutes=120))
    with pytest.raises(HoldExpired):
        accept_offer(entry)
    expire_due()
    with pytest.raises(HoldExpired):
        accept_offer(entry)
    late.refresh_from_db()
    assert late.session.start == at("15:00")


def test_a_seat_in_a_class_that_goes_on_can_run_out_too(clock: FrozenClock) -> None:
    service = one_to_one(capacity=2)
    booked(service)
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    clock.tick(timedelta(minutes=120))
    with pytest.raises(HoldExpired):
        accept_offer(entry)
    late.refresh_from_db()
    assert late.session.start == at("15:00")


def test_moving_up_twice_changes_nothing() -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    first = accept_offer(entry)
    again = accept_offer(entry.uuid)
    assert (again, again.last_seq) == (first, first.last_seq)


def test_what_was_declined_cannot_be_moved_up_to() -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    decline_offer(entry)
    with pytest.raises(NoOffer):
        accept_offer(entry)


def test_only_whose_booking_it_is_moves_up() -> None:
    users = get_user_model().objects
    cleo, dan = users.create_user("cleo"), users.create_user("dan")
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00", customer=cleo)
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    with pytest.raises(NotAllowed):
        accept_offer(entry, by=dan)
    assert accept_offer(entry, by=cleo).session.start == at("10:00")


def test_a_booking_that_was_cancelled_since_is_not_moved_up() -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    cancel(late)
    with pytest.raises(IllegalTransition):
        accept_offer(entry)


def test_a_booking_that_is_gone_is_offered_nothing() -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    gone, following = moves_up(late, "09:00", "14:00"), waits(service, "10:00", "10:00")
    cancel(late)
    cancel(early)
    assert states(gone, following) == ["waiting", "offered"]


def test_a_booking_that_moved_further_up_by_itself_stays_there() -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    reschedule(late, at("09:00"))
    with pytest.raises(NoOffer):
        accept_offer(entry)


def test_an_offer_that_was_moved_elsewhere_cannot_be_moved_up_to() -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "16:00")
    entry = moves_up(late, "09:00", "12:00")
    cancel(early)
    reschedule(offered(entry), at("14:00"), by=GUEST)
    with pytest.raises(NoOffer):
        accept_offer(entry, by=GUEST)


def test_a_party_that_grew_since_is_not_squeezed_in() -> None:
    service = one_to_one(capacity=3)
    early, late = booked(service, seats=3), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    cancel(early)
    Booking.objects.filter(pk=late.pk).update(seats=2)
    Session.objects.filter(pk=late.session_id).update(seats_taken=2)
    with pytest.raises(NoOffer):
        accept_offer(entry)
    Booking.objects.filter(pk=late.pk).update(seats=1)
    Session.objects.filter(pk=late.session_id).update(seats_taken=1)


def test_a_party_is_offered_as_many_seats_as_it_has_by_then() -> None:
    service = one_to_one(capacity=3)
    early, late = booked(service, seats=3), booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    Booking.objects.filter(pk=late.pk).update(seats=2)
    Session.objects.filter(pk=late.session_id).update(seats_taken=2)
    late.events.update(data={**late.events.all()[0].data, "seats": 2})
    cancel(early)
    assert offered(entry).seats == 2
