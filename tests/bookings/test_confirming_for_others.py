"""An order with bookings at several providers: none of them answers for the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.bookings.classes import user
from tests.bookings.times import at

from bookable.bookings.actors import Role
from bookable.bookings.confirm import confirm
from bookable.bookings.extend_hold import extend_hold
from bookable.bookings.guard import guard, unguard
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.request import request
from bookable.errors import NotAllowed, PaymentDue
from bookable.models import Booking, Service, State
from bookable.testing import make_customer, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def ann() -> Any:
    return user(username="ann")


@pytest.fixture
def massage(ann: Any) -> Service:
    """Ann gives it, to whom she likes."""
    return served_by(ann, requires_approval=True)


@pytest.fixture
def cut() -> Service:
    """Bob gives it, to whoever has paid."""
    return served_by(user(username="bob"), price=3000, payment="full")


def served_by(who: Any, **fields: Any) -> Service:
    service = make_service(who.username, **fields)
    make_provider(who.username, offers=service, user=who)
    return service


def visit(*services: Service, customer: Any = None) -> list[Booking]:
    items = [
        Item(service=service, start=at(f"{hour}:00"))
        for hour, service in enumerate(services, start=10)
    ]
    return hold_visit(items, customer=customer or make_customer())


#: Whatever is done to all holds of an order at once.
VERBS: list[Callable[..., Booking]] = [
    confirm,
    request,
    extend_hold,
    lambda booking, by: guard(booking, at("09:00"), by=by),
    lambda booking, by: unguard(booking, at("09:00"), by=by),
]


@pytest.mark.parametrize(
    "verb", VERBS, ids=["confirm", "request", "extend_hold", "guard", "unguard"]
)
def test_a_provider_does_nothing_to_a_colleagues_booking(
    massage: Service, cut: Service, ann: Any, verb: Callable[..., Booking]
) -> None:
    hers, _his = visit(massage, cut)
    with pytest.raises(NotAllowed):
        verb(hers, by=ann)


def test_a_provider_confirms_an_order_that_is_all_hers(massage: Service, ann: Any) -> None:
    first, second = visit(massage, massage)
    confirm(first, by=ann)
    second.refresh_from_db()
    assert second.state == State.CONFIRMED


def test_a_provider_asks_nobody_about_bookings_that_are_over(
    massage: Service, cut: Service, ann: Any
) -> None:
    hers, his = visit(massage, cut)
    his.cancel()
    assert confirm(hers, by=ann).state == State.CONFIRMED


def test_a_provider_who_books_with_a_colleague_too_pays_like_everybody(
    massage: Service, cut: Service, ann: Any
) -> None:
    hers, _his = visit(massage, cut, customer=ann)
    with pytest.raises(PaymentDue):
        request(hers, by=ann)


def test_a_provider_who_books_with_a_colleague_too_is_the_customer_of_both(
    massage: Service, ann: Any
) -> None:
    hers, _his = visit(massage, served_by(user(username="eve")), customer=ann)
    request(hers, by=ann)
    event = hers.history.last()
    assert event is not None
    assert event.role == Role.CUSTOMER


def test_staff_confirm_whomever_it_is_with(massage: Service, cut: Service) -> None:
    first, second = visit(massage, cut)
    confirm(first, by=user("change_booking"))
    second.refresh_from_db()
    assert second.state == State.CONFIRMED


def test_a_stranger_learns_nothing_of_what_ran_out(
    massage: Service, cut: Service, clock: FrozenClock
) -> None:
    hers, _his = visit(massage, cut)
    clock.tick(timedelta(minutes=11))
    with pytest.raises(NotAllowed):
        confirm(hers, by=user())
