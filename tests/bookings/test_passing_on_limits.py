"""What leaves is passed on within the limits that are wider than one provider."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.bookings.threads import deadlocks, lingering, needs_several_connections
from tests.bookings.times import at
from tests.bookings.waiting import booked, moves_up, one_to_one, states, waits

from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.audit_limits import find_limit_faults
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.expire import expire_due
from bookable.bookings.hold import hold
from bookable.bookings.offer_waiting import offer_waiting
from bookable.models import Guard, Provider
from bookable.testing import make_customer, make_extra, make_provider
from bookable.timeline.clock import FrozenClock

__all__ = ["deadlocks"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _within_limits(clock: FrozenClock, deadlocks: list[BaseException]) -> Iterator[None]:
    yield
    assert find_limit_faults() == []
    assert deadlocks == []


def test_whoever_is_just_booking_their_last_one_is_not_offered_another() -> None:
    needs_several_connections()
    service, dora = one_to_one(max_per_customer=1), make_customer("Dora")
    leaving, entry = booked(service), waits(service, "10:00", "10:00", customer=dora)
    with lingering(lambda: hold(service, at("14:00"), customer=dora), "hold") as holding:
        cancel(leaving)
        assert states(entry) == ["waiting"]
    confirm(holding.result())
    assert offer_waiting() == 0


def test_the_next_in_line_is_offered_what_the_first_may_not_have() -> None:
    needs_several_connections()
    service, dora = one_to_one(max_per_customer=1), make_customer("Dora")
    leaving, ben = booked(service), make_provider("Ben", offers=service)
    entries = waits(service, "10:00", "10:00", customer=dora), waits(service, "10:00", "10:00")
    # with somebody else, as whoever points at a provider who is locked has to wait on MariaDB
    with lingering(lambda: hold(service, at("14:00"), customer=dora, provider=ben), "hold"):
        cancel(leaving)
    assert states(*entries) == ["waiting", "offered"]


def test_the_last_towel_is_not_offered_while_somebody_takes_it() -> None:
    needs_several_connections()
    service = one_to_one()
    ann, ben = Provider.objects.get(), make_provider("Ben", offers=service)
    make_extra(service, slug="towel", stock=1)
    late, early = booked(service, "14:00", extras=["towel"]), booked(service, provider=ann)
    entry = moves_up(late, "10:00", "10:00")
    towel = {"customer": make_customer(), "provider": ben, "extras": ["towel"]}
    with lingering(lambda: hold(service, at("10:00"), **towel), "hold"):
        cancel(early)
        assert states(entry) == ["waiting"]


def test_where_nobody_counts_the_same_it_is_offered_at_once() -> None:
    service = one_to_one(max_per_customer=1, max_per_day=2)
    make_extra(service, slug="towel", stock=1)
    late, early = booked(service, "14:00", extras=["towel"]), booked(service)
    entry = moves_up(late, "10:00", "10:00")
    cancel(early)
    assert states(entry) == ["offered"]
    accept_offer(entry)


def test_what_was_not_offered_for_a_limit_is_offered_by_the_job(clock: FrozenClock) -> None:
    """A limit that came to be after somebody began to wait has no row to lock yet."""
    service = one_to_one()
    leaving, entry = booked(service), waits(service, "10:00", "10:00")
    service.max_per_customer = 1
    service.save()
    cancel(leaving)
    clock.tick(timedelta(minutes=1))
    assert expire_due() == 0
    if states(entry) == ["waiting"]:  # on SQLite the transaction is the lock
        assert offer_waiting() == 1
    assert states(entry) == ["offered"]


def test_joining_makes_what_an_offer_has_to_lock() -> None:
    service = one_to_one(max_per_customer=1, max_per_week=9)
    waits(service)
    keys = set(Guard.objects.values_list("key", flat=True))
    assert f"service:{service.pk}" in keys
    assert any(key.startswith("customer:") for key in keys)
