"""How many seats a booking has can be changed as long as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from tests.bookings.classes import book, lanes, live, ride, user, who, yoga
from tests.bookings.times import at

from bookable.bookings import add_seats as module
from bookable.bookings import reschedule as rescheduling
from bookable.bookings.actors import GUEST
from bookable.bookings.add_seats import add_seats
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.complete import complete
from bookable.bookings.confirm import confirm
from bookable.bookings.extend_hold import extend_hold
from bookable.bookings.guard import guard, unguard
from bookable.bookings.hold import hold
from bookable.bookings.open_session import open_session
from bookable.bookings.remove_seats import remove_seats
from bookable.bookings.reschedule import reschedule
from bookable.bookings.steps.locks import lock_bookings_of
from bookable.conf import DEFAULT_RULES
from bookable.errors import (
    HoldExpired,
    IllegalTransition,
    InvalidQuery,
    InvalidSeats,
    NotAllowed,
    PriceChanged,
    SlotTaken,
    TooLate,
    TryAgain,
)
from bookable.models import Booking, BookingEvent, Claim, LineKind, Offering, Session, State
from bookable.money import Money
from bookable.testing import (
    assert_never_double_booked,
    make_customer,
    make_duration_choice,
    make_extra,
    make_provider,
    make_service,
    make_waiting_entry,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

LATE = {"cancellation": {"free_minutes": None, "late_percent": 50}}


@pytest.fixture(autouse=True)
def _in_order(clock: FrozenClock) -> Iterator[None]:
    """Whatever happened, nothing is booked twice and every history leads to what is now."""
    yield
    assert_never_double_booked()


def euros(amount: int) -> Money:
    return Money(amount * 100, "EUR")


def agreed(booking: Booking, policy: dict[str, object]) -> Booking:
    Booking.objects.filter(pk=booking.pk).update(policy=policy)
    booking.refresh_from_db()
    return booking


# -- adding


def test_seats_are_added_in_the_session_of_the_booking() -> None:
    booking = book(yoga(), at("10:00"))
    session = booking.session
    assert add_seats(booking, 3).seats == 4
    session.refresh_from_db()
    assert (booking.session, session.seats_taken) == (session, 4)
    assert live(session).count() == 1


def test_added_seats_are_paid_for() -> None:
    service = yoga()
    make_extra(service, slug="mat", price=500)
    booking = add_seats(book(service, at("10:00"), extras=["mat"]), 2)
    assert booking.cost == euros(65)
    assert booking.order.total == euros(65)
    last = booking.order.lines.last()
    assert last is not None
    assert (last.kind, last.quantity, last.unit_amount) == (LineKind.SERVICE, 2, 2000)


def test_added_seats_cost_what_the_teacher_of_the_session_asks() -> None:
    service = yoga("Ann", "Bob")
    Offering.objects.filter(provider__name="Bob").update(price=5000)
    booking = book(service, at("10:00"), provider=who("Bob"))
    assert add_seats(booking, 1).cost == euros(100)


def test_added_seats_cost_what_the_chosen_length_does() -> None:
    service = yoga()
    make_duration_choice(service, 90, price=2700)
    make_extra(service, slug="tea", minutes=15)
    booking = book(service, at("10:00"), duration=90, extras=["tea"])
    assert add_seats(booking, 1).cost == euros(54)


def test_the_deposit_of_added_seats_is_due_at_once() -> None:
    service = yoga(payment="deposit", deposit=500)
    booking = hold(service, at("10:00"), customer=make_customer(), seats=2)
    assert add_seats(booking, 3).order.due_now == euros(25)


def test_a_price_that_has_changed_is_refused() -> None:
    service = yoga()
    booking = book(service, at("10:00"))
    service.price = 3000
    service.save()
    with pytest.raises(PriceChanged):
        add_seats(booking, 1, expected_price=euros(20))
    assert add_seats(booking, 1, expected_price=euros(30)).cost == euros(50)


def test_there_must_be_room() -> None:
    booking = book(yoga("Ann", "Bob", capacity=3), at("10:00"), seats=2)
    with pytest.raises(SlotTaken):
        add_seats(booking, 2)
    assert Booking.objects.get().seats == 2
    assert Session.objects.count() == 1
    assert add_seats(booking, 1).seats == 3


def test_the_seats_of_a_hold_that_has_run_out_can_be_had(clock: FrozenClock) -> None:
    service = yoga(capacity=3)
    booking = book(service, at("10:00"))
    other = hold(service, at("10:00"), customer=make_customer(), seats=2)
    clock.tick(timedelta(minutes=10))
    add_seats(booking, 2)
    other.refresh_from_db()
    assert other.freed_at is not None
    assert Session.objects.get().seats_taken == 3


def test_a_one_to_one_booking_stays_one() -> None:
    booking = book(yoga(capacity=1), at("10:00"))
    with pytest.raises(SlotTaken):
        add_seats(booking, 1)


def test_no_other_class_at_the_same_time_is_joined() -> None:
    service = yoga("Ann", "Bob", capacity=4)
    mine = book(service, at("10:00"), provider=who("Ann"))
    other = book(service, at("10:00"), provider=who("Bob"), seats=2)
    assert add_seats(mine, 2).session == mine.session
    with pytest.raises(SlotTaken):
        add_seats(mine, 2)
    other.session.refresh_from_db()
    assert other.session.seats_taken == 2


def test_each_added_seat_has_a_bike_of_its_own() -> None:
    service = ride(bikes=3)
    booking = book(service, at("10:00"))
    add_seats(booking, 2)
    assert lanes(booking.session) == [("Ann", 0), ("Bikes", 0), ("Bikes", 1), ("Bikes", 2)]
    assert Claim.objects.filter(booking=booking, expires_at=None).count() == 3
    with pytest.raises(SlotTaken):
        add_seats(booking, 1)


def test_the_bikes_of_seats_added_to_a_hold_are_held_as_long_as_it() -> None:
    booking = hold(ride(), at("10:00"), customer=make_customer())
    add_seats(booking, 1)
    assert {claim.expires_at for claim in live(booking.session)} == {booking.expires_at}


def test_added_seats_are_told_with_what_was_before() -> None:
    booking = book(yoga(), at("10:00"))
    staff = user("change_booking")
    add_seats(booking, 2, by=staff)
    event = booking.history.last()
    assert event is not None
    assert (event.verb, event.by, event.before, event.after) == (
        "add_seats",
        staff,
        "confirmed",
        "confirmed",
    )
    place = {"session": str(booking.session.uuid), "start": at("10:00").isoformat()}
    before = {**place, "seats": 1}
    assert event.data == {**place, "seats": 3, "before": before, "price": 4000}


def test_those_who_come_along_are_named() -> None:
    booking = book(yoga(), at("10:00"), attendees=["Cleo"])
    assert add_seats(booking, 1, attendees=["Dan"]).attendees == ["Cleo", "Dan"]
    event = booking.history.last()
    assert event is not None
    assert "Dan" not in str(event.data)


def test_more_seats_are_no_more_bookings(settings: pytest.FixtureRequest) -> None:
    booking = book(yoga(max_per_customer=1), at("10:00"))
    assert add_seats(booking, 1, by=GUEST).seats == 2


def test_seats_are_added_though_the_site_has_no_limit_a_customer(settings: object) -> None:
    rules = [rule for rule in DEFAULT_RULES if "CustomerLimit" not in rule]
    settings.BOOKABLE = {"RULESETS": {"default": rules}}  # type: ignore[attr-defined]
    assert add_seats(book(yoga(), at("10:00")), 1).seats == 2


def test_notice_is_kept_by_customers_and_overridden_by_those_who_may(clock: FrozenClock) -> None:
    booking = book(yoga(min_notice=60), at("10:00"))
    clock.move_to(at("09:30"))
    with pytest.raises(SlotTaken):
        add_seats(booking, 1, by=GUEST)
    with pytest.raises(NotAllowed):
        add_seats(booking, 1, by=GUEST, override=["notice"])
    staff = user("change_booking", "override_rules")
    assert add_seats(booking, 1, by=staff, override=["notice"]).seats == 2
    event = booking.history.last()
    assert event is not None
    assert event.data["override"] == ["notice"]


@pytest.mark.parametrize("seats", [0, -1, True, 1.5])
def test_so_many_seats_cannot_be_added_or_removed(seats: int) -> None:
    booking = book(yoga(), at("10:00"), seats=5)
    for verb in (add_seats, remove_seats):
        with pytest.raises(InvalidSeats):
            verb(booking, seats)


def test_only_ones_own_booking_is_changed() -> None:
    owner, stranger = user(email="cleo@example.com"), user()
    booking = confirm(hold(yoga(), at("10:00"), customer=owner, seats=3))
    for verb in (add_seats, remove_seats):
        with pytest.raises(NotAllowed):
            verb(booking, 1, by=stranger)
        assert verb(booking, 1, by=owner)


def test_seats_of_what_has_ended_stay_as_they_are(clock: FrozenClock) -> None:
    service = yoga()
    cancelled = cancel(book(service, at("10:00"), seats=2))
    held = hold(service, at("10:00"), customer=make_customer(), seats=2)
    done = book(service, at("09:00"), seats=2)
    clock.move_to(at("09:30"))
    complete(done)
    for verb in (add_seats, remove_seats):
        for booking in (cancelled, done):
            with pytest.raises(IllegalTransition):
                verb(booking, 1)
        with pytest.raises(HoldExpired):
            verb(held, 1)


def test_a_hold_that_runs_out_at_this_very_moment_gets_no_more_seats(
    clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = yoga()
    book(service, at("10:00"))
    held = hold(service, at("10:00"), customer=make_customer())

    def late(*known: object, **using: object) -> list[Booking]:
        found = lock_bookings_of(*known, **using)  # type: ignore[arg-type]
        monkeypatch.setattr(module, "check_seats_can_change", lambda *_: None)
        clock.tick(timedelta(minutes=10))
        return found

    monkeypatch.setattr(module, "lock_bookings_of", late)
    with pytest.raises(HoldExpired):
        add_seats(held, 1)
    assert Session.objects.get().seats_taken == 2


def test_once_it_has_begun_a_customer_changes_nothing(clock: FrozenClock) -> None:
    booking = book(yoga(), at("10:00"), seats=2)
    clock.move_to(at("10:00"))
    for verb in (add_seats, remove_seats):
        with pytest.raises(TooLate):
            verb(booking, 1, by=GUEST)
    assert remove_seats(booking, 1).seats == 1


def test_no_seats_are_added_in_a_class_that_was_cancelled() -> None:
    booking = book(yoga(), at("10:00"))
    cancel_session(booking.session)
    with pytest.raises(IllegalTransition):
        add_seats(booking, 1)


def test_a_booking_that_was_moved_meanwhile_gets_its_seats_where_it_is_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = yoga("Ann", "Bob")
    outdated, _stays = book(service, at("10:00")), book(service, at("10:00"))
    old, plain, reads = Booking.objects.get(pk=outdated.pk), module.found, []
    old.session  # noqa: B018 - read while it is there
    reschedule(outdated, at("14:00"))

    def found(booking: Booking, using: str) -> Booking:
        reads.append(booking)
        return old if len(reads) == 1 else plain(booking, using)

    monkeypatch.setattr(module, "found", found)
    assert add_seats(outdated, 1).session.start == at("14:00")
    assert len(reads) == 2


def test_a_booking_is_not_moved_with_fewer_seats_than_it_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = yoga()
    booking = book(service, at("10:00"))
    outdated = rescheduling.found(booking, "default")
    add_seats(booking, 2)
    monkeypatch.setattr(rescheduling, "found", lambda *_: outdated)
    with pytest.raises(TryAgain):
        reschedule(booking, at("14:00"))
    monkeypatch.undo()
    assert reschedule(booking, at("14:00")).session.seats_taken == 3


def test_moving_a_booking_does_not_change_its_seats() -> None:
    booking = book(yoga(), at("10:00"))
    with pytest.raises(InvalidQuery, match="Moving a booking"):
        reschedule(booking, at("14:00"), seats=2)


# -- removing


def test_removed_seats_are_free_and_given_back() -> None:
    booking = book(yoga(), at("10:00"), seats=3)
    remove_seats(booking, 2)
    assert (booking.seats, booking.session.seats_taken) == (1, 1)
    assert booking.cost == euros(20)
    assert booking.order.total == euros(20)


def test_one_seat_stays_at_least() -> None:
    booking = book(yoga(), at("10:00"), seats=2)
    for seats in (2, 3):
        with pytest.raises(InvalidSeats, match="cancel the booking"):
            remove_seats(booking, seats)


def test_a_customer_loses_the_share_of_what_cancelling_costs() -> None:
    booking = agreed(book(yoga(), at("10:00"), seats=4), LATE)
    remove_seats(booking, 1, by=GUEST)
    assert booking.order.total == euros(70)
    assert booking.cost == euros(60)


def test_what_was_lost_for_seats_is_not_given_back_later() -> None:
    booking = agreed(book(yoga(), at("10:00"), seats=2), LATE)
    remove_seats(booking, 1, by=GUEST)
    cancel(booking, by=GUEST)
    assert booking.order.total == euros(20)


def test_the_business_gives_seats_back_in_full() -> None:
    booking = agreed(book(yoga(), at("10:00"), seats=2), LATE)
    remove_seats(booking, 1, by=user("change_booking"))
    assert booking.order.total == euros(20)


def test_extras_stay_when_seats_go() -> None:
    service = yoga()
    make_extra(service, slug="mat", price=700)
    booking = agreed(book(service, at("10:00"), seats=2, extras=["mat"]), LATE)
    remove_seats(booking, 1, by=GUEST)
    assert booking.cost == euros(27)
    assert booking.order.total == euros(37)


def test_what_was_due_at_once_shrinks_with_the_seats() -> None:
    service = yoga(payment="deposit", deposit_percent=50)
    booking = hold(service, at("10:00"), customer=make_customer(), seats=4)
    assert booking.order.due_now == euros(40)
    assert remove_seats(booking, 1, by=GUEST).order.due_now == euros(30)


def test_what_was_lost_is_due_at_once_as_far_as_it_was_before() -> None:
    service = yoga(payment="deposit", deposit_percent=25)
    booking = agreed(book(service, at("10:00"), seats=2), LATE)
    remove_seats(booking, 1, by=GUEST)
    assert booking.order.due_now == euros(10)


def test_three_that_cost_ten_are_given_back_to_the_cent() -> None:
    service = yoga(price=333)
    booking = book(service, at("10:00"), seats=3)
    remove_seats(booking, 1)
    remove_seats(booking, 1)
    assert booking.cost == Money(333, "EUR")


def test_seats_that_cost_nothing_leave_no_trace_on_the_order() -> None:
    booking = book(yoga(price=0), at("10:00"), seats=2)
    lines = booking.order.lines.count()
    remove_seats(booking, 1)
    assert booking.order.lines.count() == lines


def test_the_bikes_of_removed_seats_are_free() -> None:
    service = ride(bikes=3, helmets=3)
    booking = book(service, at("10:00"), seats=3)
    remove_seats(booking, 2)
    assert [name for name, _unit in lanes(booking.session)] == ["Ann", "Bikes", "Helmets"]
    assert book(service, at("10:00"), seats=2).session == booking.session


def test_removed_seats_are_told_with_what_was_before() -> None:
    booking = agreed(book(yoga(), at("10:00"), seats=3), LATE)
    remove_seats(booking, 1, by=GUEST)
    event = booking.history.last()
    assert event is not None
    place = {"session": str(booking.session.uuid), "start": at("10:00").isoformat()}
    assert (event.verb, event.role) == ("remove_seats", "customer")
    assert event.data == {
        **place,
        "seats": 2,
        "before": {**place, "seats": 3},
        "refund": 1000,
        "fee": 1000,
    }


def test_the_names_of_those_who_stay_are_kept() -> None:
    names = ["Cleo", "Dan", "Eve"]
    service = yoga()
    first, second = (book(service, at("10:00"), seats=3, attendees=names) for _ in range(2))
    assert remove_seats(first, 1).attendees == ["Cleo", "Dan"]
    assert remove_seats(second, 1, attendees=["Cleo", "Eve"]).attendees == ["Cleo", "Eve"]


def test_somebody_who_waits_is_offered_the_seats() -> None:
    service = yoga(capacity=3)
    booking = book(service, at("10:00", 20), seats=3)
    entry = make_waiting_entry(service, at("00:00", 20), at("23:00", 20), seats=2)
    remove_seats(booking, 1)
    entry.refresh_from_db()
    assert entry.state == "waiting"
    remove_seats(booking, 1)
    entry.refresh_from_db()
    assert entry.offer is not None
    assert (entry.state, entry.offer.seats, entry.offer.session) == ("offered", 2, booking.session)
    assert live(booking.session).get().expires_at is None
    assert Session.objects.get().seats_taken == booking.session.seats_taken == 3


def test_somebody_who_waits_is_offered_the_seats_with_their_bikes() -> None:
    service = ride(bikes=3)
    booking = hold(service, at("10:00", 20), customer=make_customer(), seats=3)
    entry = make_waiting_entry(service, at("00:00", 20), at("23:00", 20), seats=2)
    remove_seats(booking, 2)
    entry.refresh_from_db()
    assert entry.offer is not None
    until = {claim.booking_id: claim.expires_at for claim in live(booking.session)}
    assert until == {
        None: entry.offer.expires_at,
        booking.pk: booking.expires_at,
        entry.offer.pk: entry.offer.expires_at,
    }
    assert live(booking.session).count() == 4


def test_no_seats_are_offered_once_it_has_begun(clock: FrozenClock) -> None:
    service = yoga(capacity=2)
    booking = book(service, at("10:00"), seats=2)
    entry = make_waiting_entry(service, at("00:00"), at("23:00"))
    clock.move_to(at("10:10"))
    remove_seats(booking, 1)
    entry.refresh_from_db()
    assert entry.state == "waiting"


def test_a_refusal_changes_nothing() -> None:
    booking = book(yoga(), at("10:00"), seats=2)
    events = BookingEvent.objects.count()
    with pytest.raises(InvalidSeats):
        remove_seats(booking, 2)
    assert BookingEvent.objects.count() == events
    assert Session.objects.get().seats_taken == 2


# -- the lanes of single seats last as long as their booking


def test_a_bike_is_kept_as_long_as_a_hold_that_was_extended(clock: FrozenClock) -> None:
    service = ride(bikes=1)
    held = hold(service, at("10:00"), customer=make_customer())
    clock.tick(timedelta(minutes=8))
    extend_hold(held)
    clock.tick(timedelta(minutes=8))
    with pytest.raises(SlotTaken):
        hold(service, at("10:00"), customer=make_customer())
    assert confirm(held).state == State.CONFIRMED


def test_a_bike_is_held_again_when_a_payment_came_to_nothing(clock: FrozenClock) -> None:
    service = ride(bikes=1)
    tour = make_service("Tour", slot_interval=60)
    tour.needs.create(position=0).providers.set([who("Bikes")])
    held = hold(service, at("10:00"), customer=make_customer())
    unguard(guard(held, at("12:00", 4)), at("08:20", 4))
    clock.move_to(at("08:20", 4))
    assert hold(tour, at("10:00"), customer=make_customer()).pk


def test_a_class_for_one_that_somebody_moves_up_into_has_its_bike() -> None:
    service = make_service("Ride", capacity=1)
    bikes = make_provider("Bikes", kind="equipment", units=1)
    service.needs.create(position=0, per_seat=True).providers.set([bikes])
    open_session(service, at("10:00", 20))
    make_waiting_entry(service, at("00:00", 20), at("23:00", 20))
    cancel(book(service, at("10:00", 20)))
    offered = Booking.objects.get(state=State.HELD)
    confirm(offered)
    assert Claim.objects.filter(booking=offered, released_at=None, expires_at=None).count() == 1
