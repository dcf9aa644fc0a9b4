"""The commands by which a site looks after its payments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from tests.payments.shops import Shop, open_shop

from bookable.models import Booking, MessageState, Payment, PaymentState, State, WebhookEvent
from bookable.testing import freeze
from bookable.timeline import clock

Call = Callable[..., str]
pytestmark = pytest.mark.django_db(transaction=True)

RECONCILE, PROCESS = "bookable_reconcile_payments", "bookable_process_webhooks"
SOON = timedelta(minutes=3)


@pytest.fixture
def shop() -> Iterator[Shop]:
    with open_shop("stripe") as shop:
        yield shop


def test_where_the_books_agree_it_says_so(shop: Shop, call: Call) -> None:
    shop.paid()
    with freeze(clock.now() + SOON):
        said = call(RECONCILE, "--fail-on-diff")
    assert said.splitlines() == [
        "1 payment was looked at.",
        "Our books and the gateways' agree.",
    ]


def test_what_was_put_right_is_printed(shop: Shop, call: Call) -> None:
    payment = shop.paying()
    shop.customer_pays(payment)
    with freeze(clock.now() + SOON):
        said = call(RECONCILE, "--fail-on-diff")
    assert f"Put right: Payment {payment.uuid} is captured now: captured." in said.splitlines()
    assert Booking.objects.get().state == State.CONFIRMED


def test_what_a_person_must_look_at_is_printed(shop: Shop, call: Call) -> None:
    payment = shop.paying()
    shop.customer_pays(payment, amount=1)
    with freeze(clock.now() + SOON):
        said = call(RECONCILE)
    assert f"To be looked at (review): Payment {payment.uuid} is not what was asked for." in said


def test_it_fails_on_a_difference_if_that_is_asked_for(shop: Shop) -> None:
    payment = shop.paying()
    shop.customer_pays(payment, amount=1)
    told = StringIO()
    with freeze(clock.now() + SOON), pytest.raises(CommandError, match="difference") as failed:
        call_command(RECONCILE, "--fail-on-diff", stdout=told)
    assert failed.value.returncode == 1
    assert "review" in told.getvalue()


@pytest.mark.parametrize(("days", "looked_at"), [("3", 0), ("20", 1)])
def test_it_looks_as_far_back_as_it_is_told(
    shop: Shop, call: Call, days: str, looked_at: int
) -> None:
    shop.paid()
    old = clock.now() - timedelta(days=10)
    Payment.objects.update(created=old, modified=old)
    for since in (days, (clock.now() - timedelta(days=int(days))).date().isoformat()):
        assert call(RECONCILE, "--since", since).startswith(f"{looked_at} payment")


@pytest.mark.parametrize("since", ["yesterday", "-1", "2026-13-01", "9" * 12, "1.5"])
def test_it_refuses_what_is_no_moment(call: Call, since: str) -> None:
    with pytest.raises(CommandError):
        call(RECONCILE, f"--since={since}")


def failed(shop: Shop, state: MessageState) -> Payment:
    """Somebody has paid, and what we were told about it went wrong."""
    payment = shop.paying()
    shop.customer_pays(payment)
    shop.fail("GET", "drop_before", times=99)
    shop.tell()
    while shop.fake.faults.take("GET /v1/x"):  # type: ignore[attr-defined]
        pass
    WebhookEvent.objects.update(state=state, next_at=None, attempts=12)
    return payment


def test_messages_that_are_due_are_processed(shop: Shop, call: Call) -> None:
    payment = failed(shop, MessageState.FAILED)
    count = WebhookEvent.objects.count()
    assert call(PROCESS) == f"{count} messages were processed."
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert call(PROCESS) == "0 messages were processed."


def test_messages_that_were_given_up_are_taken_up_if_that_is_asked_for(
    shop: Shop, call: Call
) -> None:
    failed(shop, MessageState.DEAD)
    assert call(PROCESS) == "0 messages were processed."
    assert call(PROCESS, "--again", "--limit", 1) == "1 message was processed."
    call(PROCESS, "--again")
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {"processed"}
