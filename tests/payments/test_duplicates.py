"""Messages that come in a crowd: money moves once, and nobody gets in anybody's way."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.bookings.tables import listening
from tests.bookings.threads import deadlocks, needs_several_connections
from tests.payments.shops import Shop
from tests.payments.test_permutations import EXPECTED, Lifecycle

from bookable import jobs
from bookable.models import MessageState, PaymentState, State, WebhookEvent
from bookable.payments.reconcile import reconcile
from bookable.payments.webhooks import process, receive
from bookable.testing import freeze
from bookable.testing.fakes.outbox import Delivery
from bookable.testing.hammer import strike
from bookable.timeline import clock

__all__ = ["deadlocks"]

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS, MESSAGES = 16, 200
ORDERS = 4


def test_34_two_hundred_copies_of_a_message_move_money_once(shop: Shop) -> None:
    needs_several_connections()
    booking = shop.held()
    payment = shop.paying(booking)
    shop.customer_pays(payment)
    message = shop.deliveries()[-1]
    with listening() as heard:
        report = strike([posting(shop, message)], workers=WORKERS, attempts=MESSAGES)
    assert report.errors == []
    assert report.done == MESSAGES
    payment.refresh_from_db()
    booking.refresh_from_db()
    assert (payment.state, booking.state) == (PaymentState.CAPTURED, State.CONFIRMED)
    assert payment.events.filter(kind="captured").count() == 1
    assert heard.count("payment_captured") == heard.count("booking_confirmed") == 1
    [kept] = WebhookEvent.objects.all()
    assert (kept.state, kept.attempts) == (MessageState.PROCESSED, 1)


def test_97_two_hundred_messages_of_all_kinds_about_few_orders_hold_nobody_up(
    shop: Shop, deadlocks: list[BaseException]
) -> None:
    needs_several_connections()
    began = clock.now()
    service = shop.service()
    lives = [Lifecycle(shop, service) for _number in range(ORDERS)]
    for life in lives:
        life.run([])
    messages = shop.deliveries()
    returning = [lambda _chance, one=life: shop.come_back(one.payment) for life in lives]
    blows = [*(posting(shop, message) for message in messages), *returning]
    with listening() as heard:
        report = strike(blows, workers=WORKERS, attempts=MESSAGES)
        assert report.errors == []
        assert report.done == MESSAGES
        with freeze(clock.now() + timedelta(minutes=6)):
            jobs.run_due()
            reconcile(since=began)
    assert [life.state() for life in lives] == [EXPECTED] * ORDERS
    assert heard.count("payment_captured") == heard.count("booking_confirmed") == ORDERS
    assert [error for error in deadlocks if is_deadlock(error)] == []


def test_97_a_message_takes_a_known_number_of_questions_to_the_database(shop: Shop) -> None:
    payment = shop.paying()
    shop.customer_pays(payment)
    message = shop.deliveries()[-1]
    keeping = questions(lambda: receive(shop.alias, message.headers, message.body))
    event = WebhookEvent.objects.get()
    first = questions(lambda: process(event))
    copy = questions(lambda: process(receive(shop.alias, message.headers, message.body)))
    again = questions(lambda: process(event, again=True))
    assert (keeping, first, copy, again) == (2, 43, 4, 12)


def questions(work: Callable[[], object]) -> int:
    """How many statements it takes; beginning and ending transactions is not counted."""
    with CaptureQueriesContext(connection) as captured:
        work()
    asked = [query["sql"] for query in captured.captured_queries]
    return len([sql for sql in asked if not sql.startswith(("BEGIN", "COMMIT"))])


def posting(shop: Shop, message: Delivery) -> Callable[[random.Random], object]:
    def post(_chance: random.Random) -> None:
        assert shop.post(message) == 200

    return post


def is_deadlock(error: BaseException) -> bool:
    """As each database says that two waited for one another."""
    state = getattr(error.__cause__, "sqlstate", None)
    return state == "40P01" or (bool(error.args) and error.args[0] == 1213)
