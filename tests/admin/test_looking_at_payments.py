"""Payments, and what belongs to them, are looked at in the admin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client, override_settings
from tests.admin.money_pages import MODELS, found
from tests.admin.pages import change_url, list_url, queries_of, text_of, verb_url
from tests.payments.shops import tomorrow

from bookable.catalog.visibility import SiteVisibility
from bookable.models import Payment, SavedCard
from bookable.testing import (
    make_booking,
    make_customer,
    make_order,
    make_payment,
    make_payment_event,
    make_provider,
    make_refund,
    make_saved_card,
    make_service,
    make_webhook_event,
)

pytestmark = pytest.mark.django_db


class OnlyAnn(SiteVisibility):
    def orders(self, rows: Any, viewer: object) -> Any:
        return rows.filter(name="Ann")


class TestLooking:
    @pytest.mark.parametrize("model", MODELS)
    def test_every_list_and_every_page_answers(
        self, admin_client: Client, model: type[Model]
    ) -> None:
        make_payment(card=make_saved_card())
        make_webhook_event()
        row = model._default_manager.get()
        assert found(admin_client, model) == {row.pk}
        assert admin_client.get(list_url(model), {"q": "one"}).status_code == 200
        assert admin_client.get(change_url(row)).status_code == 200

    @pytest.mark.parametrize("model", MODELS)
    def test_a_list_takes_as_many_queries_for_many_rows_as_for_two(
        self, admin_client: Client, model: type[Model]
    ) -> None:
        def furnish() -> None:
            make_refund(make_payment(card=make_saved_card()))
            make_webhook_event()

        for _number in range(2):
            furnish()
        for_two = queries_of(admin_client, list_url(model))
        for _number in range(9):
            furnish()
        assert queries_of(admin_client, list_url(model)) == for_two

    def test_a_page_takes_as_many_queries_for_a_long_history_as_for_a_short_one(
        self, admin_client: Client, payment: Payment
    ) -> None:
        who = User.objects.get(username="admin")
        make_refund(payment, 1, by=who)
        make_payment_event(payment, by=who)
        short = queries_of(admin_client, change_url(payment))
        for _number in range(9):
            make_refund(payment, 1, by=who)
            make_payment_event(payment, by=who)
        assert queries_of(admin_client, change_url(payment)) == short

    def test_the_list_says_who_paid_what_how_and_what_was_given_back(
        self, admin_client: Client, payment: Payment
    ) -> None:
        make_refund(payment, 1234)
        text = text_of(admin_client, list_url(Payment))
        for word in ("Cleo", "50.00 EUR", "captured", "card", "Everything", "12.34 EUR"):
            assert word in text

    def test_the_page_of_a_payment_tells_all_of_it(
        self, admin_client: Client, payment: Payment
    ) -> None:
        make_refund(payment, 1000, reason="duplicate", comment="Ann saw it.")
        make_refund(payment, 500, state="pending")
        make_payment_event(payment, "disputed", amount=700)
        Payment.objects.update(disputed=700, fee=95)
        text = text_of(admin_client, change_url(payment))
        for word in (
            "50.00 EUR was taken.",
            "10.00 EUR was given back.",
            "28.00 EUR",  # left: 50 less 10, 5 on their way and 7 disputed
            "The customer&#x27;s bank disputes 7.00 EUR.",
            "0.95 EUR",
            "It was paid twice.",
            "Ann saw it.",
            "pi_17",
        ):
            assert word in text

    def test_what_there_is_nothing_to_say_about_is_left_out(
        self, admin_client: Client, payment: Payment
    ) -> None:
        text = text_of(admin_client, change_url(payment))
        assert "Fees on top" not in text
        assert "Disputed" not in text

    @pytest.mark.parametrize(
        ("state", "captured", "is_shown"),
        [
            ("authorized", 0, True),
            ("review", 0, True),
            ("captured", 1000, False),
            ("cancelled", 0, False),
        ],
    )
    def test_what_is_set_aside_is_shown_while_it_can_be_taken(
        self, admin_client: Client, state: str, captured: int, is_shown: bool
    ) -> None:
        payment = make_payment(state=state, authorized=1000, captured=captured)
        assert ("Set aside" in text_of(admin_client, change_url(payment))) is is_shown

    def test_the_history_is_on_the_clock_of_whoever_looks(self, admin_client: Client) -> None:
        payment = make_payment()
        make_payment_event(payment, at=datetime(2030, 1, 7, 9, tzinfo=UTC))
        assert "Jan. 7, 2030, 9 a.m." in text_of(admin_client, change_url(payment))
        with override_settings(TIME_ZONE="Asia/Tokyo"):
            assert "Jan. 7, 2030, 6 p.m." in text_of(admin_client, change_url(payment))

    def test_who_may_see_a_payment_sees_its_history_and_refunds(
        self, client_who_may: Callable[..., Client], payment: Payment
    ) -> None:
        make_refund(payment, 100)
        text = text_of(client_who_may("view_payment"), change_url(payment))
        assert "1.00 EUR was given back." in text

    def test_they_are_found_by_customer_keys_and_booking(
        self, admin_client: Client, payment: Payment
    ) -> None:
        make_booking(
            make_service(), tomorrow(), make_provider(), order=payment.order, reference="CLEO1"
        )
        make_payment(make_order(make_customer("Somebody else")))
        for sought in ("Cleo", "cleo@example.com", str(payment.uuid), "pi_17", "CLEO1"):
            assert found(admin_client, Payment, q=sought) == {payment.pk}

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("state__exact", "captured"),
            ("gateway", "card"),
            ("currency", "EUR"),
            ("purpose__exact", "full"),
        ],
    )
    def test_they_can_be_filtered(
        self, admin_client: Client, payment: Payment, name: str, value: str
    ) -> None:
        dollars = make_order(currency="USD")
        make_payment(dollars, state="failed", gateway="other", purpose="fee")
        assert found(admin_client, Payment, **{name: value}) == {payment.pk}

    def test_only_those_of_orders_that_may_be_seen_are_shown(self, admin_client: Client) -> None:
        ann, bob = (make_order(make_customer(name)) for name in ("Ann", "Bob"))
        of_ann, of_bob = make_payment(ann), make_payment(bob)
        card_of_ann, _card_of_bob = make_saved_card(ann), make_saved_card(bob)
        with override_settings(BOOKABLE={"VISIBILITY": f"{__name__}.OnlyAnn"}):
            assert found(admin_client, Payment) == {of_ann.pk}
            assert found(admin_client, SavedCard) == {card_of_ann.pk}
            assert admin_client.get(verb_url(of_bob, "give-back")).status_code == 404
