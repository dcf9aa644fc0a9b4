"""The provider that django-payments brings for tests, whose answers can be lost."""

from __future__ import annotations

from typing import Any
from urllib.error import URLError

import pytest
from django.conf import settings

if not hasattr(settings, "PAYMENT_HOST"):
    # that package wants to know it once, when it is imported
    settings.PAYMENT_HOST = "site.example.com"

# not “payments” alone, which would be the folder of these tests where the package is missing
pytest.importorskip("payments.core", reason="the package django-payments is not installed")

from payments.core import BasicProvider
from payments.dummy import DummyProvider

from payments import PaymentError, PurchasedItem, RedirectNeeded

#: With what the tests take of that package, so that none imports it before this.
__all__ = [
    "BasicProvider",
    "DummyProvider",
    "Losing",
    "PaymentError",
    "PurchasedItem",
    "RedirectNeeded",
    "filled_in",
]


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


def filled_in(status: str, **more: str) -> dict[str, str]:
    answers = {"fraud_status": "accept", "gateway_response": "3ds-disabled"}
    return {**answers, "status": status, **more}
