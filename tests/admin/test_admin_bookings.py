"""Bookings are looked at in the admin, and changed by the verbs alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.admin.pages import add_url, change_url, list_url, told

from bookable.bookings.policies import Agreed
from bookable.models import Booking, Order, Provider, Series, Service, Session, WaitingEntry
from bookable.testing import (
    freeze,
    make_booking,
    make_booking_event,
    make_customer,
    make_provider,
    make_question,
    make_series,
    make_service,
    make_session,
    make_waiting_entry,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 1, 7, 9, tzinfo=UTC)
START = NOW + timedelta(hours=1)
MODELS = [Booking, Order, Series, WaitingEntry]
HALF = Agreed(free_minutes=24 * 60, late_percent=50, no_show_percent=100).json()


@pytest.fixture(autouse=True)
def clock() -> Iterator[FrozenClock]:
    with freeze(NOW) as frozen:
        yield frozen


@pytest.fixture
def service() -> Service:
    return make_service("Massage", price=5000, currency="EUR")


@pytest.fixture
def ann(service: Service) -> Provider:
    return make_provider("Ann", offers=service)


@pytest.fixture
def booking(service: Service, ann: Provider) -> Booking:
    customer = make_customer("Cleo", email="cleo@example.com")
    return make_booking(service, START, ann, customer=customer, reference="CLEO1", policy=HALF)


def furnish(number: int) -> None:
    """One more booking of everything."""
    start = START + timedelta(days=number)
    service = make_service(f"Service {number}", price=1000)
    provider = make_provider(f"Provider {number}", offers=service)
    room = make_provider(f"Room {number}", kind="room")
    series = make_series(service, start)
    booking = make_booking(service, start, provider, room, series=series)
    make_waiting_entry(service, start, start, provider=provider, offer=booking)


def verb_url(booking: Booking, verb: str) -> str:
    return reverse(f"admin:bookable_booking_{verb}", args=[booking.pk])


def state_of(booking: Booking) -> str:
    booking.refresh_from_db()
    return booking.state


def text_of(client: Client, url: str, **query: str) -> str:
    return client.get(url, query).content.decode()


def references(client: Client, **query: Any) -> set[str]:
    page = client.get(list_url(Booking), query)
    return {booking.reference for booking in page.context["cl"].result_list}


def post(client: Client, url: str, **data: Any) -> HttpResponse:
    return client.post(url, data)  # type: ignore[return-value]


def act(client: Client, action: str, *chosen: Booking, **data: Any) -> HttpResponse:
    rows = {"action": action, "_selected_action": [one.pk for one in chosen]}
    return client.post(list_url(Booking), {**rows, **data})  # type: ignore[return-value]


def queries_of(client: Client, url: str) -> int:
    """How often a page asks the database, once the process knows what every page needs."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


class TestLooking:
    @pytest.mark.parametrize("model", MODELS)
    def test_every_list_and_every_page_answers(
        self, admin_client: Client, model: type[Model]
    ) -> None:
        furnish(1)
        assert admin_client.get(list_url(model), {"q": "one"}).status_code == 200
        row = model._default_manager.get()
        assert admin_client.get(change_url(row)).status_code == 200

    @pytest.mark.parametrize("model", MODELS)
    def test_a_list_takes_as_many_queries_for_many_rows_as_for_two(
        self, admin_client: Client, model: type[Model]
    ) -> None:
        furnish(1), furnish(2)
        for_two = queries_of(admin_client, list_url(model))
        for number in range(3, 12):
            furnish(number)
        assert queries_of(admin_client, list_url(model)) == for_two

    def test_a_page_takes_as_many_queries_for_a_long_history_as_for_a_short_one(
        self, admin_client: Client, booking: Booking
    ) -> None:
        who = User.objects.get(username="admin")
        make_booking_event(booking, by=who)
        short = queries_of(admin_client, change_url(booking))
        for _number in range(9):
            make_booking_event(booking, by=who)
        assert queries_of(admin_client, change_url(booking)) == short

    def test_a_session_takes_as_many_queries_for_many_bookings_as_for_two(
        self, admin_client: Client, service: Service, ann: Provider
    ) -> None:
        session = make_session(service, START, ann, capacity=12)
        for _number in range(2):
            make_booking(service, START, session=session)
        for_two = queries_of(admin_client, change_url(session))
        for _number in range(6):
            make_booking(service, START, session=session)
        assert queries_of(admin_client, change_url(session)) == for_two

    def test_the_list_says_who_what_when_and_with_whom(
        self, admin_client: Client, booking: Booking
    ) -> None:
        text = text_of(admin_client, list_url(Booking))
        for word in ("CLEO1", "Jan. 7, 2030, 10 a.m.", "Massage", "Cleo", "Ann", "Confirmed"):
            assert word in text

    def test_the_page_of_a_booking_tells_all_of_it(
        self, admin_client: Client, booking: Booking, service: Service
    ) -> None:
        make_question(service, "Where does it hurt?", slug="where")
        booking.answers = {"where": ["Back", "Knee"]}
        booking.save()
        make_booking_event(booking, "check_in", comment="A little early.")
        text = text_of(admin_client, change_url(booking))
        for word in (
            "cleo@example.com",
            "Where does it hurt?",
            "Back, Knee",
            "50.00 EUR",
            "you lose 25.00 EUR of 50.00 EUR",
            "Checked in.",
            "A little early.",
        ):
            assert word in text

    def test_a_hold_that_has_run_out_reads_as_expired(
        self, admin_client: Client, service: Service, ann: Provider, clock: FrozenClock
    ) -> None:
        held = make_booking(service, START, ann, state="held", reference="HELD1")
        assert references(admin_client, status="held") == {"HELD1"}
        clock.tick(timedelta(hours=1))
        assert references(admin_client, status="held") == set()
        assert references(admin_client, status="expired") == {"HELD1"}
        assert "Expired" in text_of(admin_client, change_url(held))

    def test_bookings_are_found_by_reference_name_and_address(
        self, admin_client: Client, booking: Booking
    ) -> None:
        make_booking(make_service(), START, customer=make_customer("Somebody else"))
        for sought in ("CLEO1", "Cleo", "cleo@example.com"):
            assert references(admin_client, q=sought) == {"CLEO1"}

    def test_they_can_be_filtered_by_provider_and_service(
        self, admin_client: Client, booking: Booking, service: Service
    ) -> None:
        bob = make_provider("Bob", offers=service)
        make_booking(service, START, bob, reference="BOB1")
        assert references(admin_client, provider=bob.slug) == {"BOB1"}
        assert references(admin_client, session__service__id__exact=service.pk) == {
            "CLEO1",
            "BOB1",
        }

    @pytest.mark.parametrize(
        ("when", "hours", "is_found"),
        [
            ("today", 1, True),
            ("today", 25, False),
            ("tomorrow", 25, True),
            ("week", 6 * 24, True),
            ("week", 8 * 24, False),
            ("ahead", 1, True),
            ("ahead", -3, False),
            ("unclosed", -3, True),
            ("unclosed", 1, False),
        ],
    )
    def test_they_can_be_filtered_by_when_they_are(  # noqa: PLR0917 - a table of cases
        self,
        admin_client: Client,
        service: Service,
        ann: Provider,
        when: str,
        hours: int,
        is_found: bool,
    ) -> None:
        make_booking(service, NOW + timedelta(hours=hours), ann)
        assert bool(references(admin_client, when=when)) is is_found

    def test_an_order_shows_its_lines_and_its_bookings(
        self, admin_client: Client, booking: Booking
    ) -> None:
        text = text_of(admin_client, change_url(booking.order))
        assert "Consultation" in text
        assert "50.00 EUR" in text
        assert change_url(booking) in text
        assert "50.00 EUR" in text_of(admin_client, list_url(Order))

    def test_a_session_and_a_series_show_their_bookings(
        self, admin_client: Client, booking: Booking, service: Service
    ) -> None:
        booking.series = make_series(service, START)
        booking.save()
        for row in (booking.session, booking.series):
            assert change_url(booking) in text_of(admin_client, change_url(row))

    def test_a_session_is_found_by_who_has_booked(
        self, admin_client: Client, booking: Booking
    ) -> None:
        page = admin_client.get(list_url(Session), {"q": "CLEO1"})
        assert list(page.context["cl"].result_list) == [booking.session]

    def test_whoever_was_erased_is_called_so(self, admin_client: Client, booking: Booking) -> None:
        Order.objects.update(name="", email="", phone="")
        assert "erased" in text_of(admin_client, list_url(Booking))


class TestWriting:
    @pytest.mark.parametrize("model", MODELS)
    def test_nothing_is_written_by_hand(self, admin_client: Client, model: type[Model]) -> None:
        furnish(1)
        row = model._default_manager.get()
        assert post(admin_client, add_url(model)).status_code == 403
        assert post(admin_client, change_url(row), state="cancelled").status_code == 403
        deleting = change_url(row).replace("change", "delete")
        assert post(admin_client, deleting, post="yes").status_code == 403

    @pytest.mark.parametrize(
        ("verb", "before", "after"),
        [
            ("confirm", "held", "confirmed"),
            ("approve", "requested", "confirmed"),
            ("decline", "requested", "declined"),
        ],
    )
    def test_a_button_goes_through_its_verb(  # noqa: PLR0917 - a table of verbs
        self,
        admin_client: Client,
        service: Service,
        ann: Provider,
        verb: str,
        before: str,
        after: str,
    ) -> None:
        booking = make_booking(service, START, ann, state=before)
        answer = post(admin_client, verb_url(booking, verb))
        assert answer["Location"] == change_url(booking)
        assert state_of(booking) == after
        event = booking.events.get(verb=verb)
        assert (event.by.get_username(), event.role) == ("admin", "staff")  # type: ignore[union-attr]

    def test_looking_at_the_page_of_a_verb_changes_nothing(
        self, admin_client: Client, booking: Booking
    ) -> None:
        assert "25.00 EUR of 50.00 EUR" in text_of(admin_client, verb_url(booking, "cancel"))
        assert state_of(booking) == "confirmed"

    def test_cancelling_asks_for_a_comment(self, admin_client: Client, booking: Booking) -> None:
        answer = post(admin_client, verb_url(booking, "cancel"), fee="waive")
        assert "This field is required." in answer.content.decode()
        assert state_of(booking) == "confirmed"

    @pytest.mark.parametrize(("fee", "owed"), [("waive", 0), ("charge", 2500)])
    def test_it_is_cancelled_with_or_without_its_fee(
        self, admin_client: Client, booking: Booking, fee: str, owed: int
    ) -> None:
        post(admin_client, verb_url(booking, "cancel"), fee=fee, comment="Ann is ill.")
        assert state_of(booking) == "cancelled"
        assert booking.order.total.amount == owed
        assert booking.events.get(verb="cancel").comment == "Ann is ill."

    def test_one_who_may_not_waive_fees_can_only_charge_them(
        self, client_who_may: Callable[..., Client], booking: Booking
    ) -> None:
        client = client_who_may("view_booking", "change_booking")
        assert "Without a fee" not in text_of(client, verb_url(booking, "cancel"))
        post(client, verb_url(booking, "cancel"), fee="waive", comment="A friend of mine.")
        assert state_of(booking) == "confirmed"
        post(client, verb_url(booking, "cancel"), fee="charge", comment="As agreed.")
        assert booking.order.total.amount == 2500

    def test_what_came_of_it_is_noted_and_corrected(
        self, admin_client: Client, booking: Booking, clock: FrozenClock
    ) -> None:
        clock.tick(timedelta(hours=2))
        post(admin_client, verb_url(booking, "complete"), outcome="Better", private_notes="Shy.")
        assert state_of(booking) == "completed"
        text = text_of(admin_client, verb_url(booking, "complete"))
        assert 'value="Better"' in text
        assert "Shy." in text
        post(admin_client, verb_url(booking, "complete"), outcome="Well", private_notes="")
        booking.refresh_from_db()
        assert (booking.outcome, booking.private_notes) == ("Well", "")

    def test_one_who_did_not_come_owes_what_was_agreed(
        self, admin_client: Client, booking: Booking, clock: FrozenClock
    ) -> None:
        clock.tick(timedelta(hours=2))
        post(admin_client, verb_url(booking, "no-show"), fee="charge")
        assert state_of(booking) == "no_show"
        assert booking.order.total.amount == 5000

    def test_only_what_fits_the_state_is_offered(
        self, admin_client: Client, booking: Booking, clock: FrozenClock
    ) -> None:
        ahead = text_of(admin_client, change_url(booking))
        assert 'href="../cancel/"' in ahead
        assert 'href="../complete/"' not in ahead
        assert 'href="../approve/"' not in ahead
        clock.tick(timedelta(hours=2))
        assert 'href="../complete/"' in text_of(admin_client, change_url(booking))

    def test_a_refusal_is_told_as_a_message(
        self, admin_client: Client, service: Service, ann: Provider, clock: FrozenClock
    ) -> None:
        booking = make_booking(service, START, ann, state="held", reference="LATE1")
        clock.tick(timedelta(minutes=30))
        answer = post(admin_client, verb_url(booking, "confirm"))
        [message] = told(answer)
        assert message.startswith("LATE1: The time for this reservation has run out.")

    def test_it_is_written_into_the_log_too(self, admin_client: Client, booking: Booking) -> None:
        post(admin_client, verb_url(booking, "cancel"), fee="waive", comment="Ill.")
        assert LogEntry.objects.get().get_change_message() == "Cancelled."

    def test_one_who_may_only_look_has_no_buttons(
        self, client_who_may: Callable[..., Client], booking: Booking
    ) -> None:
        client = client_who_may("view_booking")
        assert "../cancel/" not in text_of(client, change_url(booking))
        assert "cancel_them" not in text_of(client, list_url(Booking))
        answer = post(client, verb_url(booking, "cancel"), fee="charge", comment="No.")
        assert answer.status_code == 403
        act(client, "cancel_them", booking, answered="yes", fee="charge", comment="No.")
        assert state_of(booking) == "confirmed"

    def test_a_booking_that_is_not_there_has_no_verbs(self, admin_client: Client) -> None:
        url = reverse("admin:bookable_booking_cancel", args=[4711])
        assert admin_client.get(url).status_code == 404


class TestActions:
    def test_an_action_shows_what_it_would_mean_and_asks(
        self, admin_client: Client, booking: Booking
    ) -> None:
        page = act(admin_client, "cancel_them", booking).content.decode()
        assert "25.00 EUR of 50.00 EUR" in page
        assert state_of(booking) == "confirmed"

    def test_it_is_done_with_all_that_were_chosen(
        self, admin_client: Client, booking: Booking, service: Service, ann: Provider
    ) -> None:
        other = make_booking(service, START + timedelta(days=1), ann)
        answer = act(
            admin_client,
            "cancel_them",
            booking,
            other,
            answered="yes",
            fee="waive",
            comment="We are closed.",
        )
        assert {state_of(booking), state_of(other)} == {"cancelled"}
        assert told(answer) == ["2 bookings: Cancelled."]

    def test_one_that_is_refused_keeps_none_of_the_others_from_it(
        self, admin_client: Client, booking: Booking, service: Service, ann: Provider
    ) -> None:
        asked = make_booking(service, START + timedelta(days=1), ann, state="requested")
        page = act(admin_client, "approve_them", booking, asked).content.decode()
        assert "Can&#x27;t be done now: Confirmed." in page
        other = make_booking(service, START + timedelta(days=2), ann, state="cancelled")
        answer = act(admin_client, "approve_them", other, asked, answered="yes")
        assert state_of(asked) == "confirmed"
        refused, done = told(answer)
        assert refused.startswith(f"{other.reference}: ")
        assert done == "1 booking: Approved."
