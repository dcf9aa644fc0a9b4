"""What a provider reads and keeps of its payments, and what it may not change."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.payments.django_payments.customers import held, paying, row_of
from tests.payments.django_payments.providers import DummyProvider, PurchasedItem
from tests.payments.django_payments.questions import back, paid

from bookable.models import PaymentState, ProviderPayment
from bookable.money import Money
from bookable.payments.gateways.django_payments import DjangoPaymentsGateway

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.usefixtures("site"),
]


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
