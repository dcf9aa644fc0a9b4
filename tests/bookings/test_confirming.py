"""A hold becomes a promise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.approve import approve
from bookable.bookings.confirm import confirm
from bookable.bookings.decline import decline
from bookable.bookings.expire import expire, expire_due
from bookable.bookings.extend_hold import extend_hold
from bookable.bookings.guard import guard, unguard
from bookable.bookings.hold import hold
from bookable.bookings.request import request
from bookable.bookings.retake import retake
from bookable.errors import (
    HoldExpired,
    IllegalTransition,
    NeedsApproval,
    NotAllowed,
    PaymentDue,
    SlotTaken,
    TooOften,
)
from bookable.models import Claim, Service, State
from bookable.money import Money
from bookable.testing import make_customer, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


def service(**fields: object) -> Service:
    made = make_service(**fields)
    make_provider(offers=made)
    return made


def test_a_confirmed_booking_keeps_its_place_for_good(clock: FrozenClock) -> None:
    booking = confirm(hold(service(), at("10:00"), customer=make_customer()))
    assert booking.state == State.CONFIRMED
    assert booking.expires_at is None
    clock.tick(timedelta(days=1))
    assert booking.session.claims.get().expires_at is None


def test_a_hold_that_has_run_out_cannot_be_confirmed(clock: FrozenClock) -> None:
    booking = hold(service(), at("10:00"), customer=make_customer())
    clock.tick(timedelta(minutes=10))
    with pytest.raises(HoldExpired):
        confirm(booking)
    booking.refresh_from_db()
    assert booking.state == State.HELD


def test_confirming_twice_is_confirming_once() -> None:
    booking = hold(service(), at("10:00"), customer=make_customer())
    confirm(booking)
    confirm(booking)
    assert [event.verb for event in booking.history] == ["hold", "confirm"]


def test_a_cancelled_booking_cannot_be_confirmed() -> None:
    booking = hold(service(), at("10:00"), customer=make_customer())
    booking.cancel()
    with pytest.raises(IllegalTransition, match="Cancelled"):
        confirm(booking)


def test_a_customer_cannot_confirm_what_must_be_paid_first() -> None:
    held = hold(service(price=5000, payment="full"), at("10:00"), customer=make_customer())
    with pytest.raises(PaymentDue) as refused:
        confirm(held, by=GUEST)
    assert refused.value.due == Money(5000, "EUR")
    assert confirm(held).state == State.CONFIRMED


def test_a_service_that_needs_approval_is_requested_and_keeps_its_place(clock: FrozenClock) -> None:
    held = hold(
        service(requires_approval=True, respond_by=120), at("10:00"), customer=make_customer()
    )
    with pytest.raises(NeedsApproval):
        confirm(held, by=GUEST)
    request(held, by=GUEST)
    assert held.state == State.REQUESTED
    clock.tick(timedelta(minutes=119))
    assert held.session.claims.get().expires_at is None
    assert expire(held.order_id) == []


def test_a_request_that_nobody_answers_expires(clock: FrozenClock) -> None:
    made = service(requires_approval=True, respond_by=120)
    held = request(hold(made, at("10:00"), customer=make_customer()))
    clock.tick(timedelta(minutes=120))
    assert expire_due() == 1
    held.refresh_from_db()
    assert held.state == State.EXPIRED
    assert not Claim.objects.filter(released_at=None).exists()


def test_an_approved_request_is_confirmed() -> None:
    held = request(
        hold(service(requires_approval=True), at("10:00"), customer=make_customer()), by=GUEST
    )
    with pytest.raises(NotAllowed):
        approve(held, by=GUEST)
    assert approve(held).state == State.CONFIRMED


def test_an_approved_request_that_must_be_paid_is_held_until_then(clock: FrozenClock) -> None:
    made = service(requires_approval=True, price=5000, payment="full")
    held = approve(request(hold(made, at("10:00", 15), customer=make_customer())))
    assert held.state == State.HELD
    assert held.expires_at == at("08:00", 5)
    assert held.session.claims.get().expires_at == at("08:00", 5)
    assert confirm(held).state == State.CONFIRMED


def test_a_declined_request_owes_nothing_and_frees_its_place() -> None:
    made = service(requires_approval=True, price=5000)
    held = decline(request(hold(made, at("10:00"), customer=make_customer())))
    assert held.state == State.DECLINED
    assert held.order.total == Money(0, "EUR")
    assert made.explain(at("10:00")) == []


def test_more_time_can_be_had_ten_times(clock: FrozenClock) -> None:
    held = hold(service(), at("10:00"), customer=make_customer())
    for _ in range(10):
        clock.tick(timedelta(minutes=9))
        extend_hold(held, by=GUEST)
    assert held.session.claims.get().expires_at == held.expires_at
    with pytest.raises(TooOften):
        extend_hold(held, by=GUEST)


def test_a_hold_somebody_pays_for_cannot_be_taken(clock: FrozenClock) -> None:
    made = service()
    held = guard(hold(made, at("10:00"), customer=make_customer()), at("09:30", 4))
    clock.tick(timedelta(minutes=30))
    with pytest.raises(SlotTaken):
        hold(made, at("10:00"), customer=make_customer())
    assert expire_due() == 0
    assert confirm(held).state == State.CONFIRMED


def test_a_payment_that_never_came_is_given_up_at_the_hard_limit(clock: FrozenClock) -> None:
    made = service()
    held = guard(hold(made, at("10:00"), customer=make_customer()), at("09:30", 4))
    clock.move_to(at("09:30", 4))
    assert expire_due() == 1
    held.refresh_from_db()
    assert held.state == State.EXPIRED


def test_a_payment_that_came_to_nothing_lets_the_hold_run_out(clock: FrozenClock) -> None:
    made = service()
    held = guard(hold(made, at("10:00"), customer=make_customer()), at("09:30", 4))
    unguard(held, at("08:05", 4))
    clock.move_to(at("08:05", 4))
    hold(made, at("10:00"), customer=make_customer())


def test_a_late_payment_takes_the_place_again(clock: FrozenClock) -> None:
    made = service(price=5000)
    held = hold(made, at("10:00"), customer=make_customer())
    clock.tick(timedelta(minutes=30))
    expire_due()
    [again] = retake(held.order_id)
    assert again.state == State.CONFIRMED
    assert again.order.total == Money(5000, "EUR")
    assert [event.verb for event in again.history] == ["hold", "expire", "retake"]
    assert Claim.objects.filter(released_at=None, expires_at=None).count() == 1


def test_a_late_payment_for_a_place_that_is_gone_changes_nothing(clock: FrozenClock) -> None:
    made = service()
    held = hold(made, at("10:00"), customer=make_customer())
    clock.tick(timedelta(minutes=30))
    expire_due()
    hold(made, at("10:00"), customer=make_customer())
    with pytest.raises(SlotTaken):
        retake(held.order_id)
    held.refresh_from_db()
    assert held.state == State.EXPIRED
