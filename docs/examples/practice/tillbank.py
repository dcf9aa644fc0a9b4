from __future__ import annotations

import hashlib
import hmac
import json
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from bookable.errors import InvalidRequest, OutcomeUnknown, RateLimited, SignatureError
from bookable.money import Money
from bookable.payments.gateways import Capability, Gateway, answers
from bookable.payments.gateways.questions import PaymentRef
from bookable.payments.states import PaymentState, RefundState

STATES = {"open": "pending", "refused": "failed", "paid": "captured"}


class TillbankGateway(Gateway):
    capabilities = frozenset(map(Capability, ("checkout", "refund", "partial_refund", "webhooks")))

    def __init__(self, *, key, api_base="https://api.tillbank.example"):
        self._key, self._url = key, api_base

    def start_checkout(self, request):
        asked = {
            "reference": request.reference,
            "amount": self.to_minor(request.money),
            "currency": request.money.currency,
            "back": request.return_url,
        }
        paid = self._ask("/payments", asked)
        return answers.CheckoutSession(ref=self._ref(paid), url=paid["page"])

    def fetch(self, payment):
        return self._snapshot(self._ask(f"/payments/{payment.reference}"))

    def expire(self, payment):
        return answers.Expire.PAID if self.fetch(payment).captured else answers.Expire.OPEN

    def refund(self, request):
        path = f"/payments/{request.payment.reference}/refunds"
        asked = {"key": request.key, "amount": self.to_minor(request.money)}
        return self._refund(self._ask(path, asked), request.money.currency)

    def list_refunds(self, payment):
        found = self._ask(f"/payments/{payment.reference}")
        return [self._refund(one, found["currency"]) for one in found["refunds"]]

    def verify_webhook(self, headers, body):
        given = {name.lower(): value for name, value in headers.items()}
        expected = hmac.new(self._key.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, given.get("till-signature", "")):
            raise SignatureError
        event = json.loads(body)
        return answers.WebhookEnvelope(
            event_id=event["id"], type=event["type"], references=(event["reference"],)
        )

    def _snapshot(self, found):
        state, zero = PaymentState(STATES[found["status"]]), Money.zero(found["currency"])
        asked = self.from_minor(found["amount"], found["currency"])
        taken = asked if state == PaymentState.CAPTURED else zero
        refunds = [self._refund(one, found["currency"]).money for one in found["refunds"]]
        return answers.PaymentSnapshot(
            ref=self._ref(found),
            state=state,
            asked=asked,
            authorized=taken,
            captured=taken,
            refunded=sum(refunds, zero),
            failure=answers.Failure(code="refused") if state == PaymentState.FAILED else None,
        )

    def _ref(self, found):
        return PaymentRef(
            reference=found["reference"], currency=found["currency"], external=found["id"]
        )

    def _refund(self, found, currency):
        return answers.RefundSnapshot(
            external=found["id"],
            money=self.from_minor(found["amount"], currency),
            state=RefundState.SUCCEEDED,
            key=found["key"],
        )

    def _ask(self, path, asked=None):
        body = None if asked is None else json.dumps(asked).encode()
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        try:
            with urlopen(Request(self._url + path, body, headers), timeout=15) as answer:
                return json.load(answer)
        except HTTPError as refusal:
            kind = InvalidRequest if refusal.code < 500 else OutcomeUnknown
            kind = RateLimited if refusal.code == 429 else kind
            raise kind(f"{refusal.code}") from refusal
        except (OSError, HTTPException, ValueError) as lost:
            raise OutcomeUnknown(type(lost).__name__) from lost
