"""Changes of the calendars while others book."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, Event
from time import sleep

import pytest
from django.db import connection
from tests.bookings.times import at

from bookable.bookings.apply_change import apply_change
from bookable.bookings.audit import find_faults
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.impact import Affected, hit_since
from bookable.bookings.misfits import Misfits
from bookable.bookings.models import Booking, State
from bookable.bookings.repair_drift import repair_drift
from bookable.errors import SlotTaken
from bookable.models import Session, TimeOff
from bookable.schedule.add_time_off import add_time_off
from bookable.testing import make_booking, make_customer, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture(autouse=True)
def _needs_several_connections(db: None) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("a SQLite database in memory belongs to one thread")


def at_once(*calls: Callable[[], object]) -> None:
    """Starts all of them in the same moment, each on a connection of its own."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            with suppress(SlotTaken):
                call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(run, call) for call in calls]:
            done.result(timeout=60)


@pytest.mark.parametrize("decision", ["cancel", "move"])
def test_nothing_is_booked_into_time_off_behind_the_back_of_a_change(decision: str) -> None:
    service = make_service()
    ann, bob = (make_provider(name, offers=service) for name in ("Ann", "Bob"))

    def book() -> None:
        confirm(hold(service, at("10:00"), customer=make_customer(), provider=ann))

    def change() -> None:
        apply_change(lambda: add_time_off(ann, at("09:00"), at("12:00")), {}, default=decision)

    for _round in range(15):
        at_once(book, change, book)
        with_ann = Booking.objects.filter(state=State.CONFIRMED).of_provider(ann)
        assert not with_ann.filter(session__claims__provider=ann, session__claims__released_at=None)
        assert find_faults() == []
        TimeOff.objects.all().delete()
        for booking in Booking.objects.filter(state=State.CONFIRMED):
            booking.cancel()
    assert Booking.objects.of_provider(bob).exists() == (decision == "move")


def test_whoever_books_while_a_change_is_being_made_meets_the_changed_calendar(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = make_service()
    ann = make_provider("Ann", offers=service)
    looked = Event()

    def look_and_linger(before: Misfits, *, using: str) -> list[Affected]:
        found = hit_since(before, using=using)
        looked.set()
        sleep(0.5)  # whoever is not kept waiting is done by then
        return found

    def book() -> None:
        looked.wait(10)
        hold(service, at("10:00"), customer=make_customer())

    monkeypatch.setattr("bookable.bookings.apply_change.hit_since", look_and_linger)
    at_once(
        lambda: apply_change(lambda: add_time_off(ann, at("09:00"), at("12:00")), {}),
        book,
    )
    assert TimeOff.objects.exists()
    assert not Booking.objects.exists()


def test_a_session_is_put_right_only_if_nobody_else_takes_the_time() -> None:
    service = make_service()
    ann = make_provider("Ann", offers=service)
    for day in range(5, 20):
        session = make_booking(service, at("10:00", day), ann).session
        Session.objects.filter(pk=session.pk).update(utc_offset=3600)
        start = at("11:00", day)
        at_once(
            lambda key=session.uuid: repair_drift(key),
            lambda start=start: confirm(hold(service, start, customer=make_customer())),
        )
        taken = Session.objects.filter(start=start, released_at=None)
        assert taken.count() == 1
        assert find_faults() == []
