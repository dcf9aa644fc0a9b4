"""What customers write about themselves is kept, or refused with a sentence, and never breaks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.bookings.classes import user
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.cancel import cancel
from bookable.bookings.confirm import confirm
from bookable.bookings.customers import Customer, customer_of
from bookable.bookings.hold import hold
from bookable.bookings.quoting import Quote
from bookable.bookings.taking.idempotency import request_for
from bookable.errors import InvalidCustomer
from bookable.models import Booking, Order, Service
from bookable.testing import make_customer, make_order, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

CLEO = "cleo@example.com"
BAD_NAME = "The name has a character"
BAD_EMAIL = "Please give an e-mail address"
BAD_PHONE = "Please give a phone number"


@pytest.fixture
def service(clock: FrozenClock) -> Service:
    made = make_service()
    make_provider("Ann", offers=made)
    return made


# What is refused


@pytest.mark.parametrize(
    ("field", "given", "sentence"),
    [
        ("name", "C" * 201, "at most 200 characters"),
        ("name", "Cl\0eo", BAD_NAME),
        ("name", "Cl\ud800eo", BAD_NAME),
        ("email", "not an address", BAD_EMAIL),
        ("email", "cleo@example.com\nBcc: everybody@example.com", BAD_EMAIL),
        ("email", "cleo\0@example.com", BAD_EMAIL),
        ("email", "cleo@\ud800.com", BAD_EMAIL),
        ("email", f"{'c' * 250}@example.com", BAD_EMAIL),
        ("phone", "abc", BAD_PHONE),
        ("phone", "+44\0", BAD_PHONE),
        ("phone", "+44 1", BAD_PHONE),
        ("phone", "4" * 129, BAD_PHONE),
    ],
)
def test_what_cannot_be_kept_is_refused(field: str, given: str, sentence: str) -> None:
    with pytest.raises(InvalidCustomer, match=sentence):
        Customer(**{"email": CLEO, "phone": "+442079460018", field: given})


def test_a_blank_number_reaches_nobody() -> None:
    with pytest.raises(InvalidCustomer, match="a name and an e-mail address"):
        Customer(name="Cleo", phone=" ")


# What is kept


def test_nothing_is_as_good_as_an_empty_text() -> None:
    blank: Any = None
    customer = Customer(name=blank, email=CLEO, phone=blank, language=blank, zone=blank)
    assert customer == Customer(email=CLEO)


def test_nobody_has_neither_address_nor_number() -> None:
    blank: Any = None
    with pytest.raises(InvalidCustomer):
        Customer(name="Cleo", email=blank, phone=blank)


def test_blanks_around_what_was_typed_are_left_out() -> None:
    given = Customer(name=" Cleo\n Carter ", email=f" {CLEO}\r\n", phone=" +44 20 7946 0018 ")
    assert given == Customer(name="Cleo Carter", email=CLEO, phone="+442079460018")


def test_a_name_in_any_script_is_kept() -> None:
    assert Customer(name="Зоя O’Neill-李", email=CLEO).name == "Зоя O’Neill-李"


def test_a_number_may_be_written_as_it_is_here(settings: Any) -> None:
    settings.PHONENUMBER_DEFAULT_REGION = "GB"
    assert Customer(phone="020 7946 0018").phone == "+442079460018"


def test_the_longest_of_everything_fits(service: Service) -> None:
    email = f"{'c' * 60}@{'e' * 60}.{'e' * 60}.{'e' * 60}.com"
    who = Customer(name="C" * 200, email=email, language="l" * 16)
    booking = hold(service, at("10:00"), customer=who)
    assert Order.objects.get() == booking.order


def test_whoever_is_not_signed_in_is_no_account() -> None:
    assert Customer(user=AnonymousUser(), email=CLEO) == Customer(email=CLEO)


# Who is the same person


WRITTEN = ["+44 20 7946 0018", "+442079460018", "tel:+44-20-7946-0018"]


@pytest.mark.parametrize("phone", WRITTEN)
def test_a_number_means_the_same_person_however_it_is_written(phone: str) -> None:
    assert Customer(phone=phone).identity == Customer(phone=WRITTEN[0]).identity


@pytest.mark.parametrize("phone", WRITTEN)
def test_a_form_sent_twice_is_known_by_the_number_however_it_is_written(phone: str) -> None:
    first, again = (
        request_for("hold", "key", GUEST, Customer(phone=one), using="default")
        for one in (WRITTEN[0], phone)
    )
    assert first == again


def test_who_is_read_from_a_row_is_the_same_person(settings: Any) -> None:
    settings.PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"
    customer = Customer(phone="+49 30 123456")
    make_order(customer)
    assert customer_of(Order.objects.get()).identity == customer.identity


# What comes from elsewhere than a form


@pytest.mark.parametrize(
    "odd", [{"email": "not an address"}, {"first_name": "C" * 120, "last_name": "D" * 120}]
)
def test_an_odd_account_books_all_the_same(service: Service, odd: dict[str, str]) -> None:
    cleo = user(**{"username": "cleo", **odd})
    order = hold(service, at("10:00"), customer=cleo, by=cleo).order
    assert (order.user, order.name, order.email) == (cleo, "cleo", "")


def test_who_has_a_number_that_is_valid_no_more_is_still_somebody() -> None:
    make_order()
    Order.objects.update(email="", phone="+44 1")
    assert customer_of(Order.objects.get()).phone == "+44 1"


# Zones and languages, which browsers send


ODD_ZONES = ["Mars/Base", "../etc/passwd", "z" * 70, "Europe/Berlin\0", "Europe", "\ud800"]


@pytest.mark.parametrize("zone", ODD_ZONES)
def test_a_zone_that_nobody_knows_is_left_out(zone: str) -> None:
    assert Customer(email=CLEO, zone=zone).zone == ""


def test_a_zone_that_is_known_is_kept() -> None:
    assert Customer(email=CLEO, zone=" Europe/Berlin ").zone == "Europe/Berlin"


@pytest.mark.parametrize("language", ["l" * 17, "d\0e", "\ud800"])
def test_a_language_that_cannot_be_kept_is_left_out(language: str) -> None:
    assert Customer(email=CLEO, language=language).language == ""


@pytest.fixture
def from_mars(service: Service) -> Booking:
    """It was told in a zone that is not known any more."""
    service.free_cancel_hours = 1
    service.save()
    booking = confirm(hold(service, at("10:00"), customer=make_customer()))
    Order.objects.update(customer_zone="Mars/Base")
    booking.refresh_from_db()
    return booking


def quote(booking: Booking, moment: datetime) -> Quote:
    return booking.cancellation_quote(moment)


def test_a_zone_that_is_gone_is_told_as_that_of_the_session(from_mars: Booking) -> None:
    text = quote(from_mars, at("08:00")).text
    assert from_mars.session.zone == "UTC"
    Order.objects.update(customer_zone="UTC")
    from_mars.refresh_from_db()
    assert text == quote(from_mars, at("08:00")).text


def test_a_booking_whose_zone_is_gone_can_be_cancelled(
    from_mars: Booking, clock: FrozenClock
) -> None:
    clock.tick(timedelta(hours=1))
    assert cancel(from_mars, by=GUEST).state == "cancelled"
