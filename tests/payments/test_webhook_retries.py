"""Messages that can't be acted on at once, and those that nobody needs any more."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings
from tests.payments.shops import Shop
from tests.payments.test_webhook_cases import MINUTE, assert_paid, event, messages_of, states

from bookable.models import MessageState, WebhookEvent
from bookable.payments.webhooks import (
    forget_handler,
    process,
    process_due,
    purge_messages,
    register_handler,
)
from bookable.testing import freeze
from bookable.timeline import clock

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """A handler of the site, which fails as long as it is told to."""
    told: list[Any] = []

    def handle(row: WebhookEvent, envelope: Any) -> None:
        told.append(envelope.payload)
        if len(told) < 99:
            raise LookupError("the printer is on fire")

    register_handler("parcel.*", handle)
    yield told
    forget_handler("parcel.*")


def test_46_a_message_whose_handler_fails_is_kept_and_tried_again(
    shop: Shop, heard: list[Any]
) -> None:
    message = event(shop, "parcel.sent", id="x1")
    assert shop.post(message) == 200
    kept = WebhookEvent.objects.get()
    assert (kept.state, kept.error) == (MessageState.FAILED, "LookupError")
    assert process_due() == 0
    heard[:] = [None] * 98
    with freeze(clock.now() + 2 * MINUTE):
        assert process_due() == 1
    kept.refresh_from_db()
    assert (kept.state, kept.error, kept.attempts) == (MessageState.PROCESSED, "", 2)
    assert heard[-1] == json.loads(message.body)


def test_46_a_message_is_tried_again_after_longer_and_longer_pauses_and_then_given_up(
    shop: Shop, heard: list[Any]
) -> None:
    pauses = []
    with freeze(clock.now()) as now:
        shop.post(event(shop, "parcel.sent", id="x1"))
        while (kept := WebhookEvent.objects.get()).next_at is not None:
            pauses.append(kept.next_at - clock.now())
            now.move_to(kept.next_at - MINUTE / 60)
            assert process_due() == 0
            now.move_to(kept.next_at)
            assert process_due() == 1
    assert pauses == sorted(pauses)
    assert pauses[0] == 2 * MINUTE
    assert (len(heard), kept.attempts, kept.state) == (12, 12, MessageState.DEAD)
    assert timedelta(days=2) < sum(pauses, timedelta()) < timedelta(days=3)
    assert process_due() == 0


def test_46_a_message_that_was_given_up_can_be_taken_up_by_a_person(
    shop: Shop, heard: list[Any]
) -> None:
    shop.post(event(shop, "parcel.sent", id="x1"))
    WebhookEvent.objects.update(state=MessageState.DEAD, attempts=12, next_at=None)
    assert process_due() == 0
    heard[:] = [None] * 98
    assert process_due(again=True) == 1
    assert states() == {MessageState.PROCESSED}


def test_46_a_gateway_that_does_not_answer_is_asked_again(shop: Shop) -> None:
    payment = shop.paying()
    [*_others, message] = messages_of(shop, payment)
    shop.fail("GET", "drop_before")
    assert shop.post(message) == 200
    assert WebhookEvent.objects.get().error == "OutcomeUnknown"
    with freeze(clock.now() + 2 * MINUTE):
        process_due()
    assert_paid(payment)


def test_46_a_worker_that_died_is_followed_by_another(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = shop.paying()
    message = messages_of(shop, payment)[-1]

    def die(*_args: object, **_options: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(sys.modules["bookable.payments.webhooks.process"], "refresh", die)
        with pytest.raises(SystemExit):
            shop.post(message)
    assert process_due() == 0
    with freeze(clock.now() + 6 * MINUTE):
        process_due()
    assert_paid(payment)


def test_old_messages_lose_their_text_and_keep_its_hash(shop: Shop) -> None:
    shop.post(event(shop, "moon.risen", id="x1"))
    digest = WebhookEvent.objects.get().digest
    with freeze(clock.now() + timedelta(days=89)):
        assert purge_messages() == 0
    assert WebhookEvent.objects.get().body
    with freeze(clock.now() + timedelta(days=91)):
        assert purge_messages(limit=5) == 1
        assert purge_messages() == 0
    kept = WebhookEvent.objects.get()
    assert (kept.body, kept.headers, kept.digest) == ("", {}, digest)


def test_a_site_says_how_long_messages_are_kept(shop: Shop) -> None:
    shop.post(event(shop, "moon.risen", id="x1"))
    later = freeze(clock.now() + timedelta(days=3))
    with override_settings(BOOKABLE={"MESSAGE_DAYS": 2}), later:
        assert purge_messages() == 1


def test_an_old_message_without_its_text_is_still_the_same_one(shop: Shop) -> None:
    payment = shop.paying()
    messages = messages_of(shop, payment)
    for _time in range(2):
        assert {shop.post(one) for one in messages} == {200}
        WebhookEvent.objects.update(body="")
    assert WebhookEvent.objects.count() == len(messages)
    process(WebhookEvent.objects.latest("pk"), again=True)
    assert payment.events.filter(kind="captured").count() == 1
