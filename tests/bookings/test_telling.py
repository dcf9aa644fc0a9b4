"""The history of a booking is told in sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from bookable.bookings.states import TABLE
from bookable.bookings.telling import event_text, who_text
from bookable.models import BookingEvent, State
from bookable.testing import make_booking, make_booking_event, make_service

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = "2030-03-04T10:00:00+00:00", "2030-03-05T14:30:00+00:00"
#: What else is written into the history.
OTHER_VERBS = {
    "accept_change",
    "accept_offer",
    "add_seats",
    "check_in",
    "extend_hold",
    "guard",
    "hold",
    "move_session",
    "offer",
    "reassign",
    "refuse_change",
    "remove_seats",
    "repair_drift",
    "request_change",
    "reschedule",
    "revoke_links",
    "unguard",
}


def event(verb: str, **fields: Any) -> BookingEvent:
    start = datetime.fromisoformat(MONDAY)
    booking = make_booking(make_service(currency="EUR"), start)
    return make_booking_event(booking, verb, **fields)


def told(verb: str, zone: str = "UTC", **fields: Any) -> str:
    return event_text(event(verb, **fields), zone)


@pytest.mark.parametrize("verb", sorted({arrow.verb for arrow in TABLE} | OTHER_VERBS))
def test_every_verb_has_a_sentence_of_its_own(verb: str) -> None:
    sentence = told(verb)
    assert sentence.endswith(".")
    assert "%" not in sentence
    assert sentence != told(verb + "_x").replace(" x.", ".")


def test_a_verb_of_the_sites_own_is_told_by_its_name() -> None:
    assert told("sent_100%_home") == "Sent 100% home."


def test_a_move_tells_from_where_and_to_where_on_the_clock_of_a_zone() -> None:
    data = {"start": TUESDAY, "before": {"start": MONDAY}}
    assert told("reschedule", "Europe/Berlin", data=data) == (
        "Moved: it was Mon, March 4, 2030, 11 a.m. and is Tue, March 5, 2030, 3:30 p.m. now."
    )


def test_seats_tell_how_many_there_were() -> None:
    data = {"seats": 3, "before": {"seats": 2}}
    assert told("add_seats", data=data) == "Seats were added: 2 became 3."


@pytest.mark.parametrize(
    ("before", "data", "sentence"),
    [
        (State.HELD, {}, "Given back before it was confirmed."),
        (State.REQUESTED, {}, "The request was taken back."),
        (State.CONFIRMED, {"fee": 0}, "Cancelled free of charge."),
        (State.CONFIRMED, {"fee": 2500}, "Cancelled. The fee is 25.00 EUR."),
    ],
)
def test_cancelling_tells_what_was_lost(before: State, data: dict[str, int], sentence: str) -> None:
    assert told("cancel", before=before, after=State.CANCELLED, data=data) == sentence


def test_approving_tells_whether_it_is_to_be_paid() -> None:
    assert told("approve", after=State.CONFIRMED) == "Approved, and so confirmed."
    assert told("approve", after=State.HELD) == "Approved, and held until it is paid."


def test_running_out_tells_for_whom_it_was_waited() -> None:
    assert told("expire", before=State.REQUESTED) == "Nobody answered in time."
    assert told("expire", before=State.HELD) == "The time to confirm ran out."


def test_a_no_show_that_was_a_mistake_is_taken_back() -> None:
    assert told("complete", before=State.NO_SHOW) == "It took place after all."


def test_a_class_that_keeps_its_time_got_somebody_else() -> None:
    data = {"start": MONDAY, "before": {"start": MONDAY}}
    assert told("move_session", data=data) == "Somebody else gives it."


def test_a_reason_is_told_behind_it() -> None:
    assert told("cancel", reason="minimum").endswith("Too few seats were taken.")
    assert told("cancel", reason="flood").endswith(" flood")


def test_who_did_it_is_a_role_and_an_account() -> None:
    ann = User.objects.create_user("ann")
    assert who_text(event("confirm", role="provider", by=ann)) == "Provider (ann)"
    assert who_text(event("confirm", role="customer")) == "Customer"
    assert who_text(event("confirm", role="robot")) == "robot"


def test_what_the_record_does_not_know_is_a_question_mark() -> None:
    assert told("hold", at=datetime(2030, 1, 1, tzinfo=UTC)) == "? was held for a while."
