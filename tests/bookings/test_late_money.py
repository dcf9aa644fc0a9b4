"""A payment that comes late: its places are taken again, or it is given back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.bookings.every_verb import haircut, held
from tests.bookings.threads import at_once, needs_several_connections, refused
from tests.bookings.times import at

from bookable.bookings import paying
from bookable.bookings.expire import expire, expire_due
from bookable.bookings.hold import hold
from bookable.bookings.retake import retake
from bookable.errors import (
    BookableError,
    DurationNotOffered,
    HoldExpired,
    ImpossibleNeeds,
    InvalidExtra,
    Misconfigured,
    NotFound,
    TryAgain,
)
from bookable.models import Booking, Order, Refund, Service, State
from bookable.payments.settle import settle
from bookable.testing import (
    assert_never_double_booked,
    make_customer,
    make_duration_choice,
    make_payment,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _in_order(db: None, clock: FrozenClock) -> Iterator[None]:
    yield
    assert_never_double_booked()


def run_out(clock: FrozenClock, service: Service, **options: Any) -> Booking:
    """A hold whose time is over."""
    booking = held(service, **options)
    clock.tick(timedelta(minutes=11))
    expire(booking.order_id)
    return booking


def paid_late(clock: FrozenClock, service: Service | None = None, **options: Any) -> Booking:
    """A hold that had run out when all of it was paid."""
    booking = held(service or haircut(payment="full"), **options)
    price = booking.order.total.amount
    clock.tick(timedelta(minutes=11))
    expire(booking.order_id)
    make_payment(booking.order, amount=price, gateway="default")
    return booking


def settled(booking: Booking) -> Booking:
    settle(booking.order)
    return Booking.objects.select_related("session", "order").get(pk=booking.pk)


def given_back() -> list[int]:
    return list(Refund.objects.values_list("amount", flat=True))


def refuse_to_retake(monkeypatch: pytest.MonkeyPatch, error: BookableError) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(paying, "retake", refuse)


def test_a_place_that_is_free_is_kept_for_what_was_paid(clock: FrozenClock) -> None:
    assert settled(paid_late(clock)).state == State.CONFIRMED
    assert given_back() == []


@pytest.mark.parametrize(
    "refusal",
    [
        lambda: DurationNotOffered(90, [60]),
        lambda: InvalidExtra("Towels are not offered."),
        lambda: NotFound("location", 7),
        lambda: ImpossibleNeeds("Nobody can give this."),
        HoldExpired,
    ],
)
def test_what_can_not_be_taken_again_is_given_back(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, refusal: Callable[[], BookableError]
) -> None:
    booking = paid_late(clock)
    refuse_to_retake(monkeypatch, refusal())
    assert settled(booking).state == State.EXPIRED
    assert given_back() == [3000]


@pytest.mark.parametrize("error", [TryAgain(), Misconfigured("There is no such class.")])
def test_nothing_is_given_back_before_it_is_known_whether_the_place_is_free(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, error: BookableError
) -> None:
    booking = paid_late(clock)
    refuse_to_retake(monkeypatch, error)
    with pytest.raises(type(error)):
        settle(booking.order)
    assert given_back() == []
    assert Order.objects.get(pk=booking.order_id).settle_at is not None


def test_it_keeps_a_length_that_is_not_offered_any_more(clock: FrozenClock) -> None:
    service = haircut(payment="full")
    choice = make_duration_choice(service, 90, price=4500)
    booking = paid_late(clock, service, duration=90)
    choice.delete()
    fresh = settled(booking)
    assert (fresh.state, fresh.session.end) == (State.CONFIRMED, at("11:30"))
    assert given_back() == []


def test_what_was_paid_after_the_start_is_given_back(clock: FrozenClock) -> None:
    booking = paid_late(clock)
    clock.move_to(at("10:00"))
    assert settled(booking).state == State.EXPIRED
    assert given_back() == [3000]


def test_what_has_begun_can_not_be_taken_again(clock: FrozenClock) -> None:
    booking = run_out(clock, haircut())
    clock.move_to(at("15:00", 7))
    with pytest.raises(HoldExpired):
        retake(booking.order_id)
    booking.refresh_from_db()
    assert booking.state == State.EXPIRED


def test_a_request_that_was_paid_late_has_as_long_for_its_answer_as_any_other(
    clock: FrozenClock,
) -> None:
    booking = run_out(clock, haircut(requires_approval=True, respond_by=60))
    [fresh] = retake(booking.order_id)
    assert (fresh.state, fresh.expires_at) == (State.REQUESTED, at("09:11", 4))
    clock.tick(timedelta(minutes=60))
    assert expire_due() == 1


def test_a_request_that_was_paid_late_may_wait_where_nothing_else_was_agreed(
    clock: FrozenClock,
) -> None:
    booking = run_out(clock, haircut(requires_approval=True, respond_by=None))
    assert retake(booking.order_id)[0].expires_at is None


@pytest.mark.parametrize("people", [["Ann"], ["Ann", "Bob"]])
def test_two_who_take_it_again_at_once_take_it_once(clock: FrozenClock, people: list[str]) -> None:
    needs_several_connections()
    service = haircut(*people)
    for day in range(5, 13):
        booking = hold(service, at("10:00", day), customer=make_customer())
        clock.tick(timedelta(minutes=11))
        expire(booking.order_id)
        outcomes = at_once(*[lambda order=booking.order_id: retake(order)] * 2)
        assert refused(outcomes) == ["illegal_transition"]
        assert booking.history.filter(verb="retake").count() == 1
