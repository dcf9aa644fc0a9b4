"""Waiting for time to become free, and no longer."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from tests.bookings.times import at

from bookable.bookings.actors import GUEST, Actor, Role
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.freeing.waiting import found_entry
from bookable.bookings.hold import hold
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.leave_waiting_list import leave_waiting_list
from bookable.errors import (
    EmptyPeriod,
    IllegalTransition,
    InvalidCustomer,
    InvalidQuery,
    InvalidSeats,
    NaiveDatetime,
    NotAllowed,
    NotFound,
    PeriodTooLong,
    TooLate,
)
from bookable.models import Booking, Provider, Service, WaitingEntry, WaitingState
from bookable.testing import make_customer, make_provider, make_service, make_session
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

CLEO = Customer(name="Cleo", email="cleo@example.com", phone="+44 20 7946 0000")


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def ann() -> Provider:
    return make_provider("Ann")


@pytest.fixture
def service(ann: Provider) -> Service:
    made = make_service(capacity=4)
    made.offerings.create(provider=ann)
    return made


def joined(service: Service, **details: object) -> WaitingEntry:
    wish: dict[str, object] = {
        "earliest": at("09:00"),
        "latest": at("16:00"),
        "customer": CLEO,
    }
    return join_waiting_list(service, **{**wish, **details})  # type: ignore[arg-type]


def booked(service: Service, start: str = "15:00", **details: object) -> Booking:
    return confirm(hold(service, at(start), **{"customer": CLEO, **details}))  # type: ignore[arg-type]


def make_user(name: str, **fields: object) -> object:
    return get_user_model().objects.create_user(name, f"{name}@example.com", **fields)


def test_an_entry_says_who_waits_for_what(service: Service, ann: Provider) -> None:
    entry = joined(service, provider=ann.slug, seats=2)
    entry.refresh_from_db()
    assert (entry.service, entry.provider, entry.seats) == (service, ann, 2)
    assert (entry.earliest, entry.latest) == (at("09:00"), at("16:00"))
    assert (entry.name, entry.email, entry.phone) == ("Cleo", "cleo@example.com", CLEO.phone)
    assert entry.state == WaitingState.WAITING


def test_joining_twice_returns_the_same_entry(service: Service) -> None:
    assert joined(service) == joined(service, seats=2)
    assert WaitingEntry.objects.count() == 1


@pytest.mark.parametrize(
    "difference",
    [
        {"customer": Customer(email="dan@example.com")},
        {"latest": at("15:00")},
        {"earliest": at("10:00")},
        {"provider": "ann"},
    ],
    ids=lambda difference: next(iter(difference)),
)
def test_waiting_for_something_else_is_another_entry(
    service: Service, ann: Provider, difference: dict[str, object]
) -> None:
    if "provider" in difference:
        difference = {"provider": ann}
    assert joined(service) != joined(service, **difference)


def test_whoever_left_can_join_again_at_the_end_of_the_line(service: Service) -> None:
    first = joined(service)
    leave_waiting_list(first)
    again = joined(service)
    assert again.pk > first.pk


def test_two_who_join_at_once_get_the_same_entry(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the insert, the same request was quicker in another process."""
    other, get, seen = joined(service), QuerySet.get, []

    def too_early(rows: QuerySet[WaitingEntry], **key: object) -> WaitingEntry:
        seen.append(key)
        if len(seen) == 1:
            raise WaitingEntry.DoesNotExist
        return get(rows, **key)

    monkeypatch.setattr(QuerySet, "get", too_early)
    assert joined(service) == other
    assert len(seen) == 2


def test_a_user_waits_under_the_name_of_the_account(service: Service) -> None:
    dan = make_user("dan")
    entry = joined(service, by=dan)
    assert (entry.user, entry.name, entry.email) == (dan, "dan", "dan@example.com")
    assert entry.phone == CLEO.phone


def test_staff_put_others_on_the_list(service: Service) -> None:
    entry = joined(service, by=make_user("boss", is_superuser=True))
    assert (entry.user, entry.email) == (None, "cleo@example.com")


def test_somebody_must_be_named(service: Service) -> None:
    with pytest.raises(InvalidCustomer):
        joined(service, customer=None)


@pytest.mark.parametrize(
    ("earliest", "latest", "error"),
    [
        (at("12:00"), at("11:00"), EmptyPeriod),
        (at("07:00", 4), at("08:00", 4), TooLate),
        (at("09:00"), at("09:00").replace(year=2034), PeriodTooLong),
        (datetime(2030, 3, 5, 9), at("16:00"), NaiveDatetime),  # noqa: DTZ001
    ],
)
def test_a_period_that_makes_no_sense_is_refused(
    service: Service, earliest: datetime, latest: datetime, error: type[Exception]
) -> None:
    with pytest.raises(error):
        joined(service, earliest=earliest, latest=latest)


def test_one_certain_start_can_be_waited_for(service: Service) -> None:
    entry = joined(service, earliest=at("10:00"), latest=at("10:00"))
    assert entry.earliest == entry.latest


def test_nobody_waits_for_what_is_not_offered(service: Service) -> None:
    with pytest.raises(InvalidQuery, match="does not offer"):
        joined(service, provider=make_provider("Ben"))
    service.is_active = False
    with pytest.raises(InvalidQuery, match="is not offered"):
        joined(service)


def test_nobody_waits_for_more_seats_than_there_are(service: Service, ann: Provider) -> None:
    with pytest.raises(InvalidSeats):
        joined(service, seats=0)
    with pytest.raises(InvalidSeats, match="only 4 seats"):
        joined(service, seats=5)
    make_session(service, at("12:00"), ann, capacity=9)
    assert joined(service, seats=5).seats == 5


def test_an_unknown_service_is_not_found() -> None:
    with pytest.raises(NotFound):
        join_waiting_list("nothing", earliest=at("09:00"), latest=at("10:00"), customer=CLEO)


def test_a_booking_waits_for_an_earlier_time_with_all_its_seats(service: Service) -> None:
    booking = booked(service, seats=3)
    entry = joined(service, latest=at("14:00"), booking=booking, customer=None, seats=1, by=GUEST)
    assert (entry.booking, entry.seats, entry.email) == (booking, 3, "cleo@example.com")


def test_waiting_to_move_up_is_not_waiting_for_one_more(service: Service) -> None:
    booking = booked(service)
    wish = {"latest": at("14:00")}
    assert joined(service, **wish) != joined(service, booking=booking, **wish)
    assert joined(service, booking=booking, **wish) == joined(service, booking=booking, **wish)


def test_only_an_earlier_time_can_be_moved_up_to(service: Service) -> None:
    with pytest.raises(InvalidQuery, match="before that of the booking"):
        joined(service, booking=booked(service), latest=at("15:00"))


def test_only_a_confirmed_booking_of_this_service_can_wait(service: Service) -> None:
    held = hold(service, at("15:00"), customer=CLEO)
    with pytest.raises(IllegalTransition):
        joined(service, booking=held, latest=at("14:00"))
    confirm(held)
    with pytest.raises(NotFound):
        joined(make_service(), booking=held, latest=at("14:00"))


def test_only_its_customer_and_staff_let_a_booking_wait(service: Service, ann: Provider) -> None:
    cleo, dan, boss = make_user("cleo"), make_user("dan"), make_user("boss", is_superuser=True)
    ann.user = make_user("ann")
    ann.save()
    booking = booked(service, customer=cleo)
    for somebody in (dan, ann.user, Actor(Role.PROVIDER)):
        with pytest.raises(NotAllowed):
            joined(service, booking=booking, latest=at("14:00"), by=somebody)
    assert joined(service, booking=booking, latest=at("14:00"), by=cleo).user == cleo
    assert joined(service, booking=booking, latest=at("13:00"), by=boss).user == cleo


def test_whoever_leaves_waits_no_longer(service: Service) -> None:
    entry = joined(service)
    assert leave_waiting_list(entry, by=GUEST) is entry
    assert entry.state == WaitingState.LEFT
    assert found_entry(entry.uuid, "default").open_key is None


def test_leaving_twice_changes_nothing(service: Service) -> None:
    entry = leave_waiting_list(joined(service))
    before = WaitingEntry.objects.get().modified
    leave_waiting_list(entry.uuid)
    assert WaitingEntry.objects.get().modified == before


def test_only_whose_entry_it_is_and_staff_take_it_off_the_list(service: Service) -> None:
    cleo, dan = make_user("cleo"), make_user("dan")
    entry = joined(service, by=cleo)
    with pytest.raises(NotAllowed):
        leave_waiting_list(entry, by=dan)
    dan.is_superuser = True  # type: ignore[attr-defined]
    assert leave_waiting_list(entry, by=dan).state == WaitingState.LEFT
    assert leave_waiting_list(joined(service, by=cleo), by=cleo).state == WaitingState.LEFT


def test_a_closed_account_takes_nothing_off_the_list(service: Service) -> None:
    cleo = make_user("cleo")
    entry = joined(service, by=cleo)
    cleo.is_active = False  # type: ignore[attr-defined]
    with pytest.raises(NotAllowed):
        leave_waiting_list(entry, by=cleo)


def test_an_entry_that_never_was_is_not_found() -> None:
    with pytest.raises(NotFound):
        leave_waiting_list("nothing")
    with pytest.raises(NotFound):
        leave_waiting_list("2b6b2c0e-3d3b-4c5e-8f5b-0d6f1f6d7a11")


def test_the_key_of_an_entry_holds_no_personal_data(service: Service) -> None:
    key = joined(service).open_key
    assert key is not None
    assert "cleo" not in key


def test_customers_without_an_address_are_told_apart_by_phone(service: Service) -> None:
    first = joined(service, customer=Customer(phone="+44 20 7946 0001"))
    second = joined(service, customer=Customer(phone="+44 20 7946 0002"))
    assert first != second


def test_the_same_person_under_two_spellings_waits_once(service: Service) -> None:
    assert joined(service) == joined(service, customer=Customer(email=" CLEO@example.com"))


def test_those_who_wait_are_many(service: Service) -> None:
    for _number in range(3):
        joined(service, customer=make_customer())
    assert WaitingEntry.objects.filter(state=WaitingState.WAITING).count() == 3
