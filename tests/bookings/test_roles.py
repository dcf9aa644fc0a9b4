"""Who may see a booking, and who may do what to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Permission
from tests.bookings.times import at

from bookable.bookings.actors import GUEST, SYSTEM, Role, acting_on, booking_for, staff_only
from bookable.bookings.approve import approve
from bookable.bookings.cancel import cancel
from bookable.bookings.complete import complete
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer
from bookable.bookings.decline import decline
from bookable.bookings.hold import hold
from bookable.bookings.mark_no_show import mark_no_show
from bookable.bookings.reassign import reassign
from bookable.bookings.request import request
from bookable.bookings.reschedule import reschedule
from bookable.errors import InvalidCustomer, NotAllowed
from bookable.models import Booking, Order, Provider, Service, State
from bookable.testing import make_booking, make_customer, make_need, make_provider, make_service
from bookable.timeline import clock as clocks
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


def make_user(name: str, *permissions: str, **fields: Any) -> Any:
    user = get_user_model().objects.create_user(name, f"{name}@example.com", **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


@pytest.fixture
def cleo() -> Any:
    return make_user("cleo")


@pytest.fixture
def ann() -> Provider:
    return make_provider("Ann", user=make_user("ann"))


@pytest.fixture
def service(ann: Provider) -> Service:
    made = make_service()
    made.offerings.create(provider=ann)
    return made


@pytest.fixture
def booking(service: Service, ann: Provider, cleo: Any) -> Booking:
    return make_booking(service, at("10:00"), ann, customer=Customer.of(cleo))


def closed(user: Any) -> Any:
    user.is_active = False
    user.save()
    return type(user).objects.get(pk=user.pk)


# Seeing


def test_customers_see_their_own(service: Service, ann: Provider, cleo: Any) -> None:
    own = make_booking(service, at("10:00"), ann, customer=Customer.of(cleo))
    make_booking(service, at("11:00"), ann)
    assert list(Booking.objects.visible_to(cleo)) == [own]
    assert list(Order.objects.visible_to(cleo)) == [own.order]


def test_providers_see_those_whom_they_serve(service: Service, ann: Provider) -> None:
    with_her = make_booking(service, at("10:00"), ann)
    ben = make_provider("Ben", user=make_user("ben"))
    with_him = make_booking(service, at("10:00"), ben)
    assert list(Booking.objects.visible_to(ann.user)) == [with_her]
    assert list(Booking.objects.visible_to(ben.user)) == [with_him]
    assert not Order.objects.visible_to(ann.user)


def test_providers_still_see_what_was_cancelled(booking: Booking, ann: Provider) -> None:
    cancel(booking)
    assert list(Booking.objects.visible_to(ann.user)) == [booking]


def test_providers_see_nothing_of_what_was_given_to_others(
    service: Service, ann: Provider, booking: Booking
) -> None:
    reassign(booking, make_provider("Ben", offers=service))
    assert not Booking.objects.visible_to(ann.user)
    with pytest.raises(NotAllowed):
        acting_on(booking, ann.user)


def test_whoever_was_replaced_in_a_session_sees_it_no_more(booking: Booking, ann: Provider) -> None:
    [claim] = booking.session.claims.all()
    claim.released_at = clocks.now() - timedelta(minutes=1)
    claim.save()
    assert not Booking.objects.visible_to(ann.user)
    cancel(booking)
    assert not Booking.objects.visible_to(ann.user)


def test_whoever_serves_a_single_seat_sees_those_of_the_session() -> None:
    ann, ben = (make_provider(name, user=make_user(name)) for name in ("Ann", "Ben"))
    service = make_service(capacity=2)
    make_need(service, ann)
    make_need(service, ben, make_provider("Eve"), per_seat=True)
    bookings = [
        confirm(hold(service, at("10:00"), customer=make_customer())) for _number in range(2)
    ]
    assert set(Booking.objects.visible_to(ben.user)) == set(bookings)
    his = next(one for one in bookings if one.claims.get().provider == ben)
    cancel(his)
    assert list(Booking.objects.visible_to(ben.user)) == [his]


def test_staff_with_the_right_to_it_see_all(booking: Booking) -> None:
    assert not Booking.objects.visible_to(make_user("novice"))
    assert list(Booking.objects.visible_to(make_user("desk", "view_booking"))) == [booking]
    assert not Order.objects.visible_to(make_user("clerk", "view_booking"))
    assert list(Order.objects.visible_to(make_user("till", "view_order"))) == [booking.order]


@pytest.mark.parametrize("somebody", [None, AnonymousUser()], ids=["nobody", "anonymous"])
def test_nobody_in_particular_sees_nothing(booking: Booking, somebody: Any) -> None:
    assert not Booking.objects.visible_to(somebody)
    assert not Order.objects.visible_to(somebody)


def test_a_guests_booking_is_not_seen_by_those_without_an_account(service: Service) -> None:
    make_booking(service, at("10:00"))
    assert not Booking.objects.visible_to(AnonymousUser())


def test_closed_accounts_see_nothing(booking: Booking, cleo: Any, ann: Provider) -> None:
    boss = make_user("boss", is_superuser=True)
    for user in (cleo, ann.user, boss):
        assert not Booking.objects.visible_to(closed(user))
        assert not Order.objects.visible_to(closed(user))


def test_bookings_of_a_provider_can_be_listed(booking: Booking, ann: Provider) -> None:
    assert list(Booking.objects.of_provider(ann)) == [booking]
    assert not Booking.objects.of_provider(make_provider("Ben"))


# Acting


def test_whoever_acts_has_a_role(booking: Booking, cleo: Any, ann: Provider) -> None:
    desk = make_user("desk", "change_booking")
    assert acting_on(booking, None) == SYSTEM
    assert acting_on(booking, GUEST) == GUEST
    assert acting_on(booking, cleo).role == Role.CUSTOMER
    assert acting_on(booking, ann.user).role == Role.PROVIDER
    assert acting_on(booking, desk).role == Role.STAFF


def test_a_provider_who_books_with_herself_acts_as_the_provider(
    service: Service, ann: Provider
) -> None:
    own = make_booking(service, at("10:00"), ann, customer=Customer.of(ann.user))
    assert acting_on(own, ann.user).role == Role.PROVIDER


def test_strangers_have_no_role(booking: Booking) -> None:
    ben = make_provider("Ben", user=make_user("ben"))
    for somebody in (make_user("dan"), make_user("desk", "view_booking"), ben.user):
        with pytest.raises(NotAllowed):
            acting_on(booking, somebody)


def test_closed_accounts_and_those_without_one_have_no_role(
    booking: Booking, service: Service, cleo: Any, ann: Provider
) -> None:
    guests = make_booking(service, at("11:00"))
    for somebody in (closed(cleo), closed(ann.user), AnonymousUser()):
        for one in (booking, guests):
            with pytest.raises(NotAllowed):
                acting_on(one, somebody)


def requested(booking: Booking) -> Booking:
    Booking.objects.update(state=State.REQUESTED)
    booking.refresh_from_db()
    return booking


#: Verbs of the business, each with what comes before it and when it is possible.
BUSINESS: list[tuple[Callable[..., Booking], Callable[[Booking], Booking], str]] = [
    (approve, requested, "09:00"),
    (decline, requested, "09:00"),
    (complete, lambda booking: booking, "11:00"),
    (mark_no_show, lambda booking: booking, "11:00"),
]


@pytest.mark.parametrize("verb", BUSINESS, ids=lambda verb: verb[0].__name__)
def test_the_business_decides_and_the_customer_does_not(
    booking: Booking, cleo: Any, ann: Provider, clock: FrozenClock, verb: Any
) -> None:
    decide, before, when = verb
    clock.move_to(at(when))
    before(booking)
    ben = make_provider("Ben", user=make_user("ben"))
    for somebody in (cleo, GUEST, ben.user, make_user("dan")):
        with pytest.raises(NotAllowed):
            decide(booking, by=somebody)
    event = decide(booking, by=ann.user).history.last()
    assert event is not None
    assert (event.role, event.by) == ("provider", ann.user)


def test_customers_cancel_and_move_their_own_only(
    service: Service, ann: Provider, booking: Booking, cleo: Any
) -> None:
    others = make_booking(service, at("12:00"), ann)
    for verb in (lambda: cancel(others, by=cleo), lambda: reschedule(others, at("14:00"), by=cleo)):
        with pytest.raises(NotAllowed):
            verb()
    assert reschedule(booking, at("14:00"), by=cleo).session.start == at("14:00")
    assert cancel(booking, by=cleo).state == State.CANCELLED


def test_only_some_book_against_the_rules(service: Service, ann: Provider) -> None:
    wish: dict[str, Any] = {"customer": make_customer(), "override": ["outside_hours"]}
    desk, boss = (
        make_user("desk", "add_booking"),
        make_user("boss", "add_booking", "override_rules"),
    )
    for somebody in (GUEST, ann.user, desk):
        with pytest.raises(NotAllowed):
            hold(service, at("20:00"), by=somebody, **wish)
    assert hold(service, at("20:00"), by=boss, **wish).state == State.HELD


def test_a_customer_lets_nobody_off_a_fee(booking: Booking, cleo: Any) -> None:
    with pytest.raises(NotAllowed):
        cancel(booking, by=cleo, waive_fee=True)


def test_staff_need_the_permission_that_is_named(cleo: Any) -> None:
    with pytest.raises(NotAllowed):
        staff_only(cleo, "bookable.change_session")
    with pytest.raises(NotAllowed):
        staff_only(GUEST, "bookable.change_session")
    assert staff_only(None, "bookable.change_session") == SYSTEM
    desk = make_user("desk", "change_session")
    assert staff_only(desk, "bookable.change_session").role == Role.STAFF


# Booking


def test_whoever_may_add_bookings_books_for_others(cleo: Any) -> None:
    assert booking_for(make_user("desk", "add_booking")).role == Role.STAFF
    assert booking_for(cleo).role == Role.CUSTOMER
    assert booking_for(None) == SYSTEM


def test_whoever_is_not_signed_in_books_as_a_guest(service: Service) -> None:
    booking = hold(service, at("10:00"), customer=make_customer("Dan"), by=AnonymousUser())
    event = booking.history.get()
    assert (event.role, event.by, booking.order.name) == ("customer", None, "Dan")


def test_a_closed_account_books_nothing(service: Service, cleo: Any) -> None:
    with pytest.raises(NotAllowed):
        hold(service, at("10:00"), customer=make_customer(), by=closed(cleo))


def test_nobody_books_under_another_name(service: Service, cleo: Any) -> None:
    booking = hold(
        service, at("10:00"), customer=make_customer("Dan", phone="+442079460000"), by=cleo
    )
    assert (booking.order.user, booking.order.email) == (cleo, "cleo@example.com")
    assert booking.order.phone == "+442079460000"


def test_staff_book_for_somebody_else(service: Service, cleo: Any) -> None:
    desk = make_user("desk", "add_booking")
    assert hold(service, at("10:00"), customer=cleo, by=desk).order.user == cleo


def test_somebody_unheard_of_is_no_customer(service: Service) -> None:
    for somebody in (None, "cleo@example.com", AnonymousUser()):
        with pytest.raises(InvalidCustomer):
            hold(service, at("10:00"), customer=somebody)


# Those who are gone


def test_a_booking_outlives_the_account_and_can_still_be_moved(service: Service) -> None:
    dan = get_user_model().objects.create_user("dan")  # without an address
    booking = confirm(hold(service, at("10:00"), customer=dan))
    dan.delete()
    booking = Booking.objects.get(pk=booking.pk)
    assert booking.order.user is None
    assert reschedule(booking, at("14:00")).session.start == at("14:00")


def test_a_booking_outlives_the_account_of_its_provider(booking: Booking, ann: Provider) -> None:
    ann.user.delete()  # type: ignore[union-attr]
    booking.refresh_from_db()
    assert booking.session.claims.get().provider == ann


def test_a_request_outlives_the_account_that_made_it(service: Service, cleo: Any) -> None:
    service.requires_approval = True
    service.save()
    asked = request(hold(service, at("10:00"), customer=cleo, by=cleo), by=cleo)
    cleo.delete()
    assert approve(Booking.objects.get(pk=asked.pk)).state == State.CONFIRMED
