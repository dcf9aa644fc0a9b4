"""What happened to a payment is told in sentences."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from bookable.models import Payment, PaymentEvent, PaymentState, RefundState
from bookable.payments.telling import event_text, who_text
from bookable.testing import make_payment, make_payment_event, make_refund

pytestmark = pytest.mark.django_db

#: All that is recorded of a payment.
KINDS = [
    *(state.value for state in PaymentState),
    *(f"refund_{state.value}" for state in RefundState if state != RefundState.SUBMITTING),
    "accepted",
    "capturing",
    "voiding",
    "disputed",
    "card_kept",
    "refund_found",
]


@pytest.fixture
def payment() -> Payment:
    return make_payment(amount=1000)


def told(payment: Payment, kind: str, **fields: Any) -> str:
    return event_text(make_payment_event(payment, kind, **fields))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_has_a_sentence_of_its_own(payment: Payment, kind: str) -> None:
    text = told(payment, kind, amount=1000)
    assert text != kind.replace("_", " ").capitalize() + "."
    assert text.endswith(".")
    assert "%" not in text


def test_no_two_kinds_are_told_alike(payment: Payment) -> None:
    assert len({told(payment, kind, amount=1000) for kind in KINDS}) == len(KINDS)


def test_a_kind_that_nobody_knows_is_told_by_its_name(payment: Payment) -> None:
    assert told(payment, "paid_out_100%", amount=1) == "Paid out 100%."


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("created", "7.50 EUR was asked for."),
        ("captured", "7.50 EUR was taken."),
        ("authorized", "7.50 EUR was set aside."),
        ("disputed", "The customer's bank disputes 7.50 EUR."),
        ("refund_created", "Giving back 7.50 EUR was asked for."),
        ("refund_succeeded", "7.50 EUR was given back."),
    ],
)
def test_a_sentence_names_the_amount(payment: Payment, kind: str, sentence: str) -> None:
    assert told(payment, kind, amount=750) == sentence


def test_an_event_without_an_amount_is_told_too(payment: Payment) -> None:
    assert told(payment, "expired") == "The time to pay ran out."


def test_a_failure_is_told_in_the_words_of_the_gateway(payment: Payment) -> None:
    text = told(payment, "failed", data={"failure": "100% refused"})
    assert text == "It failed. The gateway says: 100% refused."


def test_a_dispute_that_was_won_is_told_as_over(payment: Payment) -> None:
    assert told(payment, "disputed", amount=0) == "Nothing of it is disputed any more."


def test_what_was_looked_at_may_be_accepted_or_given_back(payment: Payment) -> None:
    some = told(payment, "accepted", amount=900)
    assert some == "It was looked at, and 9.00 EUR was accepted."
    assert told(payment, "accepted", amount=0) == "It was looked at, and nothing of it is kept."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            {"why": "currency", "currency": "USD", "was": 900, "wanted": 1000},
            "9.00 USD came, and 10.00 EUR was asked for.",
        ),
        (
            {"why": "asked", "currency": "EUR", "was": 800, "wanted": 1000},
            "The gateway was asked for 8.00 EUR, and not for 10.00 EUR.",
        ),
        ({"why": "underpaid", "was": 700, "wanted": 1000}, "Only 7.00 EUR of 10.00 EUR came."),
        ({}, ""),
    ],
)
def test_what_is_to_be_looked_at_says_why(
    payment: Payment, data: dict[str, Any], sentence: str
) -> None:
    text = told(payment, "review", amount=900, data=data)
    assert text == f"{sentence} Somebody has to look at it.".strip()


def test_a_refund_says_why_it_was_asked_for(payment: Payment) -> None:
    known = told(payment, "refund_created", amount=100, data={"reason": "duplicate"})
    own = told(payment, "refund_created", amount=100, data={"reason": "By the judge."})
    assert known == "Giving back 1.00 EUR was asked for. It was paid twice."
    assert own == "Giving back 1.00 EUR was asked for. By the judge."


def test_a_refund_by_itself_is_told_from_one_that_staff_asked_for(payment: Payment) -> None:
    refund = make_refund(payment, 100, source="settlement")
    created = PaymentEvent.objects.get(refund=refund, kind="refund_created")
    assert event_text(created) == "1.00 EUR is owed for nothing and is to be given back."


def test_who_did_it_is_an_account_the_gateway_or_the_system(payment: Payment) -> None:
    ann = User.objects.create_user("ann")
    assert who_text(make_payment_event(payment, by=ann, message="evt_1")) == "ann"
    assert who_text(make_payment_event(payment, message="evt_1")) == "message of the gateway"
    assert who_text(make_payment_event(payment)) == "system"
