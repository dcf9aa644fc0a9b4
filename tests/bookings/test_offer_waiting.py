"""The job that offers what is free by now without anybody having left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from tests.bookings.times import at
from tests.bookings.waiting import (
    booked,
    live_lanes,
    moves_up,
    now,
    offered,
    one_to_one,
    states,
    waits,
)

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.cancel import cancel
from bookable.bookings.hold import hold
from bookable.bookings.leave_waiting_list import leave_waiting_list
from bookable.bookings.offer_waiting import offer_waiting
from bookable.bookings.reschedule import reschedule
from bookable.models import Booking
from bookable.signals import booking_held
from bookable.testing import (
    assert_never_double_booked,
    make_booking,
    make_customer,
    make_provider,
    make_service,
    make_session,
    set_weekly_hours,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(clock: FrozenClock) -> Iterator[FrozenClock]:
    """Whatever a test does, nothing is booked twice by its end."""
    yield clock
    assert_never_double_booked()


def test_new_hours_are_offered_to_those_who_wait() -> None:
    service = make_service()
    ann = make_provider("Ann", offers=service, hours=())
    first, second = waits(service), waits(service)
    assert offer_waiting() == 0
    set_weekly_hours(ann, "10:00-11:00")
    assert offer_waiting() == 1
    assert states(first, second) == ["offered", "waiting"]
    assert offered(first).session.start == at("10:00")
    assert offered(first).expires_at == at("10:00", 4)


def test_whoever_has_an_offer_is_not_made_another() -> None:
    service = one_to_one()
    entry = waits(service)
    assert [offer_waiting(), offer_waiting()] == [1, 0]
    assert Booking.objects.count() == 1
    assert offered(entry).session.start == at("09:00")


def test_those_who_wait_are_served_one_after_the_other_from_what_is_free() -> None:
    service = one_to_one()
    entries = [waits(service, "09:00", "11:00") for _number in range(5)]
    assert offer_waiting() == 3
    starts = [offered(entry).session.start for entry in entries[:3]]
    assert starts == [at("09:00"), at("10:00"), at("11:00")]
    assert states(*entries[3:]) == ["waiting", "waiting"]


def test_a_session_that_staff_opened_is_offered() -> None:
    service = make_service(capacity=2)
    ann = make_provider("Ann", offers=service, hours=())
    session = make_session(service, at("20:00"), ann, opened_by_staff=True, seats_taken=0)
    entry = waits(service, high="21:00")
    assert offer_waiting() == 1
    assert offered(entry).session == session


def test_a_hold_that_lapsed_and_was_swept_is_offered(clock: FrozenClock) -> None:
    service = one_to_one()
    hold(service, at("10:00"), customer=make_customer())
    entry = waits(service, "10:00", "10:00")
    assert offer_waiting() == 0
    clock.tick(timedelta(minutes=10))
    assert offer_waiting() == 1
    assert offered(entry).session.start == at("10:00")


def test_the_time_of_a_class_lasts_as_long_as_its_last_offer() -> None:
    service = one_to_one(capacity=2)
    held = hold(service, at("10:00"), customer=make_customer())
    entry = waits(service, "10:00", "10:00")
    offer_waiting()
    assert offered(entry).session == held.session
    assert held.session.claims.get().expires_at == at("10:00", 4)


def test_whoever_leaves_while_the_job_looks_is_offered_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry, take = waits(one_to_one()), offer_waiting.__globals__["take"]

    def overtaken(*wish: Any, **options: Any) -> Any:
        leave_waiting_list(entry.uuid)
        return take(*wish, **options)

    monkeypatch.setitem(offer_waiting.__globals__, "take", overtaken)
    assert offer_waiting() == 0
    assert states(entry) == ["left"]
    assert not Booking.objects.exists()


def test_a_run_makes_only_so_many_offers() -> None:
    service = one_to_one()
    entries = [waits(service) for _number in range(3)]
    assert offer_waiting(limit=2) == 2
    assert states(*entries) == ["offered", "offered", "waiting"]


def test_what_cannot_be_had_keeps_nobody_else_waiting() -> None:
    service = one_to_one(max_per_customer=1)
    cleo = make_customer()
    booked(service, "15:00", customer=cleo)
    first, second = waits(service, customer=cleo), waits(service)
    assert offer_waiting() == 1
    assert states(first, second) == ["waiting", "offered"]


def test_whoever_can_no_longer_be_reached_keeps_nobody_else_waiting() -> None:
    service = one_to_one()
    dan = get_user_model().objects.create_user("dan")
    gone, next_one = waits(service, by=dan), waits(service)
    dan.delete()
    assert offer_waiting() == 1
    assert states(gone, next_one) == ["waiting", "offered"]


def test_an_earlier_time_that_is_free_is_offered_to_a_booking() -> None:
    service = one_to_one()
    late = booked(service, "15:00")
    entry = moves_up(late, "09:00", "14:00")
    assert offer_waiting() == 1
    assert accept_offer(entry).session.start == at("09:00")
    assert live_lanes() == [("Ann", 0, "09:00")]


def test_a_booking_is_offered_nothing_that_it_occupies_itself() -> None:
    service = one_to_one(slot_interval=30)
    late = booked(service, "10:30")
    make_booking(service, at("09:00"), service.offerings.get().provider)
    entry = moves_up(late, "10:00", "10:00")
    assert offer_waiting() == 0
    assert states(entry) == ["waiting"]


def test_a_booking_is_offered_nothing_later_than_it_is() -> None:
    service = one_to_one()
    late = booked(service, "15:00")
    entry = moves_up(late, "10:00", "14:00")
    reschedule(late, at("11:00"))
    make_booking(service, at("10:00"), service.offerings.get().provider)
    assert offer_waiting() == 0
    assert states(entry) == ["waiting"]


@pytest.mark.parametrize("now_at", [at("16:00"), at("16:00") + timedelta(days=3)])
def test_entries_whose_time_has_passed_lapse(clock: FrozenClock, now_at: datetime) -> None:
    service = one_to_one()
    entry = waits(service, "09:00", "16:00")
    clock.move_to(now_at)
    assert offer_waiting() == 0
    assert states(entry) == ["lapsed"]
    assert now(entry).open_key is None


def test_nothing_is_offered_that_starts_before_an_answer_could_come(clock: FrozenClock) -> None:
    service = one_to_one()
    entry = waits(service, "09:00", "16:00")
    clock.move_to(at("14:00"))
    assert offer_waiting() == 0
    assert states(entry) == ["waiting"]


def test_entries_of_bookings_that_are_gone_or_early_enough_lapse() -> None:
    service = one_to_one()
    first, second = booked(service, "15:00"), booked(service, "16:00")
    gone, early = moves_up(first, "12:00", "14:00"), moves_up(second, "12:00", "14:00")
    cancel(first)
    reschedule(second, at("11:00"))
    offer_waiting()
    assert states(gone, early) == ["lapsed", "lapsed"]


def test_an_offer_to_a_booking_that_is_gone_goes_to_the_next() -> None:
    service = one_to_one()
    early, late = booked(service), booked(service, "15:00")
    entry, following = moves_up(late, "10:00", "10:00"), waits(service, "10:00", "10:00")
    cancel(early)
    cancel(late)
    assert states(entry, following) == ["offered", "waiting"]
    offer_waiting()
    assert states(entry, following) == ["left", "offered"]


def test_the_job_asks_once_for_all_who_ask_the_same(django_assert_max_num_queries: Any) -> None:
    service = make_service()
    make_provider("Ann", offers=service, hours=())
    for _number in range(30):
        waits(service)
    with django_assert_max_num_queries(15):
        assert offer_waiting() == 0


def test_an_offer_is_made_by_the_system_and_told_as_a_hold(
    django_capture_on_commit_callbacks: Any,
) -> None:
    told: list[Booking] = []

    def on_hold(*, booking: Booking, **_more: Any) -> None:
        told.append(booking)

    booking_held.connect(on_hold)
    entry = waits(one_to_one())
    with django_capture_on_commit_callbacks(execute=True):
        offer_waiting()
    booking_held.disconnect(on_hold)
    assert told == [offered(entry)]
