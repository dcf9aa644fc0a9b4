"""Several bookings that were chosen in a list are changed at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from tests.admin.bookings.booking_pages import START, act, state_of
from tests.admin.pages import told

from bookable.models import Booking, Provider, Service
from bookable.testing import make_booking

pytestmark = pytest.mark.django_db


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
