"""Bookings are changed in the admin by the verbs alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from tests.admin.bookings.booking_pages import MODELS, START, act, furnish, post, state_of
from tests.admin.pages import add_url, change_url, list_url, text_of, told, verb_url

from bookable.models import Booking, Provider, Service
from bookable.testing import make_booking
from bookable.timeline.clock import FrozenClock

pytestmark = pytest.mark.django_db


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
