"""Money is given back on a page of its own, once however often it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid5

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from tests.admin.money_pages import DATABASE, form_of, press, send, shop_with_admin
from tests.admin.pages import change_url, text_of, told, verb_url
from tests.payments.shops import Shop, StripeShop

from bookable.errors import NotRefundable
from bookable.models import Payment, RefundState
from bookable.money import Money
from bookable.payments.refund import refund
from bookable.testing import make_payment, make_refund

pytestmark = pytest.mark.django_db(transaction=True)

VERB = "give-back"


@pytest.fixture(params=["stripe", "paystack"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    with shop_with_admin(request.param) as shop:
        yield shop


@pytest.fixture
def stripe() -> Iterator[Shop]:
    with shop_with_admin("stripe") as shop:
        yield shop


def given_back(payment: Payment) -> list[int]:
    return list(payment.refunds.order_by("pk").values_list("amount", flat=True))


@pytest.mark.django_db
def test_the_page_shows_what_is_left_and_proposes_it(admin_client: Client) -> None:
    payment = make_payment(amount=5000, disputed=700)
    make_refund(payment, 1000, state="pending")
    text = text_of(admin_client, verb_url(payment, VERB))
    for word in ("50.00 EUR", "10.00 EUR", "7.00 EUR", "33.00 EUR"):
        assert word in text
    assert form_of(admin_client, payment, VERB)["amount"] == "33.00"


@pytest.mark.django_db
def test_fees_that_came_on_top_are_not_proposed(admin_client: Client) -> None:
    payment = make_payment(amount=1000, captured=1050, surcharge=50)
    assert form_of(admin_client, payment, VERB)["amount"] == "10.00"


@pytest.mark.django_db
def test_each_page_has_a_key_of_its_own(admin_client: Client) -> None:
    payment = make_payment()
    keys = {form_of(admin_client, payment, VERB)["key"] for _ in range(2)}
    assert len(keys) == 2
    assert "" not in keys


def test_all_of_it_is_given_back(admin_client: Client, shop: Shop) -> None:
    payment = shop.paid()
    answer = press(admin_client, payment, VERB)
    assert answer["Location"] == change_url(payment)
    assert given_back(payment) == [10_000]
    assert shop.books() == 0


def test_a_part_is_given_back_with_a_reason_and_who_said_so(
    admin_client: Client, shop: Shop
) -> None:
    payment = shop.paid()
    press(admin_client, payment, VERB, amount="25.50", reason="goodwill", comment="She was kind.")
    refund = payment.refunds.get()
    assert refund.by is not None
    assert (refund.amount, refund.reason, refund.comment, refund.by.get_username()) == (
        2550,
        "goodwill",
        "She was kind.",
        "admin",
    )
    assert shop.books() == 7450


def test_it_is_told_whether_it_is_there_or_on_its_way(admin_client: Client, stripe: Shop) -> None:
    payment = stripe.paid()
    assert told(press(admin_client, payment, VERB, amount="1")) == ["1.00 EUR was given back."]


def test_a_double_click_gives_it_back_once(admin_client: Client, shop: Shop) -> None:
    payment = shop.paid()
    answers = form_of(admin_client, payment, VERB) | {"amount": "40"}
    first, second = (send(admin_client, payment, VERB, answers) for _click in range(2))
    assert first["Location"] == second["Location"] == change_url(payment)
    assert given_back(payment) == [4000]
    assert shop.books() == 6000
    assert LogEntry.objects.count() == 1


def test_a_double_click_on_all_of_it_is_not_refused(admin_client: Client, shop: Shop) -> None:
    payment = shop.paid()
    answers = form_of(admin_client, payment, VERB)
    for _click in range(2):
        assert send(admin_client, payment, VERB, answers)["Location"] == change_url(payment)
    assert given_back(payment) == [10_000]


def test_two_equal_parts_from_two_pages_are_two_refunds(admin_client: Client, shop: Shop) -> None:
    payment = shop.paid()
    for _page in range(2):
        press(admin_client, payment, VERB, amount="40")
    assert given_back(payment) == [4000, 4000]
    assert shop.books() == 2000


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("100.01", "At most 100.00 EUR can be given back."),
        ("0", "At most 100.00 EUR can be given back."),
        ("-1", "At most 100.00 EUR can be given back."),
        ("1.001", "finer than the smallest unit"),
        ("", "This field is required."),
        ("much", "Enter a number."),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_lost(
    admin_client: Client, stripe: Shop, amount: str, sentence: str
) -> None:
    payment = stripe.paid()
    answers = form_of(admin_client, payment, VERB)
    answers |= {"amount": amount, "reason": "goodwill", "comment": "She was kind."}
    text = send(admin_client, payment, VERB, answers).content.decode()
    assert sentence in text
    assert "She was kind." in text
    assert '<option value="goodwill" selected>' in text
    assert answers["key"] in text
    assert stripe.books() == 10_000


def test_a_refund_that_the_gateway_refuses_can_be_tried_again(
    admin_client: Client, stripe: Shop
) -> None:
    assert isinstance(stripe, StripeShop)
    payment = stripe.paid()
    stripe.fake.refund_externally(payment.external, 9500)  # nobody has told us
    answers = form_of(admin_client, payment, VERB) | {"amount": "10", "comment": "She was kind."}
    text = send(admin_client, payment, VERB, answers).content.decode()
    assert "Giving back 10.00 EUR failed." in text
    assert "She was kind." in text
    assert answers["key"] not in text
    assert payment.refunds.get().state == RefundState.FAILED
    assert not LogEntry.objects.exists()


def test_an_answer_that_is_lost_is_told_and_asked_for_once(
    admin_client: Client, shop: Shop
) -> None:
    payment = shop.paid()
    shop.fail("POST", "drop_after")
    answers = form_of(admin_client, payment, VERB) | {"amount": "40"}
    for _click in range(2):
        answer = send(admin_client, payment, VERB, answers)
        assert "has not answered yet" in told(answer)[-1]
    assert given_back(payment) == [4000]
    assert shop.books() == 6000


def test_what_was_only_set_aside_is_not_given_back_here(admin_client: Client, stripe: Shop) -> None:
    payment = stripe.paid(takes_at_once=False)
    answer = press(admin_client, payment, VERB, amount="100")
    assert "At most 0.00 EUR can be given back." in answer.content.decode()
    payment.refresh_from_db()
    assert payment.set_aside == Money(10_000, "EUR")


def test_it_works_on_a_site_whose_requests_are_transactions(
    admin_client: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = shop.paid()
    monkeypatch.setitem(DATABASE, "ATOMIC_REQUESTS", True)
    assert press(admin_client, payment, VERB).status_code == 302
    assert shop.books() == 0


class TestKeys:
    def test_the_same_key_is_the_same_refund(self, stripe: Shop) -> None:
        payment = stripe.paid()
        first = refund(payment, Money(1000, "EUR"), key="one")
        again = refund(payment, Money(2000, "EUR"), key="one")
        assert first is not None
        assert again == first
        assert first.uuid == uuid5(payment.uuid, "one")
        assert stripe.books() == 9000

    def test_other_keys_and_none_are_other_refunds(self, stripe: Shop) -> None:
        payment = stripe.paid()
        for key in ("one", "other", "", ""):
            refund(payment, Money(1000, "EUR"), key=key)
        assert given_back(payment) == [1000] * 4

    def test_the_same_key_of_another_payment_is_another_refund(self, stripe: Shop) -> None:
        service = stripe.service(capacity=2)
        payments = [stripe.paid(stripe.held(service)) for _ in range(2)]
        for payment in payments:
            refund(payment, Money(1000, "EUR"), key="one")
        assert stripe.books() == 18_000

    def test_what_was_refused_may_be_asked_for_under_the_same_key(self, stripe: Shop) -> None:
        payment = stripe.paid()
        with pytest.raises(NotRefundable):
            refund(payment, Money(10_001, "EUR"), key="one")
        assert refund(payment, Money(10_000, "EUR"), key="one") is not None
