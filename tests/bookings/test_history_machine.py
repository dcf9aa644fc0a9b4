"""Anybody does anything in any order: the rows agree with each other and with every history."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.db.models import Model
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.bookings.conftest import NOW
from tests.bookings.invariants import assert_consistent
from tests.bookings.tables import everything

from bookable.bookings.accept_change import accept_change
from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.actors import GUEST
from bookable.bookings.add_seats import add_seats
from bookable.bookings.approve import approve
from bookable.bookings.audit import find_faults
from bookable.bookings.audit_limits import find_limit_faults
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.check_in import check_in
from bookable.bookings.complete import complete
from bookable.bookings.confirm import confirm
from bookable.bookings.decline import decline
from bookable.bookings.decline_offer import decline_offer
from bookable.bookings.expire import expire_due
from bookable.bookings.extend_hold import extend_hold
from bookable.bookings.free_unchecked import free_unchecked
from bookable.bookings.guard import guard, unguard
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.leave_waiting_list import leave_waiting_list
from bookable.bookings.mark_no_show import mark_no_show
from bookable.bookings.move_session import move_session
from bookable.bookings.offer_waiting import offer_waiting
from bookable.bookings.open_session import open_session
from bookable.bookings.reassign import reassign
from bookable.bookings.remove_seats import remove_seats
from bookable.bookings.request import request
from bookable.bookings.request_change import request_change
from bookable.bookings.reschedule import reschedule
from bookable.bookings.retake import retake
from bookable.errors import BookableError
from bookable.models import Booking, Service, Session, WaitingEntry
from bookable.testing import freeze, make_customer, make_extra, make_need, make_provider
from bookable.testing import make_service as service_of
from bookable.timeline import clock

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "15"))
M = TypeVar("M", bound=Model)

HELD, REQUESTED = {"state": "held"}, {"state": "requested"}
CONFIRMED, OPEN = {"state": "confirmed"}, {"state__in": ["held", "requested", "confirmed"]}

picks = st.integers(0, 50)
hours = st.integers(0, 9)
seats = st.integers(1, 3)
anybody = st.sampled_from([None, GUEST])


class Site(RuleBasedStateMachine):
    """A small site on two days; whoever is refused something has changed nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._around = transaction.atomic()
        self._around.__enter__()
        self._freezing = freeze(NOW)
        self.clock = self._freezing.__enter__()
        self.customers = [make_customer() for _ in range(3)]
        self.providers = [make_provider("Ann"), make_provider("Bob")]
        self.services = self._services()
        today = [NOW.replace(hour=hour) for hour in (10, 11, 12, 14)]
        self.starts = [*today, *(start + timedelta(days=1) for start in today[:2])]

    def _services(self) -> list[Service]:
        ann, bob = self.providers
        cut = service_of("Cut", price=3000, buffer_before=5, buffer_after=10, max_per_day=4)
        dye = service_of("Dye", price=2000, duration=30, requires_approval=True, respond_by=60)
        course = service_of("Course", price=1000, capacity=3, minimum=2)
        for service in (cut, dye, course):
            service.offerings.create(provider=ann)
            service.offerings.create(provider=bob)
        massage, ride = service_of("Massage", price=500), service_of("Ride", price=900, capacity=4)
        make_need(massage, ann, bob)
        make_need(massage, make_provider("Rooms", kind="room", units=2))
        make_need(ride, bob)
        make_need(ride, make_provider("Bikes", kind="equipment", units=4), per_seat=True)
        make_extra(cut, slug="shampoo", price=200, stock=1)
        return [cut, dye, course, massage, ride]

    def teardown(self) -> None:
        self._freezing.__exit__(None, None, None)
        transaction.set_rollback(True)
        self._around.__exit__(None, None, None)

    @initialize(picks=st.lists(picks, min_size=4, max_size=8))
    def a_busy_morning(self, picks: list[int]) -> None:
        for pick in picks:
            self.hold(pick, pick // 5, 1 + pick % 2, pick, named=False)
            if pick % 3:
                self.confirm(pick, None)

    # -- what anybody can do

    @rule(pick=picks, hour=hours, seats=seats, who=picks, named=st.booleans())
    def hold(self, pick: int, hour: int, seats: int, who: int, named: bool) -> None:
        service = self._one(self.services, pick)
        self._try(
            hold,
            service,
            self._one(self.starts, hour),
            customer=self._one(self.customers, who),
            seats=min(seats, service.capacity),
            provider=self._one(self.providers, pick + hour) if named else None,
            extras=["shampoo"] if service == self.services[0] and named else [],
        )

    @rule(pick=picks, hour=hours, who=picks)
    def hold_two(self, pick: int, hour: int, who: int) -> None:
        first, second = self._one(self.services, pick), self._one(self.services, pick + who)
        start = self._one(self.starts, hour)
        after = start + timedelta(minutes=first.duration)
        items = [Item(service=first, start=start), Item(service=second, start=after)]
        self._try(hold_visit, items, customer=self._one(self.customers, who))

    @rule(pick=picks, by=anybody)
    def confirm(self, pick: int, by: Any) -> None:
        self._try_booking(confirm, pick, by=by, of=HELD)

    @rule(pick=picks)
    def ask(self, pick: int) -> None:
        self._try_booking(request, pick, of=HELD)

    @rule(pick=picks, answer=st.sampled_from([approve, decline]))
    def answer(self, pick: int, answer: Callable[..., object]) -> None:
        self._try_booking(answer, pick, of=REQUESTED)

    @rule(pick=picks, by=anybody)
    def cancel(self, pick: int, by: Any) -> None:
        self._try_booking(cancel, pick, by=by, of=OPEN)

    @rule(pick=picks, hour=hours, by=anybody)
    def reschedule(self, pick: int, hour: int, by: Any) -> None:
        self._try_booking(reschedule, pick, self._one(self.starts, hour), by=by, of=OPEN)

    @rule(pick=picks, who=picks)
    def reassign(self, pick: int, who: int) -> None:
        self._try_booking(reassign, pick, self._one(self.providers, who), of=OPEN)

    @rule(pick=picks, hour=hours)
    def propose_another_time(self, pick: int, hour: int) -> None:
        start = self._one(self.starts, hour)
        self._try_booking(request_change, pick, start, by=GUEST, of=CONFIRMED)
        self._try_booking(accept_change, pick, of=CONFIRMED)

    @rule(pick=picks, seats=seats, verb=st.sampled_from([add_seats, remove_seats]), by=anybody)
    def come_with_more_or_fewer(
        self, pick: int, seats: int, verb: Callable[..., object], by: Any
    ) -> None:
        of = {**OPEN, "session__capacity__gt": 1}
        if verb is remove_seats:
            of["seats__gt"] = 1
        self._try_booking(verb, pick, seats, by=by, of=of)

    @rule(pick=picks, verb=st.sampled_from(["extend", "guard", "unguard"]))
    def keep_the_hold(self, pick: int, verb: str) -> None:
        until = clock.now() + timedelta(minutes=30)
        if verb == "extend":
            self._try_booking(extend_hold, pick, of=HELD)
        else:
            self._try_booking(guard if verb == "guard" else unguard, pick, until, of=HELD)

    @rule(pick=picks, verb=st.sampled_from([check_in, complete, mark_no_show]))
    def say_what_came_of_it(self, pick: int, verb: Callable[..., object]) -> None:
        self._try_booking(verb, pick, of={**CONFIRMED, "session__start__lte": clock.now()})

    @rule(pick=picks)
    def pay_too_late(self, pick: int) -> None:
        booking = self._pick(Booking, pick, {"state": "expired"})
        if booking is not None:
            self._try(retake, booking.order_id)

    # -- those who wait

    @rule(pick=picks, who=picks)
    def wait(self, pick: int, who: int) -> None:
        """For what somebody else has."""
        taken = self._pick(Session, pick, {"released_at": None})
        if taken is not None:
            self._try(
                join_waiting_list,
                taken.service,
                earliest=taken.start,
                latest=taken.start + timedelta(hours=1),
                customer=self._one(self.customers, who),
                seats=min(1 + who % 2, taken.capacity),
            )

    @rule(pick=picks)
    def wait_for_an_earlier_time(self, pick: int) -> None:
        booking = self._pick(Booking, pick, CONFIRMED)
        if booking is not None:
            latest = booking.session.start - timedelta(minutes=30)
            self._try(
                join_waiting_list,
                booking.session.service,
                earliest=latest - timedelta(hours=6),
                latest=latest,
                booking=booking,
            )

    @rule(
        pick=picks,
        verb=st.sampled_from([accept_offer, accept_offer, decline_offer, leave_waiting_list]),
    )
    def answer_an_offer(self, pick: int, verb: Callable[..., object]) -> None:
        entry = self._pick(WaitingEntry, pick, {"state": "offered"})
        if entry is not None:
            self._try(verb, entry)

    # -- staff

    @rule(pick=picks, hour=hours)
    def open_a_class(self, pick: int, hour: int) -> None:
        service = self.services[2 if pick % 2 else 4]
        self._try(open_session, service, self._one(self.starts, hour))

    @rule(pick=picks, hour=hours)
    def move_a_class(self, pick: int, hour: int) -> None:
        session = self._pick(Session, pick, {"released_at": None})
        if session is not None:
            self._try(move_session, session, start=self._one(self.starts, hour))

    @rule(pick=picks)
    def cancel_a_class(self, pick: int) -> None:
        session = self._pick(Session, pick, {"released_at": None})
        if session is not None:
            self._try(cancel_session, session)

    # -- time

    @rule(minutes=st.sampled_from([5, 11, 45]))
    def time_passes(self, minutes: int) -> None:
        self.clock.tick(timedelta(minutes=minutes))

    @rule(job=st.sampled_from([expire_due, offer_waiting, free_unchecked]))
    def a_job_runs(self, job: Callable[[], object]) -> None:
        job()

    # -- what must hold

    @invariant()
    def everything_is_consistent(self) -> None:
        assert_consistent()

    @invariant()
    def the_library_finds_no_fault_either(self) -> None:
        assert find_faults() == []
        assert find_limit_faults() == []

    def _try(self, verb: Callable[..., object], *arguments: Any, **named: Any) -> None:
        before = everything()
        try:
            verb(*arguments, **named)
        except BookableError:
            assert everything() == before

    def _try_booking(
        self, verb: Callable[..., object], pick: int, *more: Any, of: dict[str, Any], **named: Any
    ) -> None:
        booking = self._pick(Booking, pick, of)
        if booking is not None:
            self._try(verb, booking, *more, **named)

    def _pick(self, model: type[M], pick: int, fitting: dict[str, Any]) -> M | None:
        """A row that the verb is meant for, if there is one, and now and then any other."""
        rows = model._default_manager.order_by("pk")
        wanted = list(rows if pick % 7 == 0 else rows.filter(**fitting)) or list(rows)
        return self._one(wanted, pick) if wanted else None

    @staticmethod
    def _one(among: list[Any], pick: int) -> Any:
        return among[pick % len(among)]


def test_whatever_is_done_in_whatever_order_the_rows_agree() -> None:
    run_state_machine_as_test(
        Site,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            phases=[Phase.generate],  # forty steps are read sooner than they are made fewer
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
