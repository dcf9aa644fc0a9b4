"""Payments are not written by hand, and their verbs are offered where they fit to those who may."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from tests.admin.money_pages import MODELS, buttons_of
from tests.admin.pages import add_url, change_url, verb_url

from bookable.models import Payment
from bookable.testing import make_payment, make_refund, make_saved_card, make_webhook_event

pytestmark = pytest.mark.django_db


class TestWriting:
    @pytest.mark.parametrize("model", MODELS)
    def test_nothing_is_written_by_hand(self, admin_client: Client, model: type[Model]) -> None:
        make_payment(card=make_saved_card())
        make_webhook_event()
        row = model._default_manager.get()
        assert admin_client.post(add_url(model)).status_code == 403
        assert admin_client.post(change_url(row), {"state": "x"}).status_code == 403
        deleting = change_url(row).replace("change", "delete")
        assert admin_client.post(deleting, {"post": "yes"}).status_code == 403

    def test_only_what_fits_the_state_is_offered(self, admin_client: Client) -> None:
        pending = make_payment(state="pending")
        aside = make_payment(state="authorized")
        taken = make_payment(state="captured")
        strange = make_payment(state="review")
        assert buttons_of(admin_client, pending) == {"look-again"}
        assert buttons_of(admin_client, aside) == {"look-again", "take", "let-go"}
        assert buttons_of(admin_client, taken) == {"look-again", "give-back"}
        assert buttons_of(admin_client, strange) == {"look-again", "give-back", "accept"}
        odd = make_payment(state="review", authorized=900, captured=0)
        assert buttons_of(admin_client, odd) == {"look-again", "accept"}

    def test_what_was_given_back_is_not_offered_again(self, admin_client: Client) -> None:
        payment = make_payment(amount=1000)
        make_refund(payment, 1000)
        assert buttons_of(admin_client, payment) == {"look-again"}

    @pytest.mark.parametrize(
        ("permission", "verb", "state"),
        [
            ("refund_payment", "give-back", "captured"),
            ("change_payment", "look-again", "pending"),
            ("capture_payment", "take", "authorized"),
            ("capture_payment", "let-go", "authorized"),
            ("accept_payment", "accept", "review"),
        ],
    )
    def test_every_button_has_its_permission(
        self, client_who_may: Callable[..., Client], permission: str, verb: str, state: str
    ) -> None:
        payment = make_payment(state=state)
        client = client_who_may("view_payment", permission)
        assert verb in buttons_of(client, payment)
        assert client.get(verb_url(payment, verb)).status_code == 200
        User.objects.all().delete()
        others = {"refund_payment", "change_payment", "capture_payment", "accept_payment"}
        client = client_who_may("view_payment", *(others - {permission}))
        assert verb not in buttons_of(client, payment)
        assert client.get(verb_url(payment, verb)).status_code == 403
        assert client.post(verb_url(payment, verb)).status_code == 403

    def test_who_may_not_see_a_payment_can_do_nothing_with_it(
        self, client_who_may: Callable[..., Client], payment: Payment
    ) -> None:
        client = client_who_may("refund_payment")
        assert client.get(verb_url(payment, "give-back")).status_code == 403

    def test_a_payment_that_is_not_there_has_no_verbs(self, admin_client: Client) -> None:
        url = reverse("admin:bookable_payment_take", args=[4711])
        assert admin_client.get(url).status_code == 404
