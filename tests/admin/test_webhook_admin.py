"""What gateways told us is read in the admin, and acted on again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from tests.admin.money_pages import DATABASE, buttons_of, found, press, shop_with_admin
from tests.admin.pages import change_url, list_url, run_action, text_of, told, verb_url
from tests.payments.shops import Shop

from bookable.models import MessageState, Payment, PaymentState, WebhookEvent
from bookable.testing import make_webhook_event

pytestmark = pytest.mark.django_db

VERB = "process-again"


@pytest.fixture
def shop() -> Iterator[Shop]:
    with shop_with_admin("stripe") as shop:
        yield shop


def given_up(shop: Shop) -> tuple[Payment, WebhookEvent]:
    """A payment that was made, and the message about it that nobody acted on."""
    payment = shop.paying()
    shop.customer_pays(payment)
    return payment, make_webhook_event(payment, state=MessageState.DEAD, attempts=12)


class TestLooking:
    def test_the_list_says_what_came_of_each(self, admin_client: Client) -> None:
        make_webhook_event(state="dead", type="charge.done", attempts=12, error="OutcomeUnknown")
        text = text_of(admin_client, list_url(WebhookEvent))
        for word in ("given up", "charge.done", "card", "12", "OutcomeUnknown"):
            assert word in text

    @pytest.mark.parametrize(
        ("name", "value"),
        [("state__exact", "dead"), ("gateway", "card"), ("type", "charge.done")],
    )
    def test_they_can_be_filtered(self, admin_client: Client, name: str, value: str) -> None:
        event = make_webhook_event(state="dead", type="charge.done")
        make_webhook_event(gateway="other")
        assert found(admin_client, WebhookEvent, **{name: value}) == {event.pk}

    def test_they_are_found_by_key_and_by_what_they_say(self, admin_client: Client) -> None:
        event = make_webhook_event(event_id="evt_17", body='{"about": "pi_17"}')
        make_webhook_event()
        for sought in ("evt_17", "pi_17"):
            assert found(admin_client, WebhookEvent, q=sought) == {event.pk}

    def test_what_it_says_is_shown_line_by_line(self, admin_client: Client) -> None:
        event = make_webhook_event(body='{"id":"ü","of":{"no":1}}', headers={"user-agent": "me"})
        text = text_of(admin_client, change_url(event))
        assert "{\n  &quot;id&quot;: &quot;ü&quot;,\n  &quot;of&quot;: {\n    " in text
        assert "&quot;user-agent&quot;: &quot;me&quot;" in text

    @pytest.mark.parametrize("body", ["<script>no()</script>", '{"a":"<script>no()</script>"}'])
    def test_nothing_in_it_is_taken_for_markup(self, admin_client: Client, body: str) -> None:
        event = make_webhook_event(body=body, headers={"user-agent": "<script>no()</script>"})
        text = text_of(admin_client, change_url(event))
        assert "<script>no()" not in text
        assert "&lt;script&gt;no()" in text

    def test_one_whose_body_was_removed_is_shown_too(self, admin_client: Client) -> None:
        event = make_webhook_event(body="")
        assert admin_client.get(change_url(event)).status_code == 200


@pytest.mark.django_db(transaction=True)
class TestProcessing:
    def test_the_button_has_it_acted_on(self, admin_client: Client, shop: Shop) -> None:
        payment, event = given_up(shop)
        answer = press(admin_client, event, VERB)
        assert answer["Location"] == change_url(event)
        assert told(answer) == ["The message was acted on: processed."]
        event.refresh_from_db()
        payment.refresh_from_db()
        assert event.state == MessageState.PROCESSED
        assert payment.state == PaymentState.CAPTURED
        assert LogEntry.objects.count() == 1

    def test_the_action_does_it_with_many(self, admin_client: Client, shop: Shop) -> None:
        payments, events = zip(*(given_up(shop) for _ in range(2)), strict=True)
        answer = run_action(admin_client, "process_them_again", *events)
        assert told(answer) == ["2 were done."]
        for payment in payments:
            payment.refresh_from_db()
            assert payment.state == PaymentState.CAPTURED

    def test_one_that_fails_says_why(self, admin_client: Client, shop: Shop) -> None:
        _payment, event = given_up(shop)
        shop.fail("GET", "drop_before", times=9)
        answer = press(admin_client, event, VERB)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "failed, to be tried again. OutcomeUnknown" in text
        assert not LogEntry.objects.exists()

    def test_one_that_fails_keeps_none_of_the_others_from_it(
        self, admin_client: Client, shop: Shop
    ) -> None:
        (_first, lost), (second, fine) = given_up(shop), given_up(shop)
        shop.fail("GET", "drop_before")
        answer = run_action(admin_client, "process_them_again", lost, fine)
        refused, done = told(answer)
        assert "failed, to be tried again" in refused
        assert done == "1 was done."
        second.refresh_from_db()
        assert second.state == PaymentState.CAPTURED

    def test_only_who_may_has_it_acted_on(
        self, client_who_may: Callable[..., Client], shop: Shop
    ) -> None:
        payment, event = given_up(shop)
        client = client_who_may("view_webhookevent")
        assert buttons_of(client, event) == set()
        assert client.post(verb_url(event, VERB)).status_code == 403
        run_action(client, "process_them_again", event)
        payment.refresh_from_db()
        assert payment.state == PaymentState.PENDING

    def test_who_may_change_them_has_the_button(
        self, client_who_may: Callable[..., Client], shop: Shop
    ) -> None:
        _payment, event = given_up(shop)
        client = client_who_may("view_webhookevent", "change_webhookevent")
        assert buttons_of(client, event) == {VERB}
        assert press(client, event, VERB).status_code == 302

    def test_both_work_on_a_site_whose_requests_are_transactions(
        self, admin_client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (_one, first), (_other, second) = given_up(shop), given_up(shop)
        monkeypatch.setitem(DATABASE, "ATOMIC_REQUESTS", True)
        press(admin_client, first, VERB)
        run_action(admin_client, "process_them_again", second)
        states = set(WebhookEvent.objects.values_list("state", flat=True))
        assert states == {MessageState.PROCESSED}
