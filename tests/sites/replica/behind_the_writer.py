"""Run by tests/test_replica.py under this site's own settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from tests.bookings.classes import ride, user
from tests.bookings.conftest import NOW
from tests.bookings.every_verb import SCENES, haircut
from tests.bookings.times import at
from tests.sites.replica.router import reading_from_replica, replica_is_gone, replicate

from bookable.bookings.audit import find_faults
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.expire import expire, expire_due
from bookable.bookings.hold import hold
from bookable.bookings.open_session import open_session
from bookable.bookings.reassign import reassign
from bookable.bookings.reschedule import reschedule
from bookable.errors import NotAllowed, SlotTaken
from bookable.models import Booking, Claim, Extra, Location, Provider, Service, Session, State
from bookable.testing import (
    freeze,
    make_customer,
    make_extra,
    make_location,
    make_question,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "replica"])


@pytest.fixture(autouse=True)
def clock() -> Iterator[FrozenClock]:
    with freeze(NOW) as frozen:
        yield frozen
        assert find_faults(using="default") == []


@pytest.fixture
def service() -> Iterator[Service]:
    """Read from a replica that was up to date until the catalogue was there."""
    made = haircut("Ann", "Bob", max_per_customer=2)
    make_extra(made, slug="shampoo", stock=1)
    make_question(made, slug="colour")
    made.locations.add(make_location(slug="high-street"))
    user("add_booking", "change_booking", username="staff")
    user(username="cleo", email="cleo@example.com")
    replicate()
    with reading_from_replica():
        found = Service.objects.get(pk=made.pk)
        assert found._state.db == "replica"
        yield found


def written() -> list[str]:
    return list(Booking.objects.using("default").order_by("pk").values_list("state", flat=True))


def named(name: str) -> Provider:
    return Provider.objects.get(name=name)


@pytest.mark.parametrize("scene", SCENES)
def test_no_verb_asks_the_replica(clock: FrozenClock, scene: str) -> None:
    verb = SCENES[scene](clock)
    with replica_is_gone():
        verb()


def test_the_replica_knows_of_no_booking(service: Service) -> None:
    hold(service, at("10:00"), customer=make_customer())
    assert not Booking.objects.exists()
    assert not Claim.objects.exists()
    assert written() == [State.HELD]


def test_what_is_taken_is_refused_though_the_replica_says_that_it_is_free(
    service: Service,
) -> None:
    ann = named("Ann")
    hold(service, at("10:00"), customer=make_customer(), provider=ann)
    assert at("10:00") in [slot.start for slot in service.slots(at("09:00"), at("12:00"))]
    with pytest.raises(SlotTaken) as refused:
        hold(service, at("10:00"), customer=make_customer(), provider=ann)
    assert [reason.code for reason in refused.value.reasons] == ["booked"]
    assert at("10:00") not in [slot.start for slot in refused.value.nearest]


def test_whoever_will_do_is_whoever_is_free_by_now(service: Service) -> None:
    held = [hold(service, at("10:00"), customer=make_customer()) for _ in range(2)]
    serving = Claim.objects.using("default").values_list("provider", flat=True)
    assert len(set(serving)) == len(held)
    with pytest.raises(SlotTaken):
        hold(service, at("10:00"), customer=make_customer())


def test_a_limit_counts_what_the_replica_has_not_seen(service: Service) -> None:
    cleo = make_customer()
    for time in ("10:00", "12:00"):
        hold(service, at(time), customer=cleo)
    with pytest.raises(SlotTaken) as refused:
        hold(service, at("14:00"), customer=cleo)
    assert [reason.code for reason in refused.value.reasons] == ["customer_limit"]


def test_an_extra_that_is_in_use_is_in_use_whatever_the_replica_says(service: Service) -> None:
    shampoo = Extra.objects.get(slug="shampoo")
    hold(service, at("10:00"), customer=make_customer(), extras=[shampoo])
    with pytest.raises(SlotTaken):
        hold(service, at("10:00"), customer=make_customer(), extras=[shampoo])


def test_a_booking_goes_its_way_by_its_reference(service: Service, clock: FrozenClock) -> None:
    reference = hold(service, at("10:00"), customer=make_customer()).reference
    confirm(reference)
    assert reschedule(reference, at("12:00")).session.start == at("12:00")
    assert reassign(reference, named("Bob")).last_seq in (3, 4)
    assert cancel(reference).state == State.CANCELLED
    assert written() == [State.CANCELLED]


def test_holds_run_out_on_the_writer(service: Service, clock: FrozenClock) -> None:
    one = hold(service, at("10:00"), customer=make_customer())
    hold(service, at("12:00"), customer=make_customer())
    clock.tick(timedelta(minutes=11))
    expire(one.order_id)
    expire_due()
    assert written() == [State.EXPIRED, State.EXPIRED]


def test_everything_that_can_be_given_may_come_from_the_replica(service: Service) -> None:
    users: Any = get_user_model().objects
    place = Location.objects.get()
    booking = hold(
        service,
        at("10:00"),
        customer=users.get(username="cleo"),
        by=users.get(username="staff"),
        provider=named("Ann"),
        extras=[Extra.objects.get()],
        place=place,
        answers={"colour": "red"},
        idempotency_key="key",
    )
    again = Booking.objects.using("default").select_related("session", "order").get()
    assert again == booking
    assert again._state.db == "default"
    assert again.order.user_id == users.get(username="cleo").pk
    assert again.session.location_id == place.pk
    confirm(again, by=users.get(username="cleo"))
    with pytest.raises(NotAllowed):
        cancel(again, by=user_of_nothing(users))
    reschedule(again, at("12:00"), by=users.get(username="cleo"))
    cancel(again, by=users.get(username="cleo"))


def test_whoever_has_just_signed_up_moves_their_booking(service: Service) -> None:
    """The replica has never heard of them."""
    eve = get_user_model().objects.create_user(username="eve")
    held = confirm(hold(service, at("10:00"), customer=eve, by=eve), by=eve)
    assert reschedule(held.reference, at("12:00"), by=eve).session.start == at("12:00")


def user_of_nothing(users: Any) -> Any:
    """Somebody who has just signed up, of whom the replica knows nothing yet."""
    return users.create_user(username="eve")


def test_a_class_is_joined_on_the_writer() -> None:
    made = ride()
    replicate()
    with reading_from_replica():
        service = Service.objects.get(pk=made.pk)
        session = open_session(service, at("10:00"))
        bookings = [
            confirm(hold(service, at("10:00"), customer=make_customer(), seats=2)) for _ in range(2)
        ]
        assert {one.session_id for one in bookings} == {session.pk}
        assert Session.objects.using("default").get().seats_taken == 4
        with pytest.raises(SlotTaken):
            hold(service, at("10:00"), customer=make_customer())


def test_a_booking_that_was_read_from_the_replica_is_changed_on_the_writer(
    service: Service,
) -> None:
    """The replica caught up once, and has stood still since."""
    held = hold(service, at("10:00"), customer=make_customer())
    replicate()
    stale = Booking.objects.get(pk=held.pk)
    assert stale._state.db == "replica"
    confirm(held)
    moved = reschedule(stale, at("12:00"))
    assert moved is stale
    assert (stale.state, stale.session.start) == (State.CONFIRMED, at("12:00"))
    assert cancel(Booking.objects.get(pk=held.pk)).state == State.CANCELLED
    assert stale.history.using("default").count() == 4


def test_what_a_changed_booking_says_of_itself_is_read_from_the_writer(service: Service) -> None:
    held = hold(service, at("10:00"), customer=make_customer())
    assert held.cost.amount == held.order.total.amount == service.price
    assert [event.verb for event in confirm(held).history] == ["hold", "confirm"]
    assert held.cancellation_quote().fee.amount == 0
