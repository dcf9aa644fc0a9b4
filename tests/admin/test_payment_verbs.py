"""Payments and cards are changed in the admin by the verbs alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from tests.admin.money_pages import DATABASE, buttons_of, form_of, press, send, shop_with_admin
from tests.admin.pages import change_url, text_of, told, verb_url
from tests.payments.shops import Shop, StripeShop

from bookable.models import Payment, PaymentState, SavedCard, State
from bookable.money import Money
from bookable.payments.steps.opening import Consent
from bookable.testing import make_saved_card

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Iterator[Shop]:
    with shop_with_admin("stripe") as shop:
        yield shop


def set_aside(shop: Shop) -> Payment:
    """A payment whose money can still be taken."""
    payment = shop.paid(takes_at_once=False)
    assert payment.state == PaymentState.AUTHORIZED
    return payment


def underpaid(shop: Shop) -> Payment:
    """A payment of less than was asked for."""
    payment = shop.paying()
    shop.customer_pays(payment, amount=9000)
    shop.tell()
    payment.refresh_from_db()
    assert payment.state == PaymentState.REVIEW
    return payment


@pytest.mark.django_db(transaction=True)
class TestVerbs:
    def test_looking_again_finds_what_nobody_told(self, admin_client: Client, shop: Shop) -> None:
        booking = shop.held()
        payment = shop.paying(booking)
        shop.customer_pays(payment)
        answer = press(admin_client, payment, "look-again")
        assert answer["Location"] == change_url(payment)
        assert told(answer) == ["The gateway was asked. The payment: captured."]
        booking.refresh_from_db()
        assert booking.state == State.CONFIRMED
        assert LogEntry.objects.get().get_change_message().startswith("Look again: ")

    def test_opening_the_page_of_a_verb_changes_nothing(
        self, admin_client: Client, shop: Shop
    ) -> None:
        payment = shop.paying()
        shop.customer_pays(payment)
        admin_client.get(verb_url(payment, "look-again"))
        payment.refresh_from_db()
        assert payment.state == PaymentState.PENDING

    def test_a_gateway_that_does_not_answer_is_told_on_the_page(
        self, admin_client: Client, shop: Shop
    ) -> None:
        payment = shop.paying()
        shop.fail("GET", "drop_before", times=9)
        answer = press(admin_client, payment, "look-again")
        assert answer.status_code == 200
        assert "answer was lost" in answer.content.decode()
        assert not LogEntry.objects.exists()

    def test_what_is_owed_of_what_was_set_aside_is_taken(
        self, admin_client: Client, shop: Shop
    ) -> None:
        payment = set_aside(shop)
        assert form_of(admin_client, payment, "take")["amount"] == "100.00"
        answer = press(admin_client, payment, "take")
        assert told(answer) == ["100.00 EUR was taken."]
        assert shop.books() == 10_000
        event = payment.events.get(kind="capturing")
        assert event.by is not None
        assert event.by.get_username() == "admin"

    def test_a_part_of_it_is_taken_too(self, admin_client: Client, shop: Shop) -> None:
        payment = set_aside(shop)
        press(admin_client, payment, "take", amount="40")
        assert shop.books() == 4000

    def test_more_than_was_set_aside_is_not_taken(self, admin_client: Client, shop: Shop) -> None:
        payment = set_aside(shop)
        answer = press(admin_client, payment, "take", amount="100.01")
        assert "At most 100.00 EUR can be taken." in answer.content.decode()
        assert shop.books() == 0

    def test_taking_twice_takes_it_once(self, admin_client: Client, shop: Shop) -> None:
        payment = set_aside(shop)
        answers = form_of(admin_client, payment, "take") | {"amount": "40"}
        for _click in range(2):
            send(admin_client, payment, "take", answers)
        assert shop.books() == 4000

    def test_what_was_set_aside_is_let_go(self, admin_client: Client, shop: Shop) -> None:
        payment = set_aside(shop)
        answer = press(admin_client, payment, "let-go")
        assert told(answer) == ["100.00 EUR was let go."]
        payment.refresh_from_db()
        assert payment.state == PaymentState.CANCELLED
        assert payment.order.settle_at is None

    def test_an_amount_that_was_looked_at_counts(self, admin_client: Client, shop: Shop) -> None:
        payment = underpaid(shop)
        assert not payment.order.paid
        answer = press(admin_client, payment, "accept")
        assert told(answer) == ["90.00 EUR counts as paid."]
        assert payment.order.paid.amount == 9000

    def test_what_is_to_be_looked_at_says_why(self, admin_client: Client, shop: Shop) -> None:
        text = text_of(admin_client, change_url(underpaid(shop)))
        assert "90.00 EUR" in text
        assert "Somebody has to look at it." in text

    def test_a_card_is_forgotten_here_and_there(self, admin_client: Client, shop: Shop) -> None:
        shop.paid(consent=Consent(mandate="Charge me.", limit=Money(5000, "EUR")))
        card = SavedCard.objects.get()
        assert press(admin_client, card, "forget")["Location"] == change_url(card)
        card.refresh_from_db()
        assert card.forgotten_at is not None
        assert isinstance(shop, StripeShop)
        assert shop.fake.object(card.token.split("/")[-1])["customer"] is None

    def test_a_card_is_forgotten_by_those_who_may(
        self, client_who_may: Callable[..., Client]
    ) -> None:
        card = make_saved_card()
        client = client_who_may("view_savedcard")
        assert buttons_of(client, card) == set()
        assert client.post(verb_url(card, "forget")).status_code == 403

    def test_what_a_card_is_charged_with_is_not_shown(self, admin_client: Client) -> None:
        card = make_saved_card(token="pm_secret")
        assert "pm_secret" not in text_of(admin_client, change_url(card))
        assert "Visa •••• 4242" in text_of(admin_client, change_url(card))

    @pytest.mark.parametrize(
        ("verb", "make"),
        [("look-again", Shop.paying), ("take", set_aside), ("let-go", set_aside)],
    )
    def test_they_work_on_a_site_whose_requests_are_transactions(
        self,
        admin_client: Client,
        shop: Shop,
        monkeypatch: pytest.MonkeyPatch,
        verb: str,
        make: Callable[[Shop], Payment],
    ) -> None:
        payment = make(shop)
        monkeypatch.setitem(DATABASE, "ATOMIC_REQUESTS", True)
        assert press(admin_client, payment, verb).status_code == 302
