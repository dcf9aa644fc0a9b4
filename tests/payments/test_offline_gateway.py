"""The gateway without a company: at the desk, by transfer, and as a developer plays it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import TestCase, override_settings
from tests.payments.companies import OfflineCompany
from tests.payments.shops import CANCEL, RETURN

from bookable.errors import InvalidRequest, Misconfigured, UnsupportedCurrency
from bookable.models import OfflineEntry
from bookable.money import Money
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.answers import CheckoutSession, Expire
from bookable.payments.gateways.base import Capability
from bookable.payments.gateways.offline import OfflineGateway
from bookable.payments.gateways.offline.books import decline_entry, pay_entry
from bookable.payments.gateways.questions import CheckoutRequest, PaymentRef, RefundRequest
from bookable.payments.states import PaymentState
from bookable.testing.gateways import GatewayContract
from bookable.timeline import clock

pytestmark = pytest.mark.django_db


@override_settings(ROOT_URLCONF="tests.payments.urls")
class TestTransfers(GatewayContract, TestCase):
    """All that every gateway must do."""

    def setUp(self) -> None:
        self.company, self.gateway = OfflineCompany(), OfflineGateway()


@override_settings(ROOT_URLCONF="tests.payments.urls", DEBUG=True)
class TestDeveloper(GatewayContract, TestCase):
    """The same where it is only played."""

    def setUp(self) -> None:
        self.company, self.gateway = OfflineCompany(), OfflineGateway(mode="developer")


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


def start(gateway: OfflineGateway, reference: str = "b-1", **more: Any) -> CheckoutSession:
    details = {
        "money": euros(5000),
        "email": "cleo@example.com",
        "description": "Haircut",
        "return_url": RETURN,
        "cancel_url": CANCEL,
        "expires_at": clock.now() + timedelta(days=7),
        **more,
    }
    return gateway.start_checkout(CheckoutRequest(key=reference, reference=reference, **details))


@pytest.fixture
def promised() -> PaymentRef:
    return start(OfflineGateway(mode="desk")).ref


desk = OfflineGateway(mode="desk")


def test_without_settings_there_is_a_gateway_for_transfers() -> None:
    gateway = get_gateway("default")
    assert isinstance(gateway, OfflineGateway)
    assert gateway.mode == "transfer"


def test_who_pays_at_the_desk_goes_straight_back() -> None:
    assert start(desk).url == RETURN


def test_what_is_paid_at_the_desk_is_set_aside_at_once(promised: PaymentRef) -> None:
    told = desk.fetch(promised)
    assert (told.state, told.authorized, told.captured) == (
        PaymentState.AUTHORIZED,
        euros(5000),
        euros(0),
    )


def test_staff_takes_what_was_really_paid(promised: PaymentRef) -> None:
    told = desk.capture(promised, euros(4000), "key")
    assert (told.state, told.captured) == (PaymentState.CAPTURED, euros(4000))
    assert desk.capture(promised, euros(4000), "key") == told


def test_more_than_was_promised_is_not_taken(promised: PaymentRef) -> None:
    with pytest.raises(InvalidRequest):
        desk.capture(promised, euros(5001), "key")
    assert desk.fetch(promised).captured == euros(0)


def test_what_was_taken_is_not_taken_again(promised: PaymentRef) -> None:
    desk.capture(promised, euros(1000), "key")
    with pytest.raises(InvalidRequest):
        desk.capture(promised, euros(4000), "other")


def test_a_promise_can_be_let_go_more_than_once(promised: PaymentRef) -> None:
    assert desk.void(promised, "key").state == PaymentState.CANCELLED
    assert desk.void(promised, "key").state == PaymentState.CANCELLED


def test_what_was_let_go_can_not_be_taken(promised: PaymentRef) -> None:
    desk.void(promised, "key")
    with pytest.raises(InvalidRequest):
        desk.capture(promised, euros(5000), "key")


def test_what_was_taken_can_not_be_let_go(promised: PaymentRef) -> None:
    desk.capture(promised, euros(5000), "key")
    with pytest.raises(InvalidRequest):
        desk.void(promised, "key")


def test_a_promise_does_not_expire(promised: PaymentRef) -> None:
    assert desk.expire(promised) == Expire.PAID


def test_what_was_let_go_can_not_be_paid_any_more(promised: PaymentRef) -> None:
    desk.void(promised, "key")
    assert desk.expire(promised) == Expire.EXPIRED
    with pytest.raises(InvalidRequest):
        pay_entry(promised.reference)


def test_no_more_than_was_taken_is_given_back(promised: PaymentRef) -> None:
    desk.capture(promised, euros(4000), "key")
    desk.refund(RefundRequest(key="a", payment=promised, money=euros(3000)))
    with pytest.raises(InvalidRequest):
        desk.refund(RefundRequest(key="b", payment=promised, money=euros(1001)))
    assert desk.fetch(promised).refunded == euros(3000)


@pytest.mark.parametrize("money", [euros(0), euros(-1), Money(100, "USD")])
def test_nothing_else_than_its_own_money_moves(promised: PaymentRef, money: Money) -> None:
    desk.capture(promised, euros(4000), "key")
    with pytest.raises(InvalidRequest):
        desk.refund(RefundRequest(key="a", payment=promised, money=money))


def test_a_transfer_may_come_after_its_time() -> None:
    gateway = OfflineGateway()
    ref = start(gateway).ref
    assert gateway.expire(ref) == Expire.EXPIRED
    pay_entry(ref.reference)
    assert gateway.fetch(ref).state == PaymentState.CAPTURED


def test_what_has_come_can_not_be_declined() -> None:
    gateway = OfflineGateway()
    ref = start(gateway).ref
    pay_entry(ref.reference)
    with pytest.raises(InvalidRequest):
        decline_entry(ref.reference)


def test_another_amount_may_come() -> None:
    gateway = OfflineGateway()
    ref = start(gateway).ref
    pay_entry(ref.reference, euros(4900))
    assert gateway.fetch(ref).captured == euros(4900)


def test_it_comes_once() -> None:
    ref = start(OfflineGateway()).ref
    pay_entry(ref.reference)
    pay_entry(ref.reference)
    with pytest.raises(InvalidRequest):
        pay_entry(ref.reference, euros(100))


def test_what_is_not_taken_at_once_is_set_aside_when_it_comes() -> None:
    gateway = OfflineGateway()
    ref = start(gateway, capture=False).ref
    pay_entry(ref.reference)
    assert gateway.fetch(ref).state == PaymentState.AUTHORIZED
    assert gateway.capture(ref, euros(5000), "key").state == PaymentState.CAPTURED


def test_a_transfer_is_waited_for_as_many_days_as_the_site_says() -> None:
    assert OfflineGateway(days=3).patience == timedelta(days=3)
    assert OfflineGateway(mode="desk", days=3).patience == timedelta(0)


def test_the_same_reference_does_not_ask_for_another_amount() -> None:
    start(OfflineGateway())
    with pytest.raises(InvalidRequest):
        start(OfflineGateway(), money=euros(100))


def test_only_its_currencies_are_taken() -> None:
    with pytest.raises(UnsupportedCurrency):
        start(OfflineGateway(currencies=["CHF"]))
    assert not OfflineEntry.objects.exists()


def test_a_mode_that_it_has_not_is_refused() -> None:
    with pytest.raises(Misconfigured, match="“desk”, “transfer”, “developer”"):
        OfflineGateway(mode="cheque")


def test_the_developers_mode_is_nothing_for_visitors() -> None:
    gateway = OfflineGateway(mode="developer")
    assert gateway.is_for_development
    with pytest.raises(InvalidRequest):
        start(gateway)


@pytest.mark.parametrize(
    "ask", [desk.fetch, desk.expire, lambda ref: desk.void(ref, "key"), desk.list_refunds]
)
def test_what_is_not_in_the_books_can_not_be_asked_about(
    ask: Callable[[PaymentRef], object],
) -> None:
    with pytest.raises(InvalidRequest):
        ask(PaymentRef(reference="unknown", currency="EUR"))


def test_without_our_addresses_the_sites_own_page_must_do() -> None:
    with override_settings(ROOT_URLCONF="tests.urls"):
        assert start(OfflineGateway()).url == RETURN


@override_settings(ROOT_URLCONF="tests.payments.urls")
def test_its_page_is_beside_the_sites_own() -> None:
    session = start(OfflineGateway())
    expected = f"https://site.example.com/bookable/payments/offline/{session.ref.checkout}/"
    assert session.url == expected


def test_it_says_what_it_can_do() -> None:
    assert Capability.MANUAL_CAPTURE in desk.capabilities
    assert Capability.WEBHOOKS not in desk.capabilities
