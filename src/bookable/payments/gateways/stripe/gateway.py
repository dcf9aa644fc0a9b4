from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import stripe
from django.utils.translation import gettext_lazy as _

from bookable.errors import InvalidRequest
from bookable.money import Money
from bookable.payments.gateways.answers import (
    CheckoutSession,
    Expire,
    PaymentSnapshot,
    RefundSnapshot,
    WebhookEnvelope,
)
from bookable.payments.gateways.base import Capability, Gateway
from bookable.payments.gateways.questions import (
    CardSetupRequest,
    ChargeRequest,
    CheckoutRequest,
    PaymentRef,
    RefundRequest,
)
from bookable.payments.gateways.stripe.amounts import from_stripe, step_of, to_stripe
from bookable.payments.gateways.stripe.failures import translated
from bookable.payments.gateways.stripe.reading import (
    REFUND_KEY,
    payment_of_intent,
    payment_of_session,
    refund_of,
)
from bookable.payments.gateways.stripe.webhooks import REFERENCE, envelope_of, verified
from bookable.timeline import clock

#: Stripe closes a checkout by itself, not earlier and not later than this from now.
_SHORTEST, _LONGEST = timedelta(minutes=31), timedelta(hours=23, minutes=59)
_LANGUAGES = frozenset(
    {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fil", "fr", "hr", "hu", "id", "it"}
    | {"ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv"}
    | {"th", "tr", "vi", "zh"}
)
_INTENT = ["latest_charge.balance_transaction"]
_SESSION = ["payment_intent.latest_charge.balance_transaction", "setup_intent.payment_method"]


class StripeGateway(Gateway):
    """Payments on a page of Stripe's.

    `webhook_secrets` are all that may sign messages, two of them while one is replaced by another.
    """

    capabilities = frozenset(
        {
            Capability.CHECKOUT,
            Capability.EXPIRE,
            Capability.MANUAL_CAPTURE,
            Capability.VOID,
            Capability.REFUND,
            Capability.PARTIAL_REFUND,
            Capability.SAVED_CARD,
            Capability.WEBHOOKS,
            Capability.EVENT_LIST,
            Capability.DISPUTES,
        }
    )

    label = _("Pay by card")

    #: A little more than Stripe asks for, so that the same can be asked again a moment later.
    shortest_checkout = timedelta(minutes=36)

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secrets: Sequence[str] = (),
        currencies: Sequence[str] = (),
        timeout: tuple[float, float] = (3, 15),
        max_retries: int = 2,
        api_base: str | None = None,
    ) -> None:
        self.currencies = frozenset(currencies)
        self.is_live = "_live_" in secret_key
        self._has_key = bool(secret_key)
        self._secrets = tuple(webhook_secrets)
        addresses: Any = {"api": api_base} if api_base else {}
        self._client = stripe.StripeClient(
            # an empty one is found by a check; the client refuses it here
            secret_key or "missing",
            http_client=stripe.RequestsClient(timeout=timeout),
            max_network_retries=max_retries,
            base_addresses=addresses,
        ).v1

    #: The cards that let it lapse soonest; the answers of Stripe say it exactly.
    sets_aside_for = timedelta(days=7)

    @property
    def lacks(self) -> tuple[str, ...]:
        given = {"secret_key": self._has_key, "webhook_secrets": any(self._secrets)}
        return tuple(name for name, is_there in given.items() if not is_there)

    def start_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        self.check_currency(request.money.currency)
        metadata = {**request.metadata, REFERENCE: request.reference}
        intent = _given(
            capture_method="automatic" if request.capture else "manual",
            description=request.description,
            metadata=metadata,
        )
        params = _given(
            **_page(request),
            mode="payment",
            customer_email=request.email,
            expires_at=_within_limits(request.expires_at),
            line_items=[_line(request)],
            metadata=metadata,
            payment_intent_data=intent,
        )
        if request.save_card:
            intent["setup_future_usage"] = "off_session"
            params["customer_creation"] = "always"
        return self._checkout(request.reference, request.money.currency, params, request.key)

    def fetch(self, payment: PaymentRef) -> PaymentSnapshot:
        with translated():
            if payment.checkout:
                session = self._session(payment.checkout)
                disputes = self._disputes(session.get("payment_intent"))
                return payment_of_session(payment, session, disputes)
            if payment.external:
                found = self._client.payment_intents.retrieve(payment.external, {"expand": _INTENT})
                return self._snapshot(payment, found)
        raise InvalidRequest("Stripe finds a payment only by a name of its own.")

    def expire(self, payment: PaymentRef) -> Expire:
        with translated():
            if not payment.checkout:
                return Expire.OPEN
            try:
                self._client.checkout.sessions.expire(payment.checkout)
            except stripe.InvalidRequestError:
                # it is not open any more: paid, on its way to be paid, or expired already
                session = self._session(payment.checkout)
                if session.get("status") == "expired":
                    return Expire.EXPIRED
                return Expire.PAID if _is_paid(session) else Expire.OPEN
        return Expire.EXPIRED

    def capture(self, payment: PaymentRef, money: Money, key: str) -> PaymentSnapshot:
        with translated():
            taken = self._client.payment_intents.capture(
                payment.external,
                {"amount_to_capture": to_stripe(money), "expand": _INTENT},
                {"idempotency_key": key},
            )
            return self._snapshot(payment, taken)

    def void(self, payment: PaymentRef, key: str) -> PaymentSnapshot:
        with translated():
            gone = self._client.payment_intents.cancel(
                payment.external, {"expand": _INTENT}, {"idempotency_key": key}
            )
            return self._snapshot(payment, gone)

    def refund(self, request: RefundRequest) -> RefundSnapshot:
        with translated():
            made = self._client.refunds.create(
                {
                    "payment_intent": request.payment.external,
                    "amount": to_stripe(request.money),
                    "metadata": {
                        REFUND_KEY: request.key,
                        REFERENCE: request.payment.reference,
                    },
                },
                {"idempotency_key": request.key},
            )
            return refund_of(made.to_dict())

    def list_refunds(self, payment: PaymentRef) -> list[RefundSnapshot]:
        with translated():
            found = self._client.refunds.list({"payment_intent": payment.external, "limit": 100})
            return [refund_of(one.to_dict()) for one in found.auto_paging_iter()]

    def start_card_setup(self, request: CardSetupRequest) -> CheckoutSession:
        metadata = {REFERENCE: request.reference}
        with translated():
            customer = self._client.customers.create(
                _given(email=request.email, name=request.name, metadata=metadata),
                {"idempotency_key": f"{request.key}-customer"},
            )
        params: dict[str, Any] = {
            **_page(request),
            "mode": "setup",
            "currency": request.currency.lower(),
            "customer": customer.id,
            "metadata": metadata,
            "setup_intent_data": _given(description=request.description, metadata=metadata),
        }
        return self._checkout(request.reference, request.currency, params, request.key)

    def charge_saved(self, request: ChargeRequest) -> PaymentSnapshot:
        self.check_currency(request.money.currency)
        customer, _slash, method = request.token.partition("/")
        with translated():
            made = self._client.payment_intents.create(
                _given(
                    amount=to_stripe(request.money),
                    currency=request.money.currency.lower(),
                    customer=customer,
                    payment_method=method,
                    off_session=True,
                    confirm=True,
                    description=request.description,
                    metadata={**request.metadata, REFERENCE: request.reference},
                    expand=_INTENT,
                ),
                {"idempotency_key": request.key},
            )
            ref = PaymentRef(reference=request.reference, currency=request.money.currency)
            return self._snapshot(ref, made)

    def forget_card(self, token: str) -> None:
        with translated():
            self._client.payment_methods.detach(token.partition("/")[2])

    def name_in(self, envelope: WebhookEnvelope, payment: PaymentRef) -> PaymentRef:
        for name in envelope.externals:
            if name.startswith("pi_"):
                return replace(payment, external=name)
            if name.startswith("cs_"):
                return replace(payment, checkout=name)
        return payment

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEnvelope:
        return verified(headers, body, self._secrets)

    def list_events(self, since: datetime) -> Iterable[WebhookEnvelope]:
        with translated():
            found = self._client.events.list(
                {"created": {"gte": int(since.timestamp())}, "limit": 100}
            )
            for event in found.auto_paging_iter():
                yield envelope_of(event.to_dict())

    def to_minor(self, money: Money) -> int:
        self.check_currency(money.currency)
        return to_stripe(money)

    def payable(self, money: Money) -> Money:
        return money - Money(money.amount % step_of(money.currency), money.currency)

    def from_minor(self, amount: int, currency: str) -> Money:
        return from_stripe(amount, currency)

    def _checkout(self, reference: str, currency: str, params: Any, key: str) -> CheckoutSession:
        with translated():
            made = self._client.checkout.sessions.create(params, {"idempotency_key": key})
        session = made.to_dict()
        return CheckoutSession(
            ref=PaymentRef(reference=reference, currency=currency, checkout=session["id"]),
            url=session["url"],
            expires_at=datetime.fromtimestamp(session["expires_at"], tz=clock.now().tzinfo),
        )

    def _session(self, key: str) -> dict[str, Any]:
        found = self._client.checkout.sessions.retrieve(key, {"expand": _SESSION})
        return found.to_dict()

    def _snapshot(self, ref: PaymentRef, intent: stripe.PaymentIntent) -> PaymentSnapshot:
        found = intent.to_dict()
        return payment_of_intent(ref, found, self._disputes(found))

    def _disputes(self, intent: Mapping[str, Any] | None) -> list[dict[str, Any]]:
        charge = intent.get("latest_charge") if intent is not None else None
        if intent is None or not (isinstance(charge, Mapping) and charge.get("disputed")):
            return []
        found = self._client.disputes.list({"payment_intent": intent["id"], "limit": 100})
        return [one.to_dict() for one in found.auto_paging_iter()]


def _given(**params: Any) -> Any:
    """The parameters that say something; Stripe refuses empty ones."""
    return {name: value for name, value in params.items() if value not in ("", None)}


def _page(request: CheckoutRequest | CardSetupRequest) -> dict[str, Any]:
    """What every page of Stripe's is told."""
    language = request.language.partition("-")[0].lower()
    return {
        "client_reference_id": request.reference,
        "success_url": request.return_url,
        "cancel_url": request.cancel_url,
        "locale": language if language in _LANGUAGES else "auto",
    }


def _line(request: CheckoutRequest) -> dict[str, Any]:
    return {
        "quantity": 1,
        "price_data": {
            "currency": request.money.currency.lower(),
            "unit_amount": to_stripe(request.money),
            "product_data": {"name": request.description},
        },
    }


def _within_limits(moment: datetime) -> int:
    """The end of a hold, or the closest to it at which Stripe closes a checkout."""
    now = clock.now()
    return int(min(max(moment, now + _SHORTEST), now + _LONGEST).timestamp())


def _is_paid(session: Mapping[str, Any]) -> bool:
    intent = session.get("payment_intent")
    status = intent.get("status") if isinstance(intent, Mapping) else None
    return session.get("payment_status") == "paid" or status in {"requires_capture", "succeeded"}
