"""Verbs inside transactions that somebody else began, and may undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from tests.bookings.every_verb import SCENES, haircut, held
from tests.bookings.tables import everything, listening
from tests.bookings.times import at

from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.reschedule import reschedule
from bookable.errors import SlotTaken
from bookable.models import Booking, BookingEvent, Claim, IdempotencyKey, Service, State
from bookable.testing import assert_never_double_booked, make_customer
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db(transaction=True)

every_verb = pytest.mark.parametrize("scene", SCENES)


@pytest.fixture(autouse=True)
def _in_order(clock: FrozenClock) -> Iterator[None]:
    """Whoever ends the transaction, it ends with everything in order."""
    yield
    assert not connection.in_atomic_block
    assert_never_double_booked()


class ThoughtBetter(Exception):
    """What makes somebody undo what they did."""


@contextmanager
def undone() -> Iterator[None]:
    """A transaction, or a savepoint in one, that comes to nothing."""
    try:
        with transaction.atomic():
            yield
            raise ThoughtBetter
    except ThoughtBetter:
        pass


def states() -> list[str]:
    return list(Booking.objects.order_by("pk").values_list("state", flat=True))


# A transaction around one verb


@every_verb
def test_what_is_undone_around_a_verb_leaves_nothing_and_tells_nobody(
    clock: FrozenClock, scene: str
) -> None:
    verb = SCENES[scene](clock)
    before = everything()
    with listening() as heard:
        with undone():
            verb()
            assert everything() != before
        assert heard == []
    assert everything() == before


@every_verb
def test_a_verb_tells_of_itself_when_the_transaction_around_it_is_committed(
    clock: FrozenClock, scene: str
) -> None:
    verb = SCENES[scene](clock)
    events = BookingEvent.objects.count()
    with listening() as heard, transaction.atomic(durable=True):
        verb()
        assert heard == []
    told = [name for name in heard if name != "time_offered"]
    assert len(told) == BookingEvent.objects.count() - events


def test_what_is_undone_to_a_savepoint_is_not_told_of_while_the_rest_is() -> None:
    service = haircut()
    with listening() as heard, transaction.atomic():
        kept = held(service, "10:00")
        with undone():
            confirm(kept)
            held(service, "12:00")
        confirm(held(service, "14:00"))
    assert heard == ["booking_held", "booking_held", "booking_confirmed"]
    assert states() == [State.HELD, State.CONFIRMED]


def test_what_was_undone_to_a_savepoint_can_be_had_again() -> None:
    service = haircut()
    with transaction.atomic():
        with undone():
            held(service)
        confirm(held(service))
    assert states() == [State.CONFIRMED]


# After a refusal


def test_whoever_is_refused_can_go_on_and_commit() -> None:
    service = haircut()
    confirm(held(service, "10:00"))
    with transaction.atomic():
        with pytest.raises(SlotTaken):
            held(service, "10:00")
        second = confirm(held(service, "12:00"))
        with pytest.raises(SlotTaken):
            reschedule(second, at("10:00"))
        reschedule(second, at("14:00"))
    assert Booking.objects.get(pk=second.pk).session.start == at("14:00")
    assert Claim.objects.filter(released_at=None).count() == 2


def test_what_was_refused_leaves_nothing_in_the_transaction_around_it() -> None:
    service = haircut()
    confirm(held(service))
    with transaction.atomic():
        before = everything()
        with pytest.raises(SlotTaken):
            hold(service, at("10:00"), customer=make_customer(), idempotency_key="key")
        assert everything() == before


def test_the_reasons_of_a_refusal_can_be_read_before_the_commit() -> None:
    service = haircut()
    with transaction.atomic():
        held(service)
        with pytest.raises(SlotTaken) as refused:
            held(service)
        assert [reason.code for reason in refused.value.reasons] == ["booked"]
        assert refused.value.nearest


# A deadlock undoes more than the verb


def test_a_deadlock_is_for_whoever_began_the_transaction_to_try_again() -> None:
    booking = held(haircut())
    before = everything()
    lost = OperationalError(1213, "Deadlock found")
    attempts = []

    def lose(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "SAVEPOINT" not in sql:
            attempts.append(sql)
            raise lost
        return execute(sql, params, many, context)

    with (
        pytest.raises(OperationalError, match="Deadlock"),
        transaction.atomic(),
        connection.execute_wrapper(lose),
    ):
        confirm(booking)
    assert len(attempts) == 1
    assert everything() == before


# Keys


def test_a_key_is_good_within_the_transaction_that_used_it() -> None:
    service, cleo = haircut(), make_customer()
    with transaction.atomic():
        one, other = (
            hold(service, at("10:00"), customer=cleo, idempotency_key="key") for _ in range(2)
        )
    assert one == other
    assert Booking.objects.count() == IdempotencyKey.objects.count() == 1


def test_a_key_that_came_to_nothing_can_be_used_again() -> None:
    service, cleo = haircut(), make_customer()
    with undone():
        hold(service, at("10:00"), customer=cleo, idempotency_key="key")
    hold(service, at("10:00"), customer=cleo, idempotency_key="key")
    assert Booking.objects.count() == IdempotencyKey.objects.count() == 1


# Somebody who commits by hand


def test_a_script_that_commits_by_itself_commits_what_verbs_did() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite commits by itself whatever Django is told")
    booking = held(haircut())
    with listening() as heard:
        transaction.set_autocommit(False)
        try:
            confirm(booking)
            assert heard == []
            transaction.rollback()
            confirm(Booking.objects.get(pk=booking.pk))
            transaction.commit()
        finally:
            transaction.set_autocommit(True)
    assert heard == ["booking_confirmed"]
    assert states() == [State.CONFIRMED]


# A transaction around each request


def book(request: HttpRequest, slug: str) -> HttpResponse:
    service = Service.objects.get(slug=slug)
    booking = hold(service, at("10:00"), customer=make_customer())
    booking.confirm()
    if "fail" in request.GET:
        raise ThoughtBetter
    return HttpResponse(booking.reference)


def swap(request: HttpRequest, slug: str) -> HttpResponse:
    """What was taken is tried, and after the refusal another time."""
    service = Service.objects.get(slug=slug)
    for time in ("10:00", "12:00"):
        try:
            hold(service, at(time), customer=make_customer())
        except SlotTaken:
            continue
    cancel(Booking.objects.earliest("pk"))
    return HttpResponse("done")


urlpatterns = [path("<slug:slug>/", book), path("<slug:slug>/swap/", swap)]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    return Client(raise_request_exception=False)


def test_a_view_in_a_transaction_books(client: Client) -> None:
    with listening() as heard:
        answer = client.get(f"/{haircut().slug}/")
    assert answer.content.decode() == Booking.objects.get().reference
    assert heard == ["booking_held", "booking_confirmed"]


def test_a_view_that_fails_after_it_has_booked_has_booked_nothing(client: Client) -> None:
    service = haircut()
    before = everything()
    with listening() as heard:
        assert client.get(f"/{service.slug}/?fail=1").status_code == 500
    assert heard == []
    assert everything() == before


def test_a_view_in_a_transaction_goes_on_after_a_refusal(client: Client) -> None:
    service = haircut()
    confirm(held(service, "10:00"))
    assert client.get(f"/{service.slug}/swap/").status_code == 200
    assert states() == [State.CANCELLED, State.HELD]
