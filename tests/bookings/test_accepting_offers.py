"""What was offered is accepted, and then it is a promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from tests.bookings.times import at
from tests.bookings.waiting import booked, offered, one_to_one, states, waits

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.actors import GUEST, Actor, Role
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.decline_offer import decline_offer
from bookable.bookings.expire import expire_due
from bookable.errors import HoldExpired, NoOffer, NotAllowed, PaymentDue
from bookable.models import State
from bookable.testing import assert_never_double_booked
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(clock: FrozenClock) -> Iterator[FrozenClock]:
    """Whatever a test does, nothing is booked twice by its end."""
    yield clock
    assert_never_double_booked()


def test_an_offer_that_is_accepted_is_confirmed() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    cancel(booking)
    accepted = accept_offer(entry, by=GUEST)
    assert (accepted.state, accepted.session.start) == (State.CONFIRMED, at("10:00"))
    assert (entry.state, entry.open_key, entry.offer) == ("accepted", None, accepted)
    assert accepted.session.claims.get().expires_at is None


def test_accepting_twice_changes_nothing() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    cancel(booking)
    first = accept_offer(entry)
    again = accept_offer(entry.uuid)
    assert (again, again.last_seq) == (first, first.last_seq)


def test_confirming_the_offered_hold_accepts_the_offer() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    cancel(booking)
    confirm(offered(entry), by=GUEST)
    assert states(entry) == ["accepted"]


def test_what_needs_approval_is_requested() -> None:
    service = one_to_one(requires_approval=True)
    booking, entry = booked(service), waits(service)
    cancel(booking)
    assert accept_offer(entry, by=GUEST).state == State.REQUESTED
    assert states(entry) == ["accepted"]


def test_what_is_due_first_must_be_paid_first() -> None:
    service = one_to_one(price=5000, payment="full")
    booking, entry = booked(service), waits(service)
    cancel(booking)
    with pytest.raises(PaymentDue):
        accept_offer(entry, by=GUEST)
    assert states(entry) == ["offered"]


def test_an_offer_can_run_out(clock: FrozenClock) -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    cancel(booking)
    clock.tick(timedelta(minutes=120))
    with pytest.raises(HoldExpired):
        accept_offer(entry)
    expire_due()
    with pytest.raises(HoldExpired):
        accept_offer(entry)


def test_only_an_offer_can_be_accepted() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service)
    with pytest.raises(NoOffer):
        accept_offer(entry)
    cancel(booking)
    decline_offer(entry)
    with pytest.raises(NoOffer):
        accept_offer(entry)


def test_an_offer_is_accepted_by_whom_it_was_made_to() -> None:
    users = get_user_model().objects
    cleo, dan = users.create_user("cleo"), users.create_user("dan")
    service = one_to_one()
    booking, entry = booked(service), waits(service, by=cleo)
    cancel(booking)
    for verb in (accept_offer, decline_offer):
        with pytest.raises(NotAllowed):
            verb(entry, by=dan)
    accept_offer(entry, by=cleo)
    with pytest.raises(NotAllowed):
        accept_offer(entry, by=dan)


def test_staff_may_accept_for_a_customer() -> None:
    service = one_to_one()
    booking, entry = booked(service), waits(service, customer=Customer(phone="+44 20 7946 0000"))
    cancel(booking)
    boss = get_user_model().objects.create_superuser("boss")
    assert accept_offer(entry, by=boss).state == State.CONFIRMED
    assert accept_offer(entry, by=Actor(Role.STAFF, boss)).state == State.CONFIRMED
