"""Bookings, and what belongs to them, are looked at in the admin."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from tests.admin.bookings.booking_pages import MODELS, NOW, START, furnish, references
from tests.admin.pages import change_url, list_url, queries_of, text_of

from bookable.models import Booking, Order, Provider, Service, Session
from bookable.testing import (
    make_booking,
    make_booking_event,
    make_customer,
    make_provider,
    make_question,
    make_series,
    make_service,
    make_session,
)
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


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
