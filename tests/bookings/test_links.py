"""The link by which a guest comes back, and the account that takes a guest's bookings over."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.signing import TimestampSigner
from tests.bookings.times import at

from bookable.bookings.actors import GUEST
from bookable.bookings.attach_bookings import attach_bookings
from bookable.bookings.cancel import cancel
from bookable.bookings.customers import Customer
from bookable.bookings.hold import hold
from bookable.bookings.join_waiting_list import join_waiting_list
from bookable.bookings.links import booking_of, manage_token, revoke_links
from bookable.errors import InvalidLink, NotAllowed
from bookable.models import Booking, Order, Service, State
from bookable.testing import make_booking, make_customer, make_order, make_provider, make_service
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(clock: FrozenClock) -> FrozenClock:
    return clock


@pytest.fixture
def service() -> Service:
    return make_service()


@pytest.fixture
def booking(service: Service) -> Booking:
    return make_booking(service, at("10:00"))


def make_user(name: str = "cleo", email: str = "") -> object:
    return get_user_model().objects.create_user(name, email or f"{name}@example.com")


def test_a_link_leads_to_its_booking(booking: Booking) -> None:
    other = make_booking(booking.service, at("11:00"))
    assert booking_of(booking.manage_token) == booking
    assert booking_of(manage_token(other)) == other


def test_whoever_comes_with_a_link_acts_as_the_customer(booking: Booking) -> None:
    found = booking_of(booking.manage_token)
    assert cancel(found, by=GUEST).state == State.CANCELLED
    event = found.history.last()
    assert event is not None
    assert (event.role, event.by) == ("customer", None)


def test_a_link_can_be_made_again(booking: Booking) -> None:
    first, second = booking.manage_token, Booking.objects.get().manage_token
    assert booking_of(first) == booking_of(second)


def test_a_link_needs_no_escaping(booking: Booking) -> None:
    assert booking.manage_token.replace("-", "").replace("_", "").replace(".", "").isalnum()


def invalid_tokens(booking: Booking) -> dict[str, str]:
    token = booking.manage_token
    key = f"{booking.uuid.hex}-1"
    signer = TimestampSigner(sep=".", salt="somewhere else")
    return {
        "nothing": "",
        "not a token": "hello",
        "one letter changed": ("1" if token[0] == "0" else "0") + token[1:],
        "cut off": token[:-1],
        "the key alone": booking.uuid.hex,
        "not ours": signer.sign(key),
        "for another purpose": TimestampSigner(sep=".").sign(key),
        "another alphabet": "ключ." + token,
        "never given out": manage_token(Booking(link_version=1)),
        "of a later version": manage_token(Booking(uuid=booking.uuid, link_version=2)),
    }


def test_whatever_is_wrong_with_a_link_is_said_in_the_same_words(booking: Booking) -> None:
    said = set()
    for what, token in invalid_tokens(booking).items():
        with pytest.raises(InvalidLink) as refused:
            booking_of(token)
        said.add(str(refused.value))
        assert refused.value.__cause__ is None, what
    assert said == {"This link is not valid any more."}


def test_a_link_of_another_site_leads_nowhere(booking: Booking, settings: object) -> None:
    token = booking.manage_token
    settings.SECRET_KEY = "another secret"  # type: ignore[attr-defined]
    with pytest.raises(InvalidLink):
        booking_of(token)
    settings.SECRET_KEY_FALLBACKS = ["not a secret"]  # type: ignore[attr-defined]
    assert booking_of(token) == booking


def test_a_link_can_be_asked_to_be_fresh(booking: Booking, monkeypatch: pytest.MonkeyPatch) -> None:
    token = booking.manage_token
    assert booking_of(token, max_age=60) == booking
    now = TimestampSigner.timestamp
    monkeypatch.setattr("django.core.signing.time.time", lambda: 2**40)
    with pytest.raises(InvalidLink):
        booking_of(token, max_age=60)
    assert now is TimestampSigner.timestamp
    assert booking_of(token) == booking


def test_a_revoked_link_leads_nowhere_and_a_new_one_can_be_made(booking: Booking) -> None:
    old = booking.manage_token
    revoke_links(booking, by=GUEST)
    with pytest.raises(InvalidLink):
        booking_of(old)
    assert booking_of(booking.manage_token) == booking
    event = booking.history.last()
    assert event is not None
    assert (event.verb, event.role, event.data) == ("revoke_links", "customer", {})


def test_links_are_revoked_by_those_who_may_touch_the_booking(booking: Booking) -> None:
    with pytest.raises(NotAllowed):
        revoke_links(booking, by=make_user("dan"))
    assert booking_of(booking.manage_token) == booking


# Taking over what a guest booked


def test_an_account_gets_what_its_owner_booked_as_a_guest(service: Service) -> None:
    cleo = make_user()
    mine = make_booking(service, at("10:00"), customer=Customer(email="Cleo@Example.com"))
    make_booking(service, at("11:00"), customer=make_customer())
    assert attach_bookings(cleo) == 1
    assert list(Booking.objects.visible_to(cleo)) == [mine]
    assert attach_bookings(cleo) == 0


def test_another_address_can_be_named(service: Service) -> None:
    cleo = make_user()
    make_booking(service, at("10:00"), customer=Customer(email="c@work.example"))
    assert attach_bookings(cleo, email=" C@Work.example ") == 1


def test_what_belongs_to_an_account_stays_there() -> None:
    cleo, dan = make_user(), make_user("dan")
    order = make_order(Customer(email="cleo@example.com", user=dan))
    assert attach_bookings(cleo) == 0
    order.refresh_from_db()
    assert order.user == dan


@pytest.mark.parametrize("address", ["", "  "])
def test_without_an_address_nothing_is_taken_over(address: str) -> None:
    cleo = get_user_model().objects.create_user("cleo")
    make_order(Customer(phone="+44 20 7946 0000"))
    assert attach_bookings(cleo) == 0
    assert attach_bookings(make_user("dan"), email=address) == 0
    assert Order.objects.filter(user=None).count() == 1


def test_places_in_the_waiting_list_come_along(service: Service) -> None:
    make_provider(offers=service)
    wish = {"earliest": at("09:00"), "latest": at("10:00")}
    entry = join_waiting_list(service, customer=Customer(email="cleo@example.com"), **wish)
    cleo = make_user()
    assert attach_bookings(cleo) == 0
    entry.refresh_from_db()
    assert entry.user == cleo
    assert join_waiting_list(service, customer=cleo, by=cleo, **wish) == entry


def test_places_of_other_accounts_in_the_waiting_list_stay(service: Service) -> None:
    make_provider(offers=service)
    cleo, dan = make_user(), make_user("dan")
    entry = join_waiting_list(service, earliest=at("09:00"), latest=at("10:00"), customer=dan)
    attach_bookings(cleo, email="dan@example.com")
    entry.refresh_from_db()
    assert entry.user == dan


def test_the_bookings_of_a_deleted_account_stay(service: Service) -> None:
    make_provider(offers=service)
    cleo = make_user()
    booking = hold(service, at("10:00"), customer=cleo, by=cleo)
    cleo.delete()  # type: ignore[attr-defined]
    booking = Booking.objects.get(pk=booking.pk)
    assert (booking.order.user, booking.order.email) == (None, "cleo@example.com")
    event = booking.history.last()
    assert event is not None
    assert (event.by, event.role) == (None, "customer")
    assert attach_bookings(make_user("again", "cleo@example.com")) == 1
