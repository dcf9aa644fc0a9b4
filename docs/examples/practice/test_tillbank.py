from __future__ import annotations

import hashlib
import hmac
import json

from bookable.testing import GatewayContract
from bookable.testing.fakes.outbox import Outbox
from bookable.testing.fakes.server import Answer, FakeServer
from practice.tillbank import TillbankGateway

KEY = "till_test"


class FakeTillbank(FakeServer):
    """The company, as far as the gateway asks it."""

    def __init__(self):
        super().__init__()
        self.payments = {}
        self.outbox = Outbox(encode=encode, sign=sign, now=self.now)

    def operate(self, request, *, broken, busy):
        asked = json.loads(request.body or b"{}")
        _, _, reference, *rest = [*request.path.split("/"), ""]
        if not reference:
            found = self.payments.setdefault(asked["reference"], opened(asked))
            return Answer(body=found)
        found = self.payments[reference]
        return refunded(found, asked) if "refunds" in rest else Answer(body=found)

    def pay(self, checkout):
        self._become(checkout, "paid")

    def decline(self, checkout):
        self._become(checkout, "refused")

    def lose(self, *, after):
        self.faults.add("POST", "drop_after" if after else "drop_before")

    def messages(self):
        return [(one.headers, one.body) for one in self.outbox.deliveries(KEY)]

    def _become(self, checkout, status):
        reference = checkout.ref.reference
        self.payments[reference]["status"] = status
        number = f"e-{len(self.outbox.events)}"
        self.outbox.add({"id": number, "type": f"payment.{status}", "reference": reference})


def opened(asked):
    name = f"p-{asked['reference']}"
    page = f"https://pay.tillbank.example/{name}"
    return {**asked, "id": name, "page": page, "status": "open", "refunds": []}


def refunded(payment, asked):
    for known in payment["refunds"]:
        if known["key"] == asked["key"]:
            return Answer(body=known)
    if sum(one["amount"] for one in payment["refunds"]) + asked["amount"] > payment["amount"]:
        return Answer(body={"error": "too much"}, status=422)
    payment["refunds"].append({**asked, "id": f"r-{asked['key']}"})
    return Answer(body=payment["refunds"][-1])


def encode(event):
    return json.dumps(event).encode()


def sign(body, secret, at):
    return {"Till-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


class TillbankTests(GatewayContract):
    def setUp(self):
        self.company = self.enterContext(FakeTillbank())
        self.gateway = TillbankGateway(key=KEY, api_base=self.company.url)
