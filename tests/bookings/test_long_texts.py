"""What is longer than its column is refused with a sentence, whatever the database would say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.bookings.classes import book, who, yoga
from tests.bookings.times import at

from bookable.bookings.add_seats import add_seats
from bookable.bookings.apply_change import apply_change
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_series import cancel_series
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.change_series import change_series
from bookable.bookings.complete import complete
from bookable.bookings.decline import decline
from bookable.bookings.hold import hold
from bookable.bookings.hold_series import hold_series
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.mark_no_show import mark_no_show
from bookable.bookings.move_session import move_session
from bookable.bookings.reassign import reassign
from bookable.bookings.remove_seats import remove_seats
from bookable.bookings.reschedule import reschedule
from bookable.errors import TextTooLong, TooManyNames
from bookable.models import Booking
from bookable.payments.refund import refund
from bookable.testing import make_customer, make_payment
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

WEEKLY = "FREQ=WEEKLY;COUNT=2"


def refuse_locks(*_args: object, **_options: object) -> None:
    pytest.fail("Something was locked.")


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bookable.transactions.for_update", refuse_locks)
    monkeypatch.setattr("bookable.bookings.steps.locks.for_update", refuse_locks)
    monkeypatch.setattr("bookable.payments.steps.locks.for_update", refuse_locks)


def test_a_source_as_long_as_its_column_is_kept() -> None:
    held = hold(yoga(), at("10:00"), customer=make_customer(), source="x" * 100)
    held.refresh_from_db()
    assert held.source == "x" * 100


@pytest.mark.usefixtures("unlocked")
def test_a_longer_source_is_refused_by_every_hold() -> None:
    service, start = yoga(), at("10:00")
    options: dict[str, Any] = {"customer": make_customer(), "source": "x" * 101}
    tries: list[Callable[[], object]] = [
        lambda: hold(service, start, **options),
        lambda: hold_visit([Item(service=service, start=start)], **options),
        lambda: hold_series(service, start, rule=WEEKLY, **options),
    ]
    for attempt in tries:
        with pytest.raises(TextTooLong, match="“source” takes at most 100 characters"):
            attempt()
    assert not Booking.objects.exists()


REASONS: dict[str, Callable[[Booking, str], object]] = {
    "cancel": lambda booking, reason: cancel(booking, reason=reason),
    "cancel_session": lambda booking, reason: cancel_session(booking.session, reason=reason),
    "move_session": lambda booking, reason: move_session(booking.session, reason=reason),
    "cancel_series": lambda booking, reason: cancel_series(booking.series, reason=reason),  # type: ignore[arg-type]
    "change_series": lambda booking, reason: change_series(
        booking.series,  # type: ignore[arg-type]
        since=booking,
        reason=reason,
    ),
    "complete": lambda booking, reason: complete(booking, reason=reason),
    "decline": lambda booking, reason: decline(booking, reason=reason),
    "mark_no_show": lambda booking, reason: mark_no_show(booking, reason=reason),
    "reassign": lambda booking, reason: reassign(booking, who("Ann"), reason=reason),
    "reschedule": lambda booking, reason: reschedule(booking, at("12:00"), reason=reason),
    "apply_change": lambda _booking, reason: apply_change(lambda: None, {}, reason=reason),
    "refund": lambda booking, reason: refund(booking.order.payments.get(), reason=reason),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_longer_reason_is_refused_before_anything_is_locked(
    name: str, request: pytest.FixtureRequest
) -> None:
    booking = hold_series(yoga(), at("10:00"), rule=WEEKLY, customer=make_customer()).bookings[0]
    make_payment(booking.order, 1000)
    request.getfixturevalue("unlocked")
    with pytest.raises(TextTooLong, match="at most 50 characters"):
        REASONS[name](booking, "x" * 51)


@pytest.mark.usefixtures("unlocked")
def test_a_longer_outcome_is_refused() -> None:
    with pytest.raises(TextTooLong) as refused:
        complete("anything", outcome="x" * 101)
    assert refused.value.most == 100


def test_an_outcome_and_a_reason_as_long_as_their_columns_are_kept(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("11:00"))
    complete(booking, outcome="x" * 100, reason="y" * 50)
    event = booking.history.last()
    assert event is not None
    assert (len(booking.outcome), len(event.reason)) == (100, 50)


# -- names of those who come


def test_there_may_be_fewer_names_than_seats() -> None:
    assert book(yoga(), at("10:00"), seats=3, attendees=["Cleo"]).attendees == ["Cleo"]


@pytest.mark.usefixtures("unlocked")
def test_more_names_than_seats_are_refused_by_every_hold() -> None:
    service, start, who = yoga(), at("10:00"), make_customer()
    names = ["Cleo", "Dan", "Eve"]
    item = Item(service=service, start=start, asked={"seats": 2}, attendees=names)
    tries: list[Callable[[], object]] = [
        lambda: hold(service, start, customer=who, attendees=names[:2]),
        lambda: hold(service, start, customer=who, seats=2, attendees=names),
        lambda: hold_visit([item], customer=who),
        lambda: hold_series(service, start, rule=WEEKLY, customer=who, attendees=names),
    ]
    for attempt in tries:
        with pytest.raises(TooManyNames, match="more names than seats"):
            attempt()


def test_more_names_than_new_seats_are_refused() -> None:
    booking = book(yoga(), at("10:00"), attendees=["Cleo"])
    with pytest.raises(TooManyNames):
        add_seats(booking, 1, attendees=["Dan", "Eve"])
    booking.refresh_from_db()
    assert (booking.seats, booking.attendees) == (1, ["Cleo"])


def test_more_names_than_seats_that_stay_are_refused() -> None:
    booking = book(yoga(), at("10:00"), seats=3)
    with pytest.raises(TooManyNames):
        remove_seats(booking, 1, attendees=["Cleo", "Dan", "Eve"])
    booking.refresh_from_db()
    assert booking.seats == 3
