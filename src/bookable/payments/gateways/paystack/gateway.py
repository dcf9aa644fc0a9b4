from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from bookable.errors import (
    ActionRequired,
    Declined,
    InvalidRequest,
    NotSupported,
    OutcomeUnknown,
    UnsupportedCurrency,
)
from bookable.money import Money
from bookable.payments.gateways.answers import (
    CheckoutSession,
    Dispute,
    Expire,
    PaymentSnapshot,
    RefundSnapshot,
    WebhookEnvelope,
)
from bookable.payments.gateways.base import Capability, Gateway
from bookable.payments.gateways.paystack.amounts import CURRENCIES, from_paystack, to_paystack
from bookable.payments.gateways.paystack.client import Client, data_of
from bookable.payments.gateways.paystack.reading import NOTE, dispute_of, payment_of, refund_of
from bookable.payments.gateways.paystack.webhooks import verified
from bookable.payments.gateways.questions import (
    ChargeRequest,
    CheckoutRequest,
    PaymentRef,
    RefundRequest,
)
from bookable.payments.states import PaymentState

_ADDRESS = "https://api.paystack.co/"
#: Where one answer may hold more than fits on a page.
_PAGE = 100


class PaystackGateway(Gateway):
    """Payments on a page of Paystack's.

    Our reference is its key: a second request under the same one is refused, so nothing is paid
    twice. A checkout can't be closed there, so a payment may come late.
    """

    capabilities = frozenset(
        {
            Capability.CHECKOUT,
            Capability.REFUND,
            Capability.PARTIAL_REFUND,
            Capability.SAVED_CARD,
            Capability.WEBHOOKS,
            Capability.DISPUTES,
        }
    )

    label = _("Pay by card, bank or mobile money")

    def __init__(
        self,
        *,
        secret_key: str,
        currencies: Sequence[str] = (),
        timeout: tuple[float, float] = (3, 15),
        api_base: str | None = None,
        webhook_ips: Sequence[str] = (),
    ) -> None:
        self.webhook_ips = frozenset(webhook_ips)
        self.currencies = frozenset(currencies) or CURRENCIES
        if unknown := self.currencies - CURRENCIES:
            raise UnsupportedCurrency(", ".join(sorted(unknown)), sorted(CURRENCIES))
        self.is_live = "_live_" in secret_key
        self._key = secret_key
        url = f"{api_base.rstrip('/')}/" if api_base else _ADDRESS
        self._client = Client(secret_key, url, timeout)

    @property
    def lacks(self) -> tuple[str, ...]:
        return () if self._key else ("secret_key",)

    def start_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        if not request.capture:
            raise NotSupported(Capability.MANUAL_CAPTURE)
        answer = self._client.transactions.initialize(
            reference=request.reference,
            amount=self.to_minor(request.money),
            currency=request.money.currency,
            email=request.email,
            callback_url=request.return_url,
            metadata={**request.metadata, "cancel_action": request.cancel_url},
        )
        data = data_of(answer)
        ref = PaymentRef(
            reference=request.reference,
            currency=request.money.currency,
            checkout=str(data["access_code"]),
        )
        return CheckoutSession(ref=ref, url=str(data["authorization_url"]))

    def fetch(self, payment: PaymentRef) -> PaymentSnapshot:
        found = self._verify(payment)
        is_paid = payment_of(payment, found).state == PaymentState.CAPTURED
        refunds = self._refunds(found, payment.currency) if is_paid else []
        disputes = self._disputes(found, payment.currency) if is_paid else []
        return payment_of(payment, found, refunds, disputes)

    def expire(self, payment: PaymentRef) -> Expire:
        try:
            state = payment_of(payment, self._verify(payment)).state
        except InvalidRequest:
            return Expire.OPEN  # nobody came as far as that yet
        return Expire.PAID if state == PaymentState.CAPTURED else Expire.OPEN

    def refund(self, request: RefundRequest) -> RefundSnapshot:
        """Looks whether the same was sent before: there is nothing else that would prevent it."""
        for known in self.list_refunds(request.payment):
            if known.key == request.key:
                return known
        answer = self._client.refunds.create(
            transaction=request.payment.reference,
            amount=self.to_minor(request.money),
            currency=request.money.currency,
            merchant_note=NOTE + request.key,
        )
        return refund_of(data_of(answer), request.money.currency)

    def list_refunds(self, payment: PaymentRef) -> list[RefundSnapshot]:
        return self._refunds(self._verify(payment), payment.currency)

    def charge_saved(self, request: ChargeRequest) -> PaymentSnapshot:
        ref = PaymentRef(reference=request.reference, currency=request.money.currency)
        answer = self._client.transactions.charge(
            authorization_code=request.token,
            reference=request.reference,
            amount=self.to_minor(request.money),
            currency=request.money.currency,
            email=request.email,
            metadata=json.dumps(dict(request.metadata)),  # a text here, unlike above
        )
        data = data_of(answer)
        if data.get("paused"):
            raise ActionRequired(str(data.get("authorization_url") or ""))
        if data.get("status") == "failed":
            raise Declined("failed")
        return payment_of(ref, data)

    def forget_card(self, token: str) -> None:
        self._client.post("customer/deactivate_authorization", authorization_code=token)

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEnvelope:
        return verified(headers, body, self._key)

    def to_minor(self, money: Money) -> int:
        self.check_currency(money.currency)
        return to_paystack(money)

    def from_minor(self, amount: int, currency: str) -> Money:
        return from_paystack(amount, currency)

    def _verify(self, payment: PaymentRef) -> dict[str, Any]:
        found = data_of(self._client.transactions.verify(payment.reference))
        if not isinstance(found, dict):
            raise OutcomeUnknown("Nothing was said about the payment.")
        return found

    def _refunds(self, transaction: Mapping[str, Any], currency: str) -> list[RefundSnapshot]:
        rows = self._all("refund", transaction=transaction["id"])
        return [refund_of(row, currency) for row in rows]

    def _disputes(self, transaction: Mapping[str, Any], currency: str) -> list[Dispute]:
        rows = self._all("dispute", transaction=transaction["id"])
        return [dispute_of(row, currency) for row in rows]

    def _all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All pages of a list."""
        found: list[dict[str, Any]] = []
        for page in range(1, _PAGE):
            rows = self._client.get(path, **query, perPage=_PAGE, page=page)
            if not isinstance(rows, list):
                raise InvalidRequest("A list was expected.")
            found += rows
            if len(rows) < _PAGE:
                break
        return found
