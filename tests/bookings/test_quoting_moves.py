"""The price of a move is the one that was shown, or it is refused; so is what can't be moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from tests.bookings.every_verb import haircut
from tests.bookings.prices import euros
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.bookings.hold_visit import Item, hold_visit
from bookable.bookings.quote_move import quote_move
from bookable.bookings.reschedule import reschedule
from bookable.errors import PriceChanged, SlotTaken
from bookable.models import Booking, Service
from bookable.testing import make_customer, make_offering, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_order")]


@pytest.fixture
def repriced() -> Iterator[None]:
    terms = {
        "BACKEND": "bookable.bookings.policies.StandardTerms",
        "OPTIONS": {"reprice_moves": True},
    }
    with override_settings(BOOKABLE={"CANCELLATION": terms}):
        yield


def cheap_and_dear(**fields: Any) -> Service:
    """With Ann it costs 30, with Bob 90."""
    service = make_service("Haircut", **{"price": 3000, **fields})
    make_offering(service, make_provider("Ann"), price=3000)
    make_offering(service, make_provider("Bob"), price=9000)
    return service


def booked(service: Service, start: str = "10:00", day: int = 5, **options: Any) -> Booking:
    return confirm(hold(service, at(start, day), customer=make_customer(), **options))


@pytest.mark.usefixtures("repriced")
def test_of_several_prices_the_lowest_is_quoted_and_can_be_had() -> None:
    service = cheap_and_dear()
    for day in range(5, 13):
        booking = booked(service, day=day)
        quote = quote_move(booking, at("14:00", day))
        assert quote.after == euros(30)
        reschedule(booking, at("14:00", day), by=GUEST, expected_price=quote.after)
        assert booking.cost == euros(30)


@pytest.mark.usefixtures("repriced")
def test_whoever_wants_to_pay_more_is_moved_to_whom_costs_more() -> None:
    booking = booked(cheap_and_dear())
    booking.reschedule(at("14:00"), expected_price=euros(90))
    assert booking.cost == euros(90)


@pytest.mark.usefixtures("repriced")
def test_the_dearer_is_quoted_where_nobody_cheaper_is_free() -> None:
    service = cheap_and_dear()
    booking = booked(service)
    booked(service, "14:00", expected_price=euros(30))
    assert quote_move(booking, at("14:00")).after == euros(90)


@pytest.mark.usefixtures("repriced")
def test_a_price_that_can_not_be_had_any_more_is_refused() -> None:
    service = cheap_and_dear()
    booking = booked(service)
    quote = quote_move(booking, at("14:00"))
    booked(service, "14:00", expected_price=euros(30))
    with pytest.raises(PriceChanged) as refused:
        reschedule(booking, at("14:00"), by=GUEST, expected_price=quote.after)
    assert (refused.value.expected, refused.value.actual) == (euros(30), euros(90))
    booking.refresh_from_db()
    assert (booking.session.start, booking.moves) == (at("10:00"), 0)


@pytest.mark.usefixtures("repriced")
def test_the_tax_that_is_added_belongs_to_the_price_that_is_expected() -> None:
    booking = booked(cheap_and_dear(tax_percent=10, tax_included=False))
    quote = quote_move(booking, at("14:00"))
    assert quote.after == euros(33)
    reschedule(booking, at("14:00"), expected_price=quote.after)
    assert booking.cost == euros(33)


def test_where_the_price_stays_it_is_the_one_that_is_expected() -> None:
    booking = booked(cheap_and_dear(), expected_price=euros(90))
    reschedule(booking, at("14:00"), expected_price=euros(90))
    with pytest.raises(PriceChanged) as refused:
        reschedule(booking, at("15:00"), expected_price=euros(30))
    assert (refused.value.expected, refused.value.actual) == (euros(30), euros(90))
    booking.refresh_from_db()
    assert booking.session.start == at("14:00")


def test_what_is_taken_is_refused_whatever_was_expected() -> None:
    service = haircut()
    booking = booked(service)
    booked(service, "14:00")
    with pytest.raises(SlotTaken):
        reschedule(booking, at("14:00"), expected_price=euros(30))


@pytest.mark.usefixtures("repriced")
def test_to_stay_where_it_is_costs_nothing() -> None:
    service = haircut()
    booking = booked(service)
    Service.objects.filter(pk=service.pk).update(price=9000)
    assert not quote_move(booking, at("10:00")).difference


def test_a_quote_is_given_where_only_the_rest_of_the_visit_is_beside() -> None:
    service = haircut(buffer_after=15, slot_interval=15)
    items = [Item(service=service, start=at(time)) for time in ("10:00", "12:00")]
    first, _second = hold_visit(items, customer=make_customer())
    assert not quote_move(first, at("11:00")).difference
    reschedule(first, at("11:00"))


def test_the_quote_for_what_was_cancelled_says_so() -> None:
    booking = cancel(booked(haircut()))
    assert "Cancelled" in str(quote_move(booking, at("14:00")).refusal)


def test_the_quote_for_a_hold_that_has_run_out_says_so(clock: FrozenClock) -> None:
    held = hold(haircut(), at("10:00"), customer=make_customer())
    clock.tick(timedelta(minutes=11))
    assert "run out" in str(quote_move(held, at("14:00")).refusal)


def test_the_quote_for_what_has_begun_says_so(clock: FrozenClock) -> None:
    booking = booked(haircut())
    clock.move_to(at("10:30"))
    assert "begun" in str(quote_move(booking, at("14:00")).refusal)
