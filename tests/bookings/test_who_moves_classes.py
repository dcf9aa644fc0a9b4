"""Who may move a class, and until when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.bookings.classes import book, claims_of, live, ride, user, who, yoga
from tests.bookings.times import at

from bookable.bookings import move_session as module
from bookable.bookings.actors import GUEST
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.move_session import move_session
from bookable.bookings.taking.wishes import Wish
from bookable.errors import NotAllowed, SessionReleased, SlotTaken, TooLate
from bookable.schedule.models import TimeOff
from bookable.testing import make_time_off
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


def test_only_those_who_plan_classes_move_them() -> None:
    booking = book(yoga(), at("10:00"))
    for somebody in (GUEST, user("change_booking")):
        with pytest.raises(NotAllowed):
            move_session(booking.session, start=at("11:00"), by=somebody)
    move_session(booking.session, start=at("11:00"), by=user("change_session"))


def test_rules_are_overridden_by_those_who_may() -> None:
    booking, late = book(yoga(), at("10:00")), {"start": at("20:00"), "override": ["outside_hours"]}
    with pytest.raises(SlotTaken):
        move_session(booking.session, start=at("20:00"))
    with pytest.raises(NotAllowed):
        move_session(booking.session, by=user("change_session"), **late)
    staff = user("change_session", "override_rules")
    assert move_session(booking.session, by=staff, **late).start == at("20:00")
    event = booking.history.last()
    assert event is not None
    assert event.data["override"] == ["outside_hours"]


def test_a_class_that_has_begun_is_not_moved(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"))
    clock.move_to(at("10:00"))
    with pytest.raises(TooLate):
        move_session(booking.session, start=at("14:00"))


def test_a_class_that_was_cancelled_is_not_moved() -> None:
    booking = book(yoga(), at("10:00"))
    cancel_session(booking.session)
    with pytest.raises(SessionReleased):
        move_session(booking.session, start=at("14:00"))


def test_somebody_who_joins_meanwhile_moves_with_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = ride()
    first, second = book(service, at("10:00")), book(service, at("10:00"), seats=2)
    plain, reads = module.wish_to_move, []

    def outdated_at_first(*of: Any) -> Wish:
        wish = plain(*of)
        reads.append(wish.asked["seats"])
        # the first is without a lock and before the transaction, the second begins it
        is_early = len(reads) == 2
        return replace(wish, asked={**wish.asked, "seats": 1}) if is_early else wish

    monkeypatch.setattr(module, "wish_to_move", outdated_at_first)
    session = move_session(first.session, start=at("14:00"))
    assert len(reads) == 5
    assert {claim.start for claim in live(session)} == {at("14:00")}
    assert len(claims_of(second)) == 2


def test_time_off_at_the_old_time_keeps_nothing_from_moving() -> None:
    booking = book(yoga(), at("10:00"))
    make_time_off(who("Ann"), at("09:00"), at("11:00"))
    assert TimeOff.objects.count() == 1
    assert move_session(booking.session, start=at("14:00")).start == at("14:00")
