"""Payments are looked at in the admin, and changed by the verbs alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client, override_settings
from django.urls import reverse
from tests.admin.money_pages import (
    DATABASE,
    buttons_of,
    form_of,
    found,
    press,
    queries_of,
    send,
    shop_with_admin,
    text_of,
    verb_url,
)
from tests.admin.pages import add_url, change_url, list_url, told
from tests.payments.shops import Shop, StripeShop, tomorrow

from bookable.catalog.visibility import SiteVisibility
from bookable.models import Payment, PaymentState, SavedCard, State, WebhookEvent
from bookable.money import Money
from bookable.payments.steps.opening import Consent
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

MODELS = [Payment, SavedCard, WebhookEvent]


class OnlyAnn(SiteVisibility):
    def orders(self, rows: Any, viewer: object) -> Any:
        return rows.filter(name="Ann")


@pytest.fixture
def shop() -> Iterator[Shop]:
    with shop_with_admin("stripe") as shop:
        yield shop


@pytest.fixture
def payment() -> Payment:
    order = make_order(make_customer("Cleo", email="cleo@example.com"))
    return make_payment(order, 5000, external="pi_17")


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
