"""Taking a place for a short while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from tests.bookings.times import at

from bookable.bookings.customers import Customer
from bookable.bookings.hold import hold
from bookable.errors import PriceChanged, SlotTaken
from bookable.models import Booking, Claim, State
from bookable.money import Money
from bookable.testing import make_extra, make_need, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

CLEO = Customer(name="Cleo", email="Cleo@Example.com")


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


def test_a_hold_takes_the_time_of_its_provider() -> None:
    service = make_service(price=5000)
    ann = make_provider(offers=service)
    booking = hold(service, at("10:00"), customer=CLEO)
    [claim] = booking.session.claims.all()
    assert (claim.provider, claim.start, claim.end) == (ann, at("10:00"), at("11:00"))
    assert at("10:00") not in [slot.start for slot in service.slots(at("09:00"), at("12:00"))]


def test_a_hold_runs_out_after_ten_minutes() -> None:
    service = make_service()
    make_provider(offers=service)
    booking = hold(service, at("10:00"), customer=CLEO)
    assert booking.state == State.HELD
    assert booking.expires_at == at("08:10", day=4)


def test_a_time_that_is_taken_is_refused_with_the_nearest_free_ones() -> None:
    service = make_service()
    make_provider(offers=service)
    hold(service, at("10:00"), customer=CLEO)
    with pytest.raises(SlotTaken) as refused:
        hold(service, at("10:00"), customer=Customer(email="dan@example.com"))
    assert [slot.start for slot in refused.value.nearest][:2] == [at("16:00", 4), at("09:00")] or [
        slot.start for slot in refused.value.nearest
    ]
    assert [reason.code for reason in refused.value.reasons] == ["booked"]
    assert Booking.objects.count() == 1


def test_the_time_of_a_hold_that_has_run_out_can_be_taken(clock: FrozenClock) -> None:
    service = make_service()
    make_provider(offers=service)
    first = hold(service, at("10:00"), customer=CLEO)
    clock.tick(timedelta(minutes=10))
    hold(service, at("10:00"), customer=Customer(email="dan@example.com"))
    first.refresh_from_db()
    assert first.freed_at is not None
    assert first.status == State.EXPIRED
    assert Claim.objects.filter(released_at=None).count() == 1


def test_what_it_costs_is_on_the_order() -> None:
    service = make_service(price=5000)
    make_provider(offers=service)
    make_extra(service, slug="towel", price=300, max_quantity=2)
    booking = hold(service, at("10:00"), customer=CLEO, extras={"towel": 2})
    assert booking.order.total == Money(5600, "EUR")
    assert booking.cost == Money(5600, "EUR")


def test_a_price_that_has_changed_is_refused() -> None:
    service = make_service(price=5000)
    make_provider(offers=service)
    with pytest.raises(PriceChanged):
        hold(service, at("10:00"), customer=CLEO, expected_price=Money(4000, "EUR"))
    assert not Booking.objects.exists()


def test_staff_and_room_are_taken_together() -> None:
    service = make_service()
    ann, room = make_provider("Ann"), make_provider("Room", kind="room")
    make_need(service, ann)
    make_need(service, room)
    booking = hold(service, at("10:00"), customer=CLEO)
    assert {claim.provider for claim in booking.session.claims.all()} == {ann, room}


def test_the_second_of_a_class_joins_the_session_of_the_first() -> None:
    service = make_service(capacity=4)
    make_provider(offers=service)
    first = hold(service, at("10:00"), customer=CLEO, seats=2)
    second = hold(service, at("10:00"), customer=Customer(email="dan@example.com"))
    assert first.session == second.session
    assert second.session.seats_taken == 3
    assert Claim.objects.count() == 1


def test_every_rider_has_a_bike_of_their_own() -> None:
    service = make_service(capacity=4)
    ann, bikes = make_provider("Ann"), make_provider("Bikes", kind="equipment", units=3)
    make_need(service, ann)
    make_need(service, bikes, per_seat=True)
    first = hold(service, at("10:00"), customer=CLEO, seats=2)
    assert sorted(first.claims.values_list("unit", flat=True)) == [0, 1]
    second = hold(service, at("10:00"), customer=Customer(email="dan@example.com"))
    assert list(second.claims.values_list("unit", flat=True)) == [2]
    with pytest.raises(SlotTaken):
        hold(service, at("10:00"), customer=Customer(email="eve@example.com"))


def test_the_same_request_under_one_key_books_once() -> None:
    service = make_service()
    make_provider(offers=service)
    first = hold(service, at("10:00"), customer=CLEO, idempotency_key="abc")
    again = hold(service, at("10:00"), customer=CLEO, idempotency_key="abc")
    assert first == again
    assert Booking.objects.count() == 1


def test_a_reference_that_exists_already_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    service = make_service()
    make_provider(offers=service)
    drawn = iter(["SAME", "SAME", "OTHER"])
    monkeypatch.setattr(
        "bookable.bookings.taking.writing.new_reference", lambda _service: next(drawn)
    )
    hold(service, at("10:00"), customer=CLEO)
    assert hold(service, at("11:00"), customer=CLEO).reference == "OTHER"


def test_a_key_of_any_length_books_once() -> None:
    service = make_service()
    make_provider(offers=service)
    first = hold(service, at("10:00"), customer=CLEO, idempotency_key="a" * 500)
    assert hold(service, at("10:00"), customer=CLEO, idempotency_key="a" * 500) == first


def test_two_addresses_of_one_account_lock_what_they_have_in_common() -> None:
    user = get_user_model()(pk=7)
    first = Customer(user=user, email="one@example.com")
    second = Customer(user=user, email="two@example.com")
    assert set(first.identities) & set(second.identities)
    assert first.identity != second.identity
