"""The gateway to providers of django-payments, with the one that it brings for tests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.error import URLError

import pytest

pytest.importorskip("payments", reason="the package django-payments is not installed")

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, TransactionTestCase, override_settings
from django.urls import include, path
from tests.payments.shops import tomorrow

if not hasattr(settings, "PAYMENT_HOST"):
    # that package wants to know it once, when it is imported
    settings.PAYMENT_HOST = "site.example.com"

from payments.core import BasicProvider
from payments.dummy import DummyProvider

from bookable.bookings.hold import hold
from bookable.errors import (
    Declined,
    InvalidRequest,
    NotSupported,
    OutcomeUnknown,
    UnsupportedCurrency,
)
from bookable.models import Booking, Payment, PaymentState, ProviderPayment, RefundState, State
from bookable.money import Money
from bookable.payments.capture import capture
from bookable.payments.gateways import Capability, get_gateway
from bookable.payments.gateways.answers import CheckoutSession, Expire
from bookable.payments.gateways.django_payments import DjangoPaymentsGateway
from bookable.payments.gateways.questions import CheckoutRequest, PaymentRef, RefundRequest
from bookable.payments.pay import pay
from bookable.testing import GatewayContract, make_customer, make_provider, make_service
from bookable.timeline import clock
from bookable.urls import urlpatterns as _ours
from payments import PaymentError, PurchasedItem, RedirectNeeded

_LINE = path("payments/provider/", include("bookable.payments.gateways.django_payments.urls"))
_known = [one for one in _ours if str(one.pattern) != str(_LINE.pattern)]
urlpatterns = [path("bookable/", include(([*_known, _LINE], "bookable")))]

DONE, GIVEN_UP = "https://site.example.com/done/", "https://site.example.com/given-up/"


class Losing(DummyProvider):
    """Its answers can be lost."""

    lost = ""

    def get_form(self, payment: Any, data: Any = None) -> Any:
        return self._answer(lambda: super(Losing, self).get_form(payment, data))

    def refund(self, payment: Any, amount: Any = None) -> Any:
        return self._answer(lambda: super(Losing, self).refund(payment, amount))

    def _answer(self, work: Any) -> Any:
        lost, self.lost = self.lost, ""
        if lost == "before":
            raise URLError("nobody answered")
        answer = work()
        if lost == "after":
            raise URLError("nobody answered")
        return answer


class DummyCompany:
    """Fills in the form of the provider, as its customers do."""

    def __init__(self, gateway: DjangoPaymentsGateway, provider: Losing) -> None:
        self.gateway, self.provider = gateway, provider

    def pay(self, checkout: CheckoutSession) -> None:
        self._answer(checkout, "confirmed")

    def decline(self, checkout: CheckoutSession) -> None:
        self._answer(checkout, "rejected")

    def lose(self, *, after: bool) -> None:
        self.provider.lost = "after" if after else "before"

    def messages(self) -> list[tuple[Mapping[str, str], bytes]]:
        return []

    def _answer(self, checkout: CheckoutSession, status: str) -> None:
        row = ProviderPayment.objects.get(token=checkout.ref.checkout)
        assert isinstance(self.gateway.form_of(row, filled_in(status)), str)


def filled_in(status: str, **more: str) -> dict[str, str]:
    answers = {"fraud_status": "accept", "gateway_response": "3ds-disabled"}
    return {**answers, "status": status, **more}


@override_settings(ROOT_URLCONF=__name__)
class TestDummyProvider(GatewayContract, TransactionTestCase):
    """All that every gateway must do."""

    def setUp(self) -> None:
        provider = Losing()
        self.gateway = DjangoPaymentsGateway(variant=provider)
        self.company = DummyCompany(self.gateway, provider)


@pytest.fixture
def site() -> Iterator[None]:
    variant = (f"{__name__}.Losing", {})
    backend = "bookable.payments.gateways.django_payments.DjangoPaymentsGateway"
    gateways = {"card": {"BACKEND": backend, "OPTIONS": {"variant": variant}}}
    with override_settings(BOOKABLE={"GATEWAYS": gateways}, ROOT_URLCONF=__name__):
        yield


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.usefixtures("site"),
]


def held() -> Booking:
    service = make_service(price=10_000)
    make_provider(offers=service, hours=["00:00-24:00"])
    return hold(service, tomorrow(), customer=make_customer("Cleo", email="cleo@example.com"))


def paying(booking: Booking, **options: Any) -> Payment:
    checkout = pay(booking.order, return_url=DONE, cancel_url=GIVEN_UP, **options)
    assert checkout.payment is not None
    return checkout.payment


def fill_in(payment: Payment, status: str, **more: str) -> Any:
    address = payment.url.removeprefix("https://site.example.com")
    return Client().post(address, filled_in(status, **more))


def row_of(payment: Payment) -> ProviderPayment:
    return ProviderPayment.objects.get(reference=payment.reference)


def process_address(payment: Payment) -> str:
    return f"/bookable/payments/provider/{row_of(payment).token}/"


def request(**more: Any) -> CheckoutRequest:
    key = uuid.uuid4().hex
    asked = {
        "key": key,
        "reference": key,
        "money": Money(3500, "EUR"),
        "email": "cleo@example.com",
        "description": "Haircut",
        "return_url": DONE,
        "cancel_url": GIVEN_UP,
        "expires_at": clock.now(),
    }
    return CheckoutRequest(**{**asked, **more})


def with_status(gateway: DjangoPaymentsGateway, status: str, **asked: Any) -> PaymentRef:
    """A payment of which the provider has said that much."""
    checkout = gateway.start_checkout(request(**asked))
    row = ProviderPayment.objects.get(token=checkout.ref.checkout)
    gateway.form_of(row, filled_in(status))
    return checkout.ref


def test_who_fills_in_the_form_has_a_booking() -> None:
    booking = held()
    payment = paying(booking)
    page = Client().get(payment.url.removeprefix("https://site.example.com"))
    assert page.status_code == 200
    assert 'name="status"' in page.content.decode()
    answer = fill_in(payment, "confirmed")
    assert answer.headers["Location"].endswith(f"/payments/return/{payment.uuid}/")
    booking.refresh_from_db()
    payment.refresh_from_db()
    assert (booking.state, payment.state) == (State.CONFIRMED, PaymentState.CAPTURED)
    assert payment.captured == 10_000


def test_what_comes_to_the_address_of_a_payment_is_handed_to_the_provider() -> None:
    booking = held()
    payment = paying(booking)
    answer = Client().post(f"{process_address(payment)}?verification_result=confirmed")
    assert answer.status_code == 302
    booking.refresh_from_db()
    assert booking.state == State.CONFIRMED


def test_who_is_refused_may_try_again_on_the_same_page() -> None:
    payment = paying(held())
    assert fill_in(payment, "rejected").headers["Location"] == GIVEN_UP
    payment.refresh_from_db()
    assert (payment.state, payment.failure) == (PaymentState.FAILED, "rejected")
    fill_in(payment, "confirmed")
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED


def test_a_late_refusal_takes_nothing_back() -> None:
    payment = paying(held())
    fill_in(payment, "confirmed")
    Client().post(f"{process_address(payment)}?verification_result=rejected")
    payment.refresh_from_db()
    assert (payment.state, payment.captured) == (PaymentState.CAPTURED, 10_000)


def test_the_form_of_a_payment_that_was_made_is_not_shown_again() -> None:
    payment = paying(held())
    fill_in(payment, "confirmed")
    answer = fill_in(payment, "rejected")
    assert "/payments/return/" in answer.headers["Location"]
    assert row_of(payment).status == "confirmed"


def test_a_form_that_another_site_sends_is_refused() -> None:
    payment = paying(held())
    address = payment.url.removeprefix("https://site.example.com")
    forged = Client(enforce_csrf_checks=True).post(address, filled_in("confirmed"))
    assert forged.status_code == 403
    assert row_of(payment).status == "input"
    shown = Client(enforce_csrf_checks=True).get(address).content.decode()
    assert "csrfmiddlewaretoken" in shown


def test_a_provider_that_does_not_answer_sends_the_customer_back() -> None:
    payment = paying(held())
    answer = fill_in(payment, "waiting", gateway_response="failure")
    assert answer.headers["Location"] == GIVEN_UP


def test_an_address_of_nobody_leads_nowhere() -> None:
    unknown = f"/bookable/payments/provider/{uuid.uuid4()}/"
    assert Client().post(unknown).status_code == 404
    assert Client().get(f"{unknown}pay/").status_code == 404


def test_what_a_provider_refuses_is_answered_so(monkeypatch: pytest.MonkeyPatch) -> None:
    payment = paying(held())

    def refuse(*_given: Any) -> HttpResponse:
        raise PaymentError("It was not signed.")

    monkeypatch.setattr(Losing, "process_data", refuse)
    assert Client().post(process_address(payment)).status_code == 400
    payment.refresh_from_db()
    assert payment.state == PaymentState.PENDING


def test_a_message_to_the_address_of_the_account_finds_its_payment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    payment = paying(held())
    token = row_of(payment).token
    monkeypatch.setattr(Losing, "get_token_from_request", lambda *_args, **_kwargs: token)
    address = "/bookable/payments/provider/card/?verification_result=confirmed"
    assert Client().post(address).status_code == 302
    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED


def test_a_message_that_names_no_payment_is_refused() -> None:
    assert Client().post("/bookable/payments/provider/card/").status_code == 400


def test_who_the_customer_is_stands_on_the_order_alone() -> None:
    booking = held()
    row = row_of(paying(booking))
    assert (row.billing_email, row.billing_first_name) == ("cleo@example.com", "Cleo")
    kept = {field.name: str(field.value_from_object(row)) for field in row._meta.concrete_fields}
    assert [name for name, value in kept.items() if "cleo" in value.lower()] == []


def test_a_provider_reads_and_keeps_what_it_does_of_its_own_payments() -> None:
    row = row_of(paying(held()))
    row.attrs.session = {"id": "s-1"}
    row.change_fraud_status("review", "odd")
    again = ProviderPayment.objects.get(pk=row.pk)
    assert again.attrs.session == {"id": "s-1"}
    assert (again.fraud_status, again.fraud_message) == ("review", "odd")
    [item] = again.get_purchased_items()
    assert isinstance(item, PurchasedItem)
    assert (item.price, item.currency) == (Decimal("100.00"), "EUR")


def test_money_that_was_set_aside_is_taken_later() -> None:
    booking = held()
    payment = paying(booking, takes_at_once=False)
    fill_in(payment, "preauth")
    payment.refresh_from_db()
    assert (payment.state, payment.set_aside.amount) == (PaymentState.AUTHORIZED, 10_000)
    capture(payment)
    payment.refresh_from_db()
    assert (payment.state, payment.captured) == (PaymentState.CAPTURED, 10_000)


def test_what_is_taken_twice_is_taken_once(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = DjangoPaymentsGateway(variant=DummyProvider())
    ref = with_status(gateway, "preauth", capture=False)
    assert gateway.capture(ref, Money(2000, "EUR"), "k").captured == Money(2000, "EUR")
    monkeypatch.setattr(DummyProvider, "capture", None)
    assert gateway.capture(ref, Money(2000, "EUR"), "k").captured == Money(2000, "EUR")


def test_only_what_is_set_aside_can_be_taken_or_let_go() -> None:
    gateway = DjangoPaymentsGateway(variant=DummyProvider())
    ref = with_status(gateway, "rejected")
    with pytest.raises(InvalidRequest):
        gateway.capture(ref, Money(3500, "EUR"), "k")
    with pytest.raises(InvalidRequest):
        gateway.void(ref, "k")


def test_what_was_let_go_is_cancelled() -> None:
    gateway = DjangoPaymentsGateway(variant=DummyProvider())
    ref = with_status(gateway, "preauth", capture=False)
    assert gateway.void(ref, "k").state == PaymentState.CANCELLED
    assert gateway.void(ref, "k").captured == Money.zero("EUR")


def test_a_provider_is_told_whether_it_takes_money_at_once() -> None:
    told = []

    class Noting(DummyProvider):
        def get_form(self, payment: Any, data: Any = None) -> Any:
            told.append(self._capture)
            return super().get_form(payment, data)

    gateway = DjangoPaymentsGateway(variant=Noting())
    gateway.start_checkout(request(capture=False))
    gateway.start_checkout(request())
    assert told == [False, True]


def test_cancelling_a_booking_gives_the_money_back() -> None:
    booking = held()
    payment = paying(booking)
    fill_in(payment, "confirmed")
    booking.cancel()
    payment.refresh_from_db()
    assert payment.refunds.get().state == RefundState.SUCCEEDED
    assert payment.refunded == 10_000


def paid(gateway: DjangoPaymentsGateway) -> PaymentRef:
    return with_status(gateway, "confirmed")


def back(ref: PaymentRef, amount: int) -> RefundRequest:
    return RefundRequest(key=uuid.uuid4().hex, payment=ref, money=Money(amount, "EUR"))


def test_a_refund_whose_answer_was_lost_is_left_to_a_person() -> None:
    provider = Losing()
    gateway = DjangoPaymentsGateway(variant=provider)
    asked = back(paid(gateway), 1000)
    provider.lost = "before"
    with pytest.raises(OutcomeUnknown):
        gateway.refund(asked)
    assert gateway.refund(asked).state == RefundState.NEEDS_ATTENTION


def test_a_refund_that_a_provider_refuses_has_failed() -> None:
    class Refusing(DummyProvider):
        def refund(self, payment: Any, amount: Any = None) -> Any:
            raise PaymentError("no", code="too_late")

    gateway = DjangoPaymentsGateway(variant=Refusing())
    ref = paid(gateway)
    with pytest.raises(Declined) as refusal:
        gateway.refund(back(ref, 1000))
    assert refusal.value.reason == "too_late"
    assert gateway.fetch(ref).refunded == Money.zero("EUR")


def test_what_was_given_back_elsewhere_is_a_refund_too() -> None:
    gateway = DjangoPaymentsGateway(variant=DummyProvider())
    ref = paid(gateway)
    gateway.refund(back(ref, 500))
    row = ProviderPayment.objects.get(reference=ref.reference)
    row.captured_amount -= Decimal("15.00")  # as some providers do when they are told
    row.save()
    found = gateway.fetch(ref)
    assert (found.captured.amount, found.refunded.amount) == (3500, 1500)
    assert sorted(one.money.amount for one in gateway.list_refunds(ref)) == [500, 1000]


@pytest.mark.parametrize("status", ["refunded", "rejected", "cancelled"])
def test_what_was_taken_stays_taken_whatever_a_provider_writes_later(status: str) -> None:
    gateway = DjangoPaymentsGateway(variant=DummyProvider())
    ref = paid(gateway)
    ProviderPayment.objects.get(reference=ref.reference).change_status(status)
    found = gateway.fetch(ref)
    assert (found.state, found.captured.amount) == (PaymentState.CAPTURED, 3500)


def test_a_provider_that_saves_an_old_copy_loses_no_refund() -> None:
    gateway = DjangoPaymentsGateway(variant=DummyProvider())
    ref = paid(gateway)
    old = ProviderPayment.objects.get(reference=ref.reference)
    gateway.refund(back(ref, 500))
    old.save()
    assert gateway.fetch(ref).refunded == Money(500, "EUR")


class Elsewhere(BasicProvider):
    """Sends customers away at once, and can do nothing else."""

    asked = 0

    def get_form(self, payment: Any, data: Any = None) -> Any:
        self.asked += 1
        payment.transaction_id = "t-1"
        payment.save()
        raise RedirectNeeded(f"https://company.example/{payment.total}/{payment.token}")

    def process_data(self, payment: Any, request: Any) -> HttpResponse:
        payment.change_status("confirmed")
        return HttpResponseRedirect(payment.get_success_url())


def test_a_provider_with_a_page_of_its_own_is_where_the_customer_goes() -> None:
    provider = Elsewhere()
    gateway = DjangoPaymentsGateway(variant=provider)
    asked = request()
    checkout = gateway.start_checkout(asked)
    token = ProviderPayment.objects.get(reference=asked.reference).token
    assert checkout.url == f"https://company.example/35.00/{token}"
    assert checkout.ref.external == "t-1"
    assert gateway.start_checkout(asked).url == checkout.url
    assert provider.asked == 1


def test_what_a_provider_has_no_method_for_it_can_not_do() -> None:
    gateway = DjangoPaymentsGateway(variant=Elsewhere())
    assert gateway.capabilities == {Capability.CHECKOUT}
    ref = gateway.start_checkout(request()).ref
    assert gateway.expire(ref) == Expire.OPEN
    with pytest.raises(NotSupported):
        gateway.refund(back(ref, 100))
    with pytest.raises(NotSupported):
        gateway.start_checkout(request(capture=False))
    assert DjangoPaymentsGateway(variant=DummyProvider()).capabilities == {
        Capability.CHECKOUT,
        Capability.EXPIRE,
        Capability.MANUAL_CAPTURE,
        Capability.VOID,
        Capability.REFUND,
        Capability.PARTIAL_REFUND,
    }


def test_customers_read_what_the_site_calls_this_way_to_pay() -> None:
    assert DjangoPaymentsGateway(variant=Elsewhere(), label="By wire").label == "By wire"


def test_a_key_is_not_used_for_another_amount() -> None:
    gateway = get_gateway("card")
    asked = request()
    gateway.start_checkout(asked)
    with pytest.raises(InvalidRequest):
        gateway.start_checkout(replace(asked, money=Money(3600, "EUR")))


def test_nothing_finer_than_hundredths_is_paid_through_it() -> None:
    with pytest.raises(UnsupportedCurrency):
        get_gateway("card").start_checkout(request(money=Money(1000, "KWD")))


def test_of_a_payment_that_it_never_heard_of_it_says_so() -> None:
    with pytest.raises(InvalidRequest):
        get_gateway("card").fetch(PaymentRef(reference="r", currency="EUR"))
