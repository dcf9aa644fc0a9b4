"""Every verb, each in a small world where it has all to do that it ever has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.bookings.classes import book, ride, yoga
from tests.bookings.times import at

from bookable.bookings.accept_change import accept_change
from bookable.bookings.accept_offer import accept_offer
from bookable.bookings.add_seats import add_seats
from bookable.bookings.approve import approve
from bookable.bookings.cancel import cancel
from bookable.bookings.cancel_session import cancel_session
from bookable.bookings.complete import complete
from bookable.bookings.confirm import confirm
from bookable.bookings.decline import decline
from bookable.bookings.decline_offer import decline_offer
from bookable.bookings.expire import expire
from bookable.bookings.extend_hold import extend_hold
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
from bookable.models import Booking, Service, WaitingEntry
from bookable.testing import make_customer, make_extra, make_provider, make_service
from bookable.timeline.clock import FrozenClock

Verb = Callable[[], object]
Scene = Callable[[FrozenClock], Verb]

SCENES: dict[str, Scene] = {}

#: Those that are jobs.
JOBS = {"offer_what_is_free"}


def scene(made: Scene) -> Scene:
    SCENES[made.__name__] = made
    return made


def haircut(*names: str, **fields: Any) -> Service:
    service = make_service("Haircut", **{"price": 3000, **fields})
    for name in names or ("Ann",):
        make_provider(name, offers=service)
    return service


def held(service: Service, time: str = "10:00", **options: Any) -> Booking:
    return hold(service, at(time), customer=make_customer(), **options)


def waiting(service: Service, low: str, high: str, **options: Any) -> WaitingEntry:
    given = options if "booking" in options else {"customer": make_customer(), **options}
    return join_waiting_list(service, earliest=at(low), latest=at(high), **given)


@scene
def hold_one(_clock: FrozenClock) -> Verb:
    service = haircut(max_per_customer=3, max_per_day=3)
    make_extra(service, slug="shampoo", price=500, stock=3)
    cleo = make_customer()

    def verb() -> Booking:
        return hold(service, at("10:00"), customer=cleo, extras=["shampoo"], idempotency_key="once")

    return verb


@scene
def hold_what_another_one_let_lapse(clock: FrozenClock) -> Verb:
    service = haircut()
    held(service)
    clock.tick(timedelta(minutes=11))
    return lambda: held(service)


@scene
def hold_seats_with_bikes(clock: FrozenClock) -> Verb:
    service = ride(bikes=5)
    book(service, at("10:00"), seats=2)
    held(service)
    clock.tick(timedelta(minutes=11))
    return lambda: held(service, seats=3)


@scene
def hold_several(_clock: FrozenClock) -> Verb:
    service, other = haircut(buffer_after=10), make_service("Colour", buffer_before=10)
    other.offerings.create(provider=service.offerings.get().provider)
    items = [Item(service=service, start=at("10:00")), Item(service=other, start=at("11:00"))]
    return lambda: hold_visit(items, customer=make_customer())


@scene
def confirm_one(_clock: FrozenClock) -> Verb:
    booking = held(haircut())
    return lambda: confirm(booking)


@scene
def confirm_seats_with_bikes(_clock: FrozenClock) -> Verb:
    service = ride()
    held(service)
    booking = held(service, seats=2)
    return lambda: confirm(booking)


@scene
def request_one(_clock: FrozenClock) -> Verb:
    booking = held(haircut(requires_approval=True))
    return lambda: request(booking)


@scene
def approve_one(_clock: FrozenClock) -> Verb:
    booking = request(held(haircut(requires_approval=True)))
    return lambda: approve(booking)


@scene
def decline_one(_clock: FrozenClock) -> Verb:
    service = haircut(requires_approval=True)
    booking = request(held(service))
    waiting(service, "09:00", "12:00")
    return lambda: decline(booking)


@scene
def reschedule_one(_clock: FrozenClock) -> Verb:
    service = haircut("Ann", "Bob", max_per_day=3)
    booking = confirm(held(service))
    return lambda: reschedule(booking, at("12:00"))


@scene
def reschedule_with_a_bike(_clock: FrozenClock) -> Verb:
    service = ride()
    book(service, at("10:00"))
    book(service, at("12:00"))
    booking = book(service, at("10:00"), seats=2)
    waiting(service, "09:00", "10:30")
    return lambda: reschedule(booking, at("12:00"))


@scene
def reassign_one(_clock: FrozenClock) -> Verb:
    service = haircut("Ann")
    booking = confirm(held(service))
    bob = make_provider("Bob", offers=service)
    return lambda: reassign(booking, bob)


@scene
def accept_a_change(_clock: FrozenClock) -> Verb:
    booking = confirm(held(haircut()))
    request_change(booking, at("12:00"))
    return lambda: accept_change(booking)


@scene
def cancel_one(_clock: FrozenClock) -> Verb:
    booking = confirm(held(haircut()))
    return lambda: cancel(booking, waive_fee=False)


@scene
def cancel_what_somebody_waits_for(_clock: FrozenClock) -> Verb:
    service = haircut()
    booking = confirm(held(service))
    waiting(service, "09:00", "12:00")
    return lambda: cancel(booking)


@scene
def cancel_seats_with_bikes(_clock: FrozenClock) -> Verb:
    service = ride()
    book(service, at("10:00"))
    booking = book(service, at("10:00"), seats=2)
    return lambda: cancel(booking)


@scene
def expire_one(clock: FrozenClock) -> Verb:
    booking = held(haircut())
    clock.tick(timedelta(minutes=11))
    return lambda: expire(booking.order_id)


@scene
def expire_seats_with_bikes(clock: FrozenClock) -> Verb:
    service = ride()
    book(service, at("10:00"))
    booking = held(service, seats=2)
    clock.tick(timedelta(minutes=11))
    return lambda: expire(booking.order_id)


@scene
def retake_one(clock: FrozenClock) -> Verb:
    booking = held(haircut())
    clock.tick(timedelta(minutes=11))
    expire(booking.order_id)
    return lambda: retake(booking.order_id)


@scene
def extend_the_hold(_clock: FrozenClock) -> Verb:
    booking = held(haircut())
    return lambda: extend_hold(booking, minutes=30)


@scene
def guard_it(_clock: FrozenClock) -> Verb:
    booking = held(haircut())
    return lambda: guard(booking, at("12:00", day=4))


@scene
def unguard_it(_clock: FrozenClock) -> Verb:
    booking = guard(held(haircut()), at("12:00", day=4))
    return lambda: unguard(booking, at("09:00", day=4))


@scene
def complete_one(clock: FrozenClock) -> Verb:
    booking = mark_it_missed(clock)
    return lambda: complete(booking, outcome="fine")


@scene
def mark_one_missed(clock: FrozenClock) -> Verb:
    booking = confirm(held(haircut()))
    clock.move_to(at("11:30"))
    return lambda: mark_no_show(booking)


def mark_it_missed(clock: FrozenClock) -> Booking:
    booking = confirm(held(haircut()))
    clock.move_to(at("11:30"))
    return mark_no_show(booking)


@scene
def add_two_seats(_clock: FrozenClock) -> Verb:
    booking = book(ride(), at("10:00"))
    return lambda: add_seats(booking, 2)


@scene
def remove_a_seat(_clock: FrozenClock) -> Verb:
    service = ride(bikes=3)
    booking = book(service, at("10:00"), seats=3)
    waiting(service, "09:00", "12:00")
    return lambda: remove_seats(booking, 1)


@scene
def open_a_class(_clock: FrozenClock) -> Verb:
    service = yoga()
    return lambda: open_session(service, at("10:00"))


@scene
def move_a_class(_clock: FrozenClock) -> Verb:
    service = ride()
    session = book(service, at("10:00"), seats=2).session
    book(service, at("10:00"))
    return lambda: move_session(session, start=at("12:00"))


@scene
def cancel_a_class(_clock: FrozenClock) -> Verb:
    service = ride()
    session = book(service, at("10:00"), seats=2).session
    held(service)
    return lambda: cancel_session(session)


@scene
def join_the_waiting_list(_clock: FrozenClock) -> Verb:
    service, cleo = haircut(), make_customer()
    return lambda: waiting(service, "09:00", "12:00", customer=cleo)


@scene
def leave_the_waiting_list(_clock: FrozenClock) -> Verb:
    entry = offered_entry()
    waiting(entry.service, "09:00", "12:00")
    return lambda: leave_waiting_list(entry)


@scene
def offer_what_is_free(_clock: FrozenClock) -> Verb:
    waiting(haircut(), "09:00", "12:00")
    return offer_waiting


@scene
def accept_the_offer(_clock: FrozenClock) -> Verb:
    entry = offered_entry()
    return lambda: accept_offer(entry)


@scene
def accept_an_earlier_time(_clock: FrozenClock) -> Verb:
    service = haircut()
    first, booking = confirm(held(service, "10:00")), confirm(held(service, "14:00"))
    entry = waiting(service, "09:00", "12:00", booking=booking)
    cancel(first)
    return lambda: accept_offer(entry)


@scene
def decline_the_offer(_clock: FrozenClock) -> Verb:
    entry = offered_entry()
    waiting(entry.service, "09:00", "12:00")
    return lambda: decline_offer(entry)


def offered_entry() -> WaitingEntry:
    """Somebody to whom the place was offered that another one left."""
    service = haircut()
    booking = confirm(held(service))
    entry = waiting(service, "09:00", "12:00")
    cancel(booking)
    return entry
