from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings as django_settings
from django.urls import NoReverseMatch, reverse

from bookable.errors import InvalidRequest, Misconfigured
from bookable.money import Money
from bookable.payments.gateways.answers import (
    CheckoutSession,
    Expire,
    Failure,
    PaymentSnapshot,
    RefundSnapshot,
)
from bookable.payments.gateways.base import Capability, Gateway
from bookable.payments.gateways.offline.books import (
    capture_entry,
    entry_of,
    expire_entry,
    open_entry,
    refund_entry,
    void_entry,
)
from bookable.payments.gateways.offline.modes import Mode
from bookable.payments.gateways.questions import CheckoutRequest, PaymentRef, RefundRequest
from bookable.payments.models import OfflineEntry, OfflineRefund, PaymentState
from bookable.payments.states import RefundState


class OfflineGateway(Gateway):
    """Payments without a company: we keep its books ourselves, and staff says what has come.

    `mode` is one of “desk”, “transfer” and “developer”; `instructions` say to which account a
    transfer goes, and `days` how long it is waited for.
    """

    capabilities = frozenset(
        {
            Capability.CHECKOUT,
            Capability.EXPIRE,
            Capability.MANUAL_CAPTURE,
            Capability.VOID,
            Capability.REFUND,
            Capability.PARTIAL_REFUND,
        }
    )

    def __init__(
        self,
        *,
        mode: str = Mode.TRANSFER,
        currencies: Sequence[str] = (),
        instructions: str = "",
        days: int = 7,
    ) -> None:
        if mode not in list(Mode):
            known = ", ".join(f"“{one}”" for one in Mode)
            raise Misconfigured(f"The offline gateway has no mode “{mode}”; it has {known}.")
        self.mode, self.instructions = Mode(mode), instructions
        self.currencies = frozenset(currencies)
        self.is_for_development = self.mode == Mode.DEVELOPER
        if self.mode == Mode.TRANSFER:
            self.patience = timedelta(days=days)

    def start_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        """A page of our own; who pays at the desk has nothing more to do."""
        self.check_currency(request.money.currency)
        if self.is_for_development and not django_settings.DEBUG:
            raise InvalidRequest("The developer's mode is for sites with DEBUG on.")
        is_promised = self.mode == Mode.DESK
        entry = open_entry(request, is_promised=is_promised)
        url = request.return_url if is_promised else _page_of(entry, request)
        return CheckoutSession(ref=_ref(entry), url=url, expires_at=entry.expires)

    def fetch(self, payment: PaymentRef) -> PaymentSnapshot:
        return _told(entry_of(payment.reference))

    def expire(self, payment: PaymentRef) -> Expire:
        return expire_entry(payment.reference)

    def capture(self, payment: PaymentRef, money: Money, key: str) -> PaymentSnapshot:
        return _told(capture_entry(payment.reference, money))

    def void(self, payment: PaymentRef, key: str) -> PaymentSnapshot:
        return _told(void_entry(payment.reference))

    def refund(self, request: RefundRequest) -> RefundSnapshot:
        """Done at once, as staff hands it over or has the bank send it."""
        return _told_back(refund_entry(request))

    def list_refunds(self, payment: PaymentRef) -> list[RefundSnapshot]:
        entry = entry_of(payment.reference)
        refunds = OfflineRefund.objects.using(entry._state.db).filter(entry=entry)
        return [_told_back(one) for one in refunds.select_related("entry")]


def _page_of(entry: OfflineEntry, request: CheckoutRequest) -> str:
    """Where the customer reads how to pay. Without our addresses, the site's page says so."""
    try:
        path = reverse("bookable:offline", args=[entry.uuid])
    except NoReverseMatch:
        return request.return_url
    return urljoin(request.return_url, path)


def _ref(entry: OfflineEntry) -> PaymentRef:
    key = str(entry.uuid)
    return PaymentRef(
        reference=entry.reference, currency=entry.currency, external=key, checkout=key
    )


def _told(entry: OfflineEntry) -> PaymentSnapshot:
    is_declined = entry.state == PaymentState.FAILED
    return PaymentSnapshot(
        ref=_ref(entry),
        state=PaymentState(entry.state),
        asked=entry.money,
        authorized=Money(entry.authorized, entry.currency),
        captured=Money(entry.captured, entry.currency),
        refunded=Money(entry.refunded, entry.currency),
        failure=Failure(code="declined") if is_declined else None,
    )


def _told_back(refund: OfflineRefund) -> RefundSnapshot:
    return RefundSnapshot(
        external=refund.key, money=refund.money, state=RefundState.SUCCEEDED, key=refund.key
    )
