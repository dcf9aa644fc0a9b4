"""Money is given back through a provider, or by it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.payments.django_payments.customers import fill_in, held, paying
from tests.payments.django_payments.providers import DummyProvider, Losing, PaymentError
from tests.payments.django_payments.questions import back, paid

from bookable.errors import Declined, OutcomeUnknown
from bookable.models import ProviderPayment, RefundState
from bookable.money import Money
from bookable.payments.gateways.django_payments import DjangoPaymentsGateway

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.usefixtures("site"),
]


def test_cancelling_a_booking_gives_the_money_back() -> None:
    booking = held()
    payment = paying(booking)
    fill_in(payment, "confirmed")
    booking.cancel()
    payment.refresh_from_db()
    assert payment.refunds.get().state == RefundState.SUCCEEDED
    assert payment.refunded == 10_000


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
