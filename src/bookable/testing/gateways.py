"""What every gateway must do, as a suite of tests for whoever writes one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from django.test import SimpleTestCase

from bookable.errors import (
    InvalidRequest,
    NotSupported,
    OutcomeUnknown,
    SignatureError,
)
from bookable.money import Money
from bookable.payments.gateways.answers import CheckoutSession, Expire, PaymentSnapshot
from bookable.payments.gateways.base import Capability, Gateway
from bookable.payments.gateways.questions import (
    ChargeRequest,
    CheckoutRequest,
    PaymentRef,
    RefundRequest,
)
from bookable.payments.states import PaymentState, RefundState
from bookable.timeline import clock


class Company(Protocol):
    """The company behind a gateway, and its customers, as a test plays them."""

    def pay(self, checkout: CheckoutSession) -> None:
        """The customer pays."""

    def decline(self, checkout: CheckoutSession) -> None:
        """The customer tries, and is refused."""

    def lose(self, *, after: bool) -> None:
        """The answer to the next request is lost, after or before it had its effect.

        NotImplementedError where nothing lies between that could lose it.
        """

    def messages(self) -> list[tuple[Mapping[str, str], bytes]]:
        """The signed messages that nobody was told yet."""


class GatewayContract(SimpleTestCase):
    """Subclass it and set `gateway` and `company` in `setUp()`.

    A server on this machine may stand for the company; nothing here asks a database. Where the
    gateway itself does, add Django's class: `class TestOurs(GatewayContract, TestCase)`.
    """

    __test__ = False  # the suite itself is no test, what is made of it is

    gateway: Gateway
    company: Company
    currency = "EUR"
    amount = 3500

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__test__ = True

    def test_a_new_checkout_waits_for_the_customer(self) -> None:
        checkout = self.start()
        assert checkout.url or checkout.widget
        found = self.gateway.fetch(checkout.ref)
        assert found.state == PaymentState.PENDING
        assert found.captured == Money.zero(self.currency)

    def test_what_is_paid_is_captured_to_the_smallest_unit(self) -> None:
        found = self.paid()
        assert found.state == PaymentState.CAPTURED
        assert found.captured == self.price()
        assert found.refunded == Money.zero(self.currency)
        assert found.asked in (None, self.price())
        assert found.ref.external

    def test_a_declined_attempt_may_be_followed_by_one_that_succeeds(self) -> None:
        checkout = self.start()
        self.company.decline(checkout)
        found = self.gateway.fetch(checkout.ref)
        assert found.state == PaymentState.FAILED
        assert found.failure is not None
        self.company.pay(checkout)
        assert self.gateway.fetch(checkout.ref).state == PaymentState.CAPTURED

    def test_the_same_key_never_opens_a_second_payment(self) -> None:
        request = self.request()
        first = self.gateway.start_checkout(request)
        try:
            second = self.gateway.start_checkout(request)
        except InvalidRequest:
            return  # it says that it knows this one already
        assert second.ref == first.ref

    def test_an_answer_that_is_lost_is_an_unknown_outcome(self) -> None:
        for after in (False, True):
            self.lose(after=after)
            with self.assertRaises(OutcomeUnknown):
                self.start()

    def test_a_payment_that_was_made_can_not_be_expired(self) -> None:
        assert self.gateway.expire(self.paid().ref) == Expire.PAID

    def test_an_expired_checkout_says_so(self) -> None:
        checkout = self.start()
        outcome = self.gateway.expire(checkout.ref)
        if not self.gateway.can(Capability.EXPIRE):
            assert outcome == Expire.OPEN
            return
        assert outcome == Expire.EXPIRED
        assert self.gateway.fetch(checkout.ref).state == PaymentState.EXPIRED
        assert self.gateway.expire(checkout.ref) == Expire.EXPIRED

    def test_all_of_it_can_be_given_back(self) -> None:
        payment = self.paid()
        refund = self.gateway.refund(self.back(payment, self.amount))
        assert refund.money == self.price()
        assert refund.state in (RefundState.PENDING, RefundState.SUCCEEDED)
        assert self.gateway.fetch(payment.ref).refunded == self.price()

    def test_two_equal_parts_are_two_refunds(self) -> None:
        self.needs(Capability.PARTIAL_REFUND)
        payment = self.paid()
        part = self.amount // 4
        refunds = [self.gateway.refund(self.back(payment, part)) for _ in range(2)]
        assert refunds[0].external != refunds[1].external
        assert self.gateway.fetch(payment.ref).refunded == Money(2 * part, self.currency)

    def test_the_same_refund_twice_is_one(self) -> None:
        payment = self.paid()
        request = self.back(payment, self.amount // 4)
        first, second = self.gateway.refund(request), self.gateway.refund(request)
        assert first.external == second.external
        assert [one.key for one in self.gateway.list_refunds(payment.ref)] == [request.key]

    def test_a_refund_whose_answer_was_lost_is_found_and_not_made_twice(self) -> None:
        payment = self.paid()
        request = self.back(payment, self.amount // 4)
        self.gateway.list_refunds(payment.ref)
        self.lose(after=True)
        with self.assertRaises(OutcomeUnknown):
            self.gateway.refund(request)
        self.gateway.refund(request)
        assert len(self.gateway.list_refunds(payment.ref)) == 1

    def test_more_than_was_paid_is_not_given_back(self) -> None:
        payment = self.paid()
        with self.assertRaises(InvalidRequest):
            self.gateway.refund(self.back(payment, self.amount + 100))

    def test_a_message_names_the_payment_that_it_is_about(self) -> None:
        self.needs(Capability.WEBHOOKS)
        checkout = self.start()
        self.company.pay(checkout)
        envelopes = [self.gateway.verify_webhook(*one) for one in self.company.messages()]
        assert any(checkout.ref.reference in one.references for one in envelopes)
        assert len({one.event_id for one in envelopes}) == len(envelopes)

    def test_a_message_that_was_not_signed_is_refused(self) -> None:
        self.needs(Capability.WEBHOOKS)
        self.company.pay(self.start())
        headers, body = self.company.messages()[0]
        for wrong in ({}, dict.fromkeys(headers, ""), dict.fromkeys(headers, "t=1,v1=00")):
            with self.assertRaises(SignatureError):
                self.gateway.verify_webhook(wrong, body)
        for other in (body + b" ", b"", body[:-1], "é".encode("latin-1")):
            with self.assertRaises(SignatureError):
                self.gateway.verify_webhook(headers, other)

    def test_amounts_come_back_as_they_went(self) -> None:
        for amount in (0, 1, 99, 100, 12345, 10**9):
            money = Money(amount, self.currency)
            minor = self.gateway.to_minor(money)
            assert isinstance(minor, int)
            assert self.gateway.from_minor(minor, self.currency) == money

    def test_what_it_can_not_do_it_says(self) -> None:
        ref = PaymentRef(reference="r", currency=self.currency, external="x")
        charge = ChargeRequest(
            key="k", reference="r", money=self.price(), token="t", email="", description=""
        )
        for capability, act in (
            (Capability.MANUAL_CAPTURE, lambda: self.gateway.capture(ref, self.price(), "k")),
            (Capability.VOID, lambda: self.gateway.void(ref, "k")),
            (Capability.SAVED_CARD, lambda: self.gateway.charge_saved(charge)),
            (Capability.WEBHOOKS, lambda: self.gateway.verify_webhook({}, b"")),
        ):
            if not self.gateway.can(capability):
                with self.assertRaises(NotSupported):
                    act()

    def test_its_secrets_are_not_shown(self) -> None:
        shown = repr(self.gateway) + str(vars(self.gateway).get("options", ""))
        for name in ("_key", "_secret", "_secrets"):
            for secret in _texts(vars(self.gateway).get(name)):
                assert secret not in shown

    def needs(self, capability: Capability) -> None:
        if not self.gateway.can(capability):
            self.skipTest(f"It has no “{capability}”.")

    def lose(self, *, after: bool) -> None:
        try:
            self.company.lose(after=after)
        except NotImplementedError:
            self.skipTest("No answer of this company can be lost.")

    def price(self) -> Money:
        return Money(self.amount, self.currency)

    def request(self) -> CheckoutRequest:
        key = uuid.uuid4().hex
        return CheckoutRequest(
            key=key,
            reference=f"b-{key}",
            money=self.price(),
            email="cleo@example.com",
            description="Haircut",
            return_url="https://example.com/return/",
            cancel_url="https://example.com/cancel/",
            expires_at=clock.now() + timedelta(minutes=10),
        )

    def start(self) -> CheckoutSession:
        return self.gateway.start_checkout(self.request())

    def paid(self) -> PaymentSnapshot:
        checkout = self.start()
        self.company.pay(checkout)
        return self.gateway.fetch(checkout.ref)

    def back(self, payment: PaymentSnapshot, amount: int) -> RefundRequest:
        return RefundRequest(
            key=uuid.uuid4().hex, payment=payment.ref, money=Money(amount, self.currency)
        )


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, tuple) else []


__all__ = ["Company", "GatewayContract"]
