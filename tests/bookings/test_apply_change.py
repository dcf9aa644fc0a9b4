"""Changing calendars in one go with what becomes of the bookings that this hits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.apply_change import Applied, Decision, apply_change
from bookable.bookings.audit import find_faults
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.impact import Affected
from bookable.bookings.open_session import open_session
from bookable.catalog.deactivate import deactivate
from bookable.catalog.set_units import set_units
from bookable.catalog.withdraw_service import withdraw_service
from bookable.errors import EmptyPeriod, NotAllowed, NotFound, Unforeseen, UnknownDecision
from bookable.models import Booking, Provider, Service, Session, State, TimeOff
from bookable.money import Money
from bookable.schedule.add_time_off import add_time_off
from bookable.signals import booking_cancelled, booking_rescheduled, schedule_changed
from bookable.testing import (
    make_customer,
    make_extra,
    make_need,
    make_provider,
    make_service,
    make_waiting_entry,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def service() -> Service:
    return make_service(price=5000)


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


@pytest.fixture
def bob(service: Service) -> Provider:
    return make_provider("Bob", offers=service)


def booked(service: Service, provider: Provider, start: str = "10:00", **options: Any) -> Booking:
    held = hold(service, at(start), customer=make_customer(), provider=provider, **options)
    return confirm(held)


def away(provider: Provider, decisions: Mapping[Any, Any] | None = None, **details: Any) -> Applied:
    """The provider is away all day."""
    return apply_change(
        lambda: add_time_off(provider, at("00:00"), at("23:00")), decisions or {}, **details
    )


def who(session: Session) -> set[str]:
    return {claim.provider.name for claim in session.claims.filter(released_at=None)}


def sessions(affected: list[Affected]) -> list[Session]:
    return [one.session for one in affected]


def test_a_change_that_hits_nothing_is_just_made(service: Service, ann: Provider) -> None:
    assert away(ann) == ([], [], [], [])
    assert TimeOff.objects.get().provider == ann


def test_what_is_kept_stays_as_it_is(service: Service, ann: Provider) -> None:
    booking = booked(service, ann)
    applied = away(ann, {booking.session.uuid: "keep"})
    assert sessions(applied.kept) == [booking.session]
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED
    assert booking.history.count() == 2
    assert TimeOff.objects.exists()


def test_what_is_cancelled_costs_nobody_anything(service: Service, ann: Provider) -> None:
    booking = booked(service, ann)
    booking.policy["cancellation"] = {"free_minutes": None, "late_percent": 0}
    booking.save()
    applied = away(ann, {booking.session: "cancel"}, reason="ill", comment="Ann has the flu.")
    assert sessions(applied.cancelled) == [booking.session]
    booking.refresh_from_db()
    assert booking.state == State.CANCELLED
    assert booking.order.total == Money(0, "EUR")
    event = booking.history.last()
    assert event is not None
    assert (event.verb, event.reason, event.comment) == ("cancel", "ill", "Ann has the flu.")


def test_nobody_who_waits_is_offered_what_was_cancelled(service: Service, ann: Provider) -> None:
    booking = booked(service, ann)
    make_waiting_entry(service, at("09:00"), at("12:00"))
    away(ann, {booking.session: "cancel"})
    assert Booking.objects.count() == 1


def test_what_is_moved_is_given_to_somebody_else_at_the_same_time(
    service: Service, ann: Provider, bob: Provider
) -> None:
    booking = booked(service, ann)
    applied = away(ann, {booking.session: "move"}, reason="ill")
    assert sessions(applied.moved) == [booking.session]
    assert who(booking.session) == {"Bob"}
    booking.refresh_from_db()
    assert (booking.state, booking.session.start) == (State.CONFIRMED, at("10:00"))
    event = booking.history.last()
    assert event is not None
    assert (event.verb, event.reason) == ("move_session", "ill")
    assert find_faults() == []


def test_a_class_is_moved_with_everybody_in_it(ann: Provider, bob: Provider) -> None:
    yoga = make_service("Yoga", capacity=5)
    for provider in (ann, bob):
        yoga.offerings.create(provider=provider)
    first, second = booked(yoga, ann), booked(yoga, ann, seats=2)
    away(ann, {first.session: "move"})
    second.refresh_from_db()
    assert second.session == first.session
    assert who(first.session) == {"Bob"}


def test_whoever_gives_it_goes_on_where_only_the_room_is_closed() -> None:
    service = make_service()
    people = [make_provider(name) for name in ("Ann", "Bob", "Cleo")]
    rooms = [make_provider(name) for name in ("Blue", "Red")]
    make_need(service, *people)
    make_need(service, *rooms)
    booking = booked(service, people[1])
    [room] = who(booking.session) - {"Bob"}
    closed = next(one for one in rooms if one.name == room)
    apply_change(lambda: deactivate(closed), {booking.session: "move"})
    assert who(booking.session) == {"Bob", ({"Blue", "Red"} - {room}).pop()}


def test_what_was_on_a_unit_that_is_gone_moves_to_another_one(service: Service) -> None:
    bikes = make_provider("Bikes", offers=service, units=2)
    first, second = booked(service, bikes), booked(service, bikes)
    first.cancel()
    [claim] = second.session.claims.all()
    assert claim.unit == 1
    apply_change(lambda: set_units(bikes, 1), {second.session: "move"})
    assert second.session.claims.get(released_at=None).unit == 0


def test_where_nobody_is_free_it_stays_and_the_next_free_times_are_told(
    service: Service, ann: Provider, bob: Provider
) -> None:
    booking = booked(service, ann)
    booked(service, bob)
    applied = away(ann, {booking.session: "move"})
    [(affected, refusal)] = applied.left
    assert (affected.session, applied.moved) == (booking.session, [])
    assert at("11:00") in [slot.start for slot in refusal.nearest]
    assert "booked" in [reason.code for reason in refusal.reasons]
    assert who(booking.session) == {"Ann"}
    assert TimeOff.objects.exists()


def test_a_session_that_is_cancelled_makes_room_for_one_that_moves(
    service: Service, ann: Provider, bob: Provider
) -> None:
    massage = make_service("Massage")
    massage.offerings.create(provider=bob)
    moves, ends = booked(service, ann), booked(massage, bob)

    def change() -> None:
        add_time_off(ann, at("10:00"), at("11:00"))
        withdraw_service(massage, bob)

    applied = apply_change(change, {moves.session: "move", ends.session: "cancel"})
    assert (len(applied.moved), len(applied.cancelled)) == (1, 1)
    assert who(moves.session) == {"Bob"}


def test_notice_and_grid_do_not_keep_anything_from_moving(service: Service, ann: Provider) -> None:
    make_provider("Bob", offers=service, hours=("09:20-17:00",))
    booking = booked(service, ann)
    Service.objects.update(min_notice=60 * 24 * 3)
    away(ann, {booking.session: "move"})
    assert who(booking.session) == {"Bob"}


def test_whoever_already_gives_enough_is_given_no_more(
    service: Service, ann: Provider, bob: Provider
) -> None:
    Service.objects.update(max_per_provider_day=1)
    booked(service, bob, "14:00")
    booking = booked(service, ann)
    assert len(away(ann, {booking.session: "move"}).left) == 1


def test_what_nobody_decided_on_stops_everything(service: Service, ann: Provider) -> None:
    known, late = booked(service, ann), booked(service, ann, "12:00")
    with pytest.raises(Unforeseen) as raised:
        away(ann, {known.session: "cancel"})
    assert sessions(raised.value.affected) == [known.session, late.session]
    assert sessions(raised.value.undecided) == [late.session]
    assert str(raised.value) == "1 session is affected about which nothing was decided yet."
    known.refresh_from_db()
    assert known.state == State.CONFIRMED
    assert not TimeOff.objects.exists()


def test_a_default_decides_on_all_others(service: Service, ann: Provider, bob: Provider) -> None:
    kept, others = (
        booked(service, ann),
        [booked(service, ann, start) for start in ("12:00", "13:00")],
    )
    applied = away(ann, {kept.session: "keep"}, default="move")
    assert sessions(applied.moved) == [one.session for one in others]
    assert sessions(applied.kept) == [kept.session]


def test_decisions_about_what_is_not_hit_do_not_matter(
    service: Service, ann: Provider, bob: Provider
) -> None:
    other = booked(service, bob)
    gone = booked(service, ann)
    gone.cancel()
    applied = away(ann, {other.session: "cancel", gone.session: "move"})
    assert applied == ([], [], [], [])
    other.refresh_from_db()
    assert other.state == State.CONFIRMED


def test_a_session_can_be_named_by_its_key(service: Service, ann: Provider) -> None:
    booking = booked(service, ann)
    applied = away(ann, {str(booking.session.uuid): Decision.CANCEL})
    assert len(applied.cancelled) == 1


def test_what_can_not_be_decided_is_refused(service: Service, ann: Provider) -> None:
    booking = booked(service, ann)
    with pytest.raises(UnknownDecision, match="“forget”"):
        away(ann, {booking.session: "forget"})
    with pytest.raises(UnknownDecision):
        away(ann, default="forget")
    with pytest.raises(NotFound):
        away(ann, {"no key": "keep"})


def test_a_change_that_is_refused_changes_nothing(service: Service, ann: Provider) -> None:
    booking = booked(service, ann)

    def change() -> None:
        deactivate(ann)
        add_time_off(ann, at("12:00"), at("11:00"))

    with pytest.raises(EmptyPeriod):
        apply_change(change, {booking.session: "cancel"})
    ann.refresh_from_db()
    assert ann.is_active


def test_a_class_that_nobody_has_booked_is_cancelled_too(ann: Provider) -> None:
    yoga = make_service("Yoga", capacity=5)
    yoga.offerings.create(provider=ann)
    session = open_session(yoga, at("10:00"))
    away(ann, {session: "cancel"})
    session.refresh_from_db()
    assert session.released_at is not None


def test_everybody_is_told_once_and_only_after_the_commit(
    service: Service, ann: Provider, bob: Provider, django_capture_on_commit_callbacks: Any
) -> None:
    moves, ends = booked(service, ann), booked(service, ann, "12:00")
    heard: list[Any] = []

    def listener(signal: Any, **payload: Any) -> None:
        heard.append(payload.get("booking", payload.get("change")))

    signals = (schedule_changed, booking_rescheduled, booking_cancelled)
    for signal in signals:
        signal.connect(listener)
    with django_capture_on_commit_callbacks(execute=True):
        away(ann, {moves.session: "move", ends.session: "cancel"})
        assert heard == []
    for signal in signals:
        signal.disconnect(listener)
    assert heard == ["add_time_off", ends, moves]


def test_extras_and_price_stay_with_what_is_moved(
    service: Service, ann: Provider, bob: Provider
) -> None:
    make_extra(service, slug="towel", price=300)
    booking = booked(service, ann, extras={"towel": 1})
    service.offerings.filter(provider=bob).update(price=9000)
    away(ann, {booking.session: "move"})
    assert booking.cost == Money(5300, "EUR")
    assert [row.extra.slug for row in booking.booked_extras.all()] == ["towel"]


def test_staff_with_the_right_to_it_may_decide(
    service: Service, ann: Provider, django_user_model: Any
) -> None:
    staff = django_user_model.objects.create_user("staff")
    staff.user_permissions.add(
        Permission.objects.get(codename="change_session", content_type__app_label="bookable")
    )
    booking = booked(service, ann)
    away(ann, {booking.session: "cancel"}, by=staff)
    event = booking.history.last()
    assert event is not None
    assert (event.role, event.by) == ("staff", staff)


def test_providers_may_decide_on_their_own_sessions(
    service: Service, ann: Provider, bob: Provider, django_user_model: Any
) -> None:
    user = django_user_model.objects.create_user("ann")
    Provider.objects.filter(pk=ann.pk).update(user=user)
    mine, other = booked(service, ann), booked(service, bob)
    away(ann, {mine.session: "cancel"}, by=user)
    event = mine.history.last()
    assert event is not None
    assert (event.role, event.by) == ("provider", user)
    with pytest.raises(NotAllowed):
        away(bob, {other.session: "cancel"}, by=user)
    assert TimeOff.objects.count() == 1


@pytest.mark.parametrize("decision", ["move", "cancel"])
def test_customers_may_not_decide(decision: str, service: Service, ann: Provider) -> None:
    booking = booked(service, ann)
    with pytest.raises(NotAllowed):
        away(ann, {booking.session: decision}, by=GUEST)
