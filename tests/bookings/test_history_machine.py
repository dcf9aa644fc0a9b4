"""Anybody does anything in any order: the rows agree with each other and with every history."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.db.models import Model
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis
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
from bookable.catalog.models.choices import PaymentMode
from bookable.errors import BookableError, TryAgain
from bookable.models import Booking, Service, Session, WaitingEntry
from bookable.testing import freeze, make_customer, make_extra, make_need, make_provider
from bookable.testing import make_service as service_of
from bookable.timeline import clock

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "15"))
M = TypeVar("M", bound=Model)
picks = st.integers(0, 50)

HELD, REQUESTED = {"state": "held"}, {"state": "requested"}
CONFIRMED, OPEN = {"state": "confirmed"}, {"state__in": ["held", "requested", "confirmed"]}

#: What is done, and how often beside the rest.
DEEDS = {
    "hold": 5,
    "hold_two": 1,
    "confirm": 4,
    "ask": 2,
    "approve": 1,
    "decline": 1,
    "cancel": 4,
    "reschedule": 4,
    "reassign": 2,
    "propose_another_time": 1,
    "bring_more": 2,
    "bring_fewer": 2,
    "extend": 1,
    "guard": 1,
    "unguard": 1,
    "check_in": 1,
    "complete": 1,
    "miss": 1,
    "pay_too_late": 2,
    "wait": 4,
    "wait_for_an_earlier_time": 2,
    "accept_an_offer": 3,
    "decline_an_offer": 1,
    "stop_waiting": 1,
    "open_a_class": 2,
    "move_a_class": 2,
    "cancel_a_class": 1,
    "let_time_pass": 3,
    "run_a_job": 3,
}
MINUTES = (5, 11, 25, 60)
JOBS = (expire_due, offer_waiting, free_unchecked)


class Site(RuleBasedStateMachine):
    """A small site on two days; whoever is refused something has changed nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._around = transaction.atomic()
        self._around.__enter__()
        self._freezing = freeze(NOW + timedelta(minutes=50))
        self.clock = self._freezing.__enter__()
        self.customers = [make_customer() for _ in range(3)]
        self.providers = [make_provider("Ann"), make_provider("Bob")]
        self.services = self._services()
        today = [NOW.replace(hour=hour) for hour in (9, 10, 11, 13)]
        self.starts = [*today, *(start + timedelta(days=1) for start in today[:2])]

    def _services(self) -> list[Service]:
        ann, bob = self.providers
        deposit = {"payment": PaymentMode.DEPOSIT, "deposit_percent": 50}
        cut = service_of(
            "Cut", price=3000, buffer_before=5, buffer_after=10, max_per_day=4, **deposit
        )
        approved = {"requires_approval": True, "respond_by": 60}
        dye = service_of("Dye", price=2000, duration=30, payment=PaymentMode.FULL, **approved)
        course = service_of("Course", price=1000, capacity=3, minimum=2)
        for service in (cut, dye, course):
            service.offerings.create(provider=ann)
            service.offerings.create(provider=bob)
        massage = service_of("Massage", price=500, **approved)
        ride = service_of("Ride", price=900, capacity=4)
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
            self.hold(pick, pick // 5, None)
            if pick % 3:
                self.confirm(pick, 0, None)

    @rule(
        deed=st.sampled_from([deed for deed, often in DEEDS.items() for _ in range(often)]),
        pick=picks,
        other=picks,
        by=st.sampled_from([None, GUEST]),
    )
    def somebody_does(self, deed: str, pick: int, other: int, by: Any) -> None:
        """All that happens is one rule, so that each deed is as likely as the table says."""
        getattr(self, deed)(pick, other, by)

    # -- what customers and staff do with bookings

    def hold(self, pick: int, other: int, _by: Any) -> None:
        service, is_picky = self._one(self.services, pick), other % 2
        self._try(
            hold,
            service,
            self._one(self.starts, other),
            customer=self._one(self.customers, pick + other),
            seats=min(1 + other % 3, service.capacity),
            provider=self._one(self.providers, other // 2) if is_picky else None,
            extras=["shampoo"] if is_picky and service == self.services[0] else [],
        )

    def hold_two(self, pick: int, other: int, _by: Any) -> None:
        first, second = self._one(self.services, pick), self._one(self.services, other)
        start = self._one(self.starts, pick + other)
        after = start + timedelta(minutes=first.duration)
        items = [Item(service=first, start=start), Item(service=second, start=after)]
        self._try(hold_visit, items, customer=self._one(self.customers, other))

    def confirm(self, pick: int, _other: int, by: Any) -> None:
        self._change(confirm, pick, by=by, of=HELD)

    def ask(self, pick: int, _other: int, by: Any) -> None:
        self._change(request, pick, by=by, of=HELD)

    def approve(self, pick: int, _other: int, _by: Any) -> None:
        self._change(approve, pick, of=REQUESTED)

    def decline(self, pick: int, _other: int, _by: Any) -> None:
        self._change(decline, pick, of=REQUESTED)

    def cancel(self, pick: int, _other: int, by: Any) -> None:
        self._change(cancel, pick, by=by, of=OPEN)

    def reschedule(self, pick: int, other: int, by: Any) -> None:
        self._change(reschedule, pick, self._one(self.starts, other), by=by, of=OPEN)

    def reassign(self, pick: int, other: int, _by: Any) -> None:
        self._change(reassign, pick, self._one(self.providers, other), of=OPEN)

    def propose_another_time(self, pick: int, other: int, _by: Any) -> None:
        start = self._one(self.starts, other)
        self._change(request_change, pick, start, by=GUEST, of=CONFIRMED)
        self._change(accept_change, pick, of={**CONFIRMED, "proposed_start": start})

    def bring_more(self, pick: int, other: int, by: Any) -> None:
        of = {**OPEN, "session__capacity__gt": 1}
        self._change(add_seats, pick, 1 + other % 2, by=by, of=of)

    def bring_fewer(self, pick: int, other: int, by: Any) -> None:
        self._change(remove_seats, pick, 1 + other % 2, by=by, of={**OPEN, "seats__gt": 1})

    def extend(self, pick: int, _other: int, by: Any) -> None:
        self._change(extend_hold, pick, by=by, of=HELD)

    def guard(self, pick: int, _other: int, _by: Any) -> None:
        self._change(guard, pick, clock.now() + timedelta(minutes=30), of=HELD)

    def unguard(self, pick: int, _other: int, _by: Any) -> None:
        until = clock.now() + timedelta(minutes=10)
        self._change(unguard, pick, until, of={**HELD, "is_guarded": True})

    def check_in(self, pick: int, _other: int, _by: Any) -> None:
        self._change(check_in, pick, of=self._begun)

    def complete(self, pick: int, _other: int, _by: Any) -> None:
        self._change(complete, pick, of=self._begun)

    def miss(self, pick: int, _other: int, _by: Any) -> None:
        self._change(mark_no_show, pick, of=self._begun)

    def pay_too_late(self, pick: int, _other: int, _by: Any) -> None:
        booking = self._pick(Booking, pick, {"state": "expired"})
        if booking is not None:
            self._try(retake, booking.order_id)

    # -- those who wait

    def wait(self, pick: int, other: int, _by: Any) -> None:
        """For what somebody else has."""
        taken = self._pick(Session, pick, {"released_at": None})
        if taken is not None:
            self._try(
                join_waiting_list,
                taken.service,
                earliest=taken.start,
                latest=taken.start + timedelta(hours=1),
                customer=self._one(self.customers, other),
                seats=min(1 + other % 2, taken.capacity),
            )

    def wait_for_an_earlier_time(self, pick: int, _other: int, _by: Any) -> None:
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

    def accept_an_offer(self, pick: int, _other: int, _by: Any) -> None:
        self._answer(accept_offer, pick)

    def decline_an_offer(self, pick: int, _other: int, _by: Any) -> None:
        self._answer(decline_offer, pick)

    def stop_waiting(self, pick: int, _other: int, _by: Any) -> None:
        self._answer(leave_waiting_list, pick)

    # -- staff, and time

    def open_a_class(self, pick: int, other: int, _by: Any) -> None:
        service = self.services[2 if pick % 2 else 4]
        self._try(open_session, service, self._one(self.starts, other))

    def move_a_class(self, pick: int, other: int, _by: Any) -> None:
        session = self._pick(Session, pick, {"released_at": None})
        if session is not None:
            self._try(move_session, session, start=self._one(self.starts, other))

    def cancel_a_class(self, pick: int, _other: int, _by: Any) -> None:
        session = self._pick(Session, pick, {"released_at": None})
        if session is not None:
            self._try(cancel_session, session)

    def let_time_pass(self, pick: int, _other: int, _by: Any) -> None:
        self.clock.tick(timedelta(minutes=self._one(MINUTES, pick)))

    def run_a_job(self, pick: int, _other: int, _by: Any) -> None:
        self._one(JOBS, pick)()

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
        except TryAgain as unlucky:
            raise AssertionError("nobody else is there who could be in the way") from unlucky
        except BookableError:
            assert everything() == before

    def _change(
        self, verb: Callable[..., object], pick: int, *more: Any, of: dict[str, Any], **named: Any
    ) -> None:
        booking = self._pick(Booking, pick, of)
        if booking is not None:
            self._try(verb, booking, *more, **named)

    def _answer(self, verb: Callable[..., object], pick: int) -> None:
        entry = self._pick(WaitingEntry, pick, {"state": "offered"})
        if entry is not None:
            self._try(verb, entry)

    @property
    def _begun(self) -> dict[str, Any]:
        return {**CONFIRMED, "session__start__lte": clock.now()}

    def _pick(self, model: type[M], pick: int, fitting: dict[str, Any]) -> M | None:
        """A row that the verb is meant for, if there is one, and now and then any other."""
        rows = model._default_manager.order_by("pk")
        wanted = list(rows if pick % 7 == 0 else rows.filter(**fitting)) or list(rows)
        return self._one(wanted, pick) if wanted else None

    @staticmethod
    def _one(among: Sequence[Any], pick: int) -> Any:
        return among[pick % len(among)]


@pytest.mark.once
def test_whatever_is_done_in_whatever_order_the_rows_agree(settings: Any) -> None:
    settings.BOOKABLE = {"OFFER_MINUTES": 15}
    run_state_machine_as_test(
        Site,
        settings=hypothesis(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            phases=[Phase.generate],  # forty steps are read sooner than they are made fewer
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
