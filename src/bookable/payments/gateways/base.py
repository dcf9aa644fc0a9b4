"""What every payment company's adapter is: questions in, answers out, no database of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from django.utils.functional import Promise

from bookable.errors import NotSupported, UnsupportedCurrency
from bookable.money import Money
from bookable.payments.gateways.answers import (
    CheckoutSession,
    Expire,
    PaymentSnapshot,
    RefundSnapshot,
    WebhookEnvelope,
)
from bookable.payments.gateways.questions import (
    CardSetupRequest,
    ChargeRequest,
    CheckoutRequest,
    PaymentRef,
    RefundRef,
    RefundRequest,
)


class Capability(StrEnum):
    """What a gateway can do. What it can't raises NotSupported."""

    CHECKOUT = "checkout"
    EXPIRE = "expire"
    MANUAL_CAPTURE = "manual_capture"
    VOID = "void"
    REFUND = "refund"
    PARTIAL_REFUND = "partial_refund"
    SAVED_CARD = "saved_card"
    WEBHOOKS = "webhooks"
    EVENT_LIST = "event_list"
    DISPUTES = "disputes"


class Gateway:
    """One account at one payment company. An instance serves all threads: it keeps no state.

    Every method may raise Declined, ActionRequired, InvalidRequest, GatewayAuthError, RateLimited,
    and OutcomeUnknown where nobody knows whether it had its effect.
    """

    capabilities: ClassVar[frozenset[Capability]] = frozenset()

    #: The currencies in which this account takes money; empty is all that the company takes.
    currencies: frozenset[str] = frozenset()

    #: How customers call this way to pay, where there are several; its alias if it is empty.
    label: str | Promise = ""

    #: Whether real money moves; None where the company doesn't say.
    is_live: bool | None = None

    #: How long after its beginning a page stays open at least.
    shortest_checkout: timedelta = timedelta(0)

    #: How much longer than a hold the customer is waited for, where paying takes days.
    patience: timedelta = timedelta(0)

    #: How long money that was set aside can be taken; None where it doesn't lapse.
    sets_aside_for: timedelta | None = None

    #: The addresses from which messages come; empty where the company names none.
    webhook_ips: frozenset[str] = frozenset()

    #: Whether it only pretends, so that a site can be tried out.
    is_for_development: bool = False

    @property
    def lacks(self) -> tuple[str, ...]:
        """The options that were given empty and are needed, by their names."""
        return ()

    def can(self, capability: Capability) -> bool:
        return capability in self.capabilities

    def takes(self, currency: str) -> bool:
        return not self.currencies or currency in self.currencies

    def start_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        raise NotSupported(Capability.CHECKOUT)

    def fetch(self, payment: PaymentRef) -> PaymentSnapshot:
        """How it stands with a payment: the only source of truth."""
        raise NotImplementedError

    def expire(self, payment: PaymentRef) -> Expire:
        """Sees to it that a checkout can't be paid any more, as far as that is possible."""
        return Expire.OPEN

    def capture(self, payment: PaymentRef, money: Money, key: str) -> PaymentSnapshot:
        """Takes money that was set aside; the rest of it is let go."""
        raise NotSupported(Capability.MANUAL_CAPTURE)

    def void(self, payment: PaymentRef, key: str) -> PaymentSnapshot:
        """Lets go of money that was set aside."""
        raise NotSupported(Capability.VOID)

    def refund(self, request: RefundRequest) -> RefundSnapshot:
        raise NotSupported(Capability.REFUND)

    def fetch_refund(self, refund: RefundRef) -> RefundSnapshot | None:
        """How it stands with a refund; None if the company knows of none."""
        for found in self.list_refunds(refund.payment):
            if found.key == refund.key or (refund.external and found.external == refund.external):
                return found
        return None

    def list_refunds(self, payment: PaymentRef) -> list[RefundSnapshot]:
        """All refunds of a payment, those that were made elsewhere too."""
        raise NotSupported(Capability.REFUND)

    def start_card_setup(self, request: CardSetupRequest) -> CheckoutSession:
        raise NotSupported(Capability.SAVED_CARD)

    def charge_saved(self, request: ChargeRequest) -> PaymentSnapshot:
        raise NotSupported(Capability.SAVED_CARD)

    def forget_card(self, token: str) -> None:
        """The card can't be charged from now on."""
        raise NotSupported(Capability.SAVED_CARD)

    def name_in(self, envelope: WebhookEnvelope, payment: PaymentRef) -> PaymentRef:
        """The payment by what a message calls it, for one that has no name of theirs yet."""
        return payment

    def verify_webhook(self, headers: Mapping[str, str], body: bytes) -> WebhookEnvelope:
        """What a message is about, or SignatureError. Asks neither a database nor a network."""
        raise NotSupported(Capability.WEBHOOKS)

    def list_events(self, since: datetime) -> Iterable[WebhookEnvelope]:
        """What happened since then, for those who may have missed a message."""
        raise NotSupported(Capability.EVENT_LIST)

    def to_minor(self, money: Money) -> int:
        """An amount as the company counts it."""
        self.check_currency(money.currency)
        return money.amount

    def from_minor(self, amount: int, currency: str) -> Money:
        """An amount as we count it."""
        return Money(amount, currency)

    def payable(self, money: Money) -> Money:
        """The most of an amount that the company can move; some count in larger steps."""
        return money

    def check_currency(self, currency: str) -> None:
        if not self.takes(currency):
            raise UnsupportedCurrency(currency, sorted(self.currencies))


def rescaled(amount: int, *, digits: int, wanted: int) -> int | None:
    """A whole number with so many digits behind the point as one with another number of them.

    None if something would be lost.
    """
    if wanted >= digits:
        return int(amount * 10 ** (wanted - digits))
    whole, rest = divmod(amount, 10 ** (digits - wanted))
    return None if rest else int(whole)
