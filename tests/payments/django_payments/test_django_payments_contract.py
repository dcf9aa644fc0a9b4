"""The gateway to providers of django-payments does all that every gateway must do."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.test import TransactionTestCase, override_settings
from tests.payments.django_payments.providers import Losing, filled_in

from bookable.models import ProviderPayment
from bookable.payments.gateways.answers import CheckoutSession
from bookable.payments.gateways.django_payments import DjangoPaymentsGateway
from bookable.testing import GatewayContract

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.once,
    pytest.mark.usefixtures("site"),
]


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


@override_settings(ROOT_URLCONF="tests.payments.django_payments.urls")
class TestDummyProvider(GatewayContract, TransactionTestCase):
    """All that every gateway must do."""

    def setUp(self) -> None:
        provider = Losing()
        self.gateway = DjangoPaymentsGateway(variant=provider)
        self.company = DummyCompany(self.gateway, provider)
