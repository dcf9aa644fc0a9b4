"""What a provider can do, and what can't be paid through it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse, HttpResponseRedirect
from tests.payments.django_payments.providers import BasicProvider, DummyProvider, RedirectNeeded
from tests.payments.django_payments.questions import back, request

from bookable.errors import InvalidRequest, NotSupported, UnsupportedCurrency
from bookable.models import ProviderPayment
from bookable.money import Money
from bookable.payments.gateways import Capability, get_gateway
from bookable.payments.gateways.answers import Expire
from bookable.payments.gateways.django_payments import DjangoPaymentsGateway
from bookable.payments.gateways.questions import PaymentRef

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.usefixtures("site"),
]


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
