from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from urllib.parse import urljoin

from django.db import router
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.module_loading import import_string

from bookable.errors import Declined, InvalidRequest, NotSupported
from bookable.money import Money, currency_digits
from bookable.payments.gateways.answers import (
    CheckoutSession,
    Expire,
    PaymentSnapshot,
    RefundSnapshot,
)
from bookable.payments.gateways.base import Capability, Gateway
from bookable.payments.gateways.django_payments.asking import translated
from bookable.payments.gateways.django_payments.reading import (
    given_back,
    money_of,
    note_captured,
    payment_of,
    ref_of,
    refund_of,
    refunds_of,
)
from bookable.payments.gateways.questions import CheckoutRequest, PaymentRef, RefundRequest
from bookable.payments.models.provider_payment import ProviderPayment
from bookable.payments.states import PaymentState, RefundState
from bookable.transactions import for_update, in_transaction

#: A provider as in PAYMENT_VARIANTS, by its path and options, or one that was made already.
Variant: TypeAlias = Sequence[Any] | Any

_METHODS = {
    "cancel": {Capability.EXPIRE},
    "capture": {Capability.MANUAL_CAPTURE},
    "release": {Capability.VOID},
    "refund": {Capability.REFUND, Capability.PARTIAL_REFUND},
}
_UNPAID = ("waiting", "input", "rejected", "error")


class DjangoPaymentsGateway(Gateway):
    """Payments through a provider of the package django-payments.

    That package asks no company how it stands with a payment: what a provider wrote last is all
    that is known. What it can do is told by the methods that the provider has.
    """

    def __init__(
        self,
        *,
        variant: Variant,
        currencies: Sequence[str] = (),
        is_live: bool | None = None,
        label: str = "",
    ) -> None:
        self._provider, self.label = _made(variant), label
        self.currencies = frozenset(currencies)
        self.is_live = is_live
        self.capabilities = frozenset(  # type: ignore[misc] # each provider has its own
            {Capability.CHECKOUT}.union(
                *(can for name, can in _METHODS.items() if _has(self._provider, name))
            )
        )

    def takes(self, currency: str) -> bool:
        """That package counts in hundredths, so nothing finer can be paid through it."""
        return super().takes(currency) and currency_digits(currency) <= 2

    def start_checkout(self, request: CheckoutRequest) -> CheckoutSession:
        self.check_currency(request.money.currency)
        if not request.capture:
            self._needs(Capability.MANUAL_CAPTURE)
        row = self._opened(request)
        if not row.url:
            page = reverse("bookable:provider_form", args=[row.token])
            address = self.form_of(row)
            row.url = urljoin(request.return_url, page if address is None else address)
            row.save(update_fields=["url", "modified"])
        return CheckoutSession(ref=ref_of(row), url=row.url)

    def fetch(self, payment: PaymentRef) -> PaymentSnapshot:
        return payment_of(_row(payment))

    def expire(self, payment: PaymentRef) -> Expire:
        row = _row(payment)
        state = payment_of(row).state
        if state in (PaymentState.CAPTURED, PaymentState.AUTHORIZED):
            return Expire.PAID
        if state == PaymentState.EXPIRED:
            return Expire.EXPIRED
        if not self.can(Capability.EXPIRE):
            return Expire.OPEN
        with translated(Capability.EXPIRE):
            self._of(row).cancel(row)
        row.change_status("cancelled")
        return Expire.EXPIRED

    def capture(self, payment: PaymentRef, money: Money, key: str) -> PaymentSnapshot:
        """Takes it once: what was taken already is not asked for again."""
        self._needs(Capability.MANUAL_CAPTURE)
        row = _row(payment)
        if row.status != "confirmed":
            _must_be(row, "preauth")
            with translated(Capability.MANUAL_CAPTURE):
                self._of(row).capture(row, money.decimal)
            row.status, row.captured_amount = "confirmed", money.decimal
            note_captured(row)
        return payment_of(row)

    def void(self, payment: PaymentRef, key: str) -> PaymentSnapshot:
        self._needs(Capability.VOID)
        row = _row(payment)
        if row.status != "refunded":
            _must_be(row, "preauth")
            with translated(Capability.VOID):
                self._of(row).release(row)
            row.change_status("refunded")
        return payment_of(row)

    def refund(self, request: RefundRequest) -> RefundSnapshot:
        """Asks a provider once for each key: whether a lost answer had an effect, nobody can say,
        so a person must look."""
        self._needs(Capability.REFUND)
        row, is_new = _reserved(request)
        if is_new:
            _note_refund(request, self._given_back(row, request))
        found = [one for one in _row(request.payment).refunds if one["key"] == request.key]
        return refund_of(found[0], row)

    def list_refunds(self, payment: PaymentRef) -> list[RefundSnapshot]:
        self._needs(Capability.REFUND)
        return refunds_of(_row(payment))

    def form_of(self, row: ProviderPayment, data: Any = None) -> str | Any | None:
        """Where the provider sends the customer; without data None if it shows a form instead,
        and with data that form."""
        from payments import RedirectNeeded

        try:
            with translated(Capability.CHECKOUT):
                form = self._of(row).get_form(row, data=data or None)
        except RedirectNeeded as elsewhere:
            note_captured(row)
            return str(elsewhere)
        return None if data is None else form

    def process(self, row: ProviderPayment, request: HttpRequest) -> HttpResponse:
        """Hands what came to the address of a payment to the provider."""
        with translated(Capability.WEBHOOKS):
            response: HttpResponse = self._of(row).process_data(row, request)
        note_captured(row)
        return response

    def token_in(self, request: HttpRequest) -> str:
        """Which payment a message to the one address of the account is about."""
        with translated(Capability.WEBHOOKS):
            return str(self._provider.get_token_from_request(payment=None, request=request) or "")

    def _of(self, row: ProviderPayment) -> Any:
        """The provider as this payment needs it: it knows only for itself whether it takes money
        at once."""
        if row.takes_at_once:
            return self._provider
        provider = copy.copy(self._provider)
        provider._capture = False
        return provider

    def _opened(self, request: CheckoutRequest) -> ProviderPayment:
        row, _is_new = _rows().get_or_create(
            reference=request.reference,
            defaults={
                "currency": request.money.currency,
                "total": request.money.decimal,
                "description": request.description[:200],
                "takes_at_once": request.capture,
                "success_url": request.return_url,
                "failure_url": request.cancel_url,
            },
        )
        if money_of(row.total, row) != request.money:
            raise InvalidRequest("The same key was used for another amount.")
        return row

    def _given_back(self, row: ProviderPayment, request: RefundRequest) -> RefundState:
        try:
            with translated(Capability.REFUND):
                given = self._of(row).refund(row, request.money.decimal)
        except (Declined, NotSupported):
            _note_refund(request, RefundState.FAILED)
            raise
        finally:
            row.save()  # a provider may have left its changes unsaved
        return RefundState.FAILED if given == 0 else RefundState.SUCCEEDED

    def _needs(self, capability: Capability) -> None:
        if not self.can(capability):
            raise NotSupported(capability)


def is_unpaid(row: ProviderPayment) -> bool:
    """Whether its form may still be filled in."""
    return row.status in _UNPAID


def _made(variant: Variant) -> Any:
    if not isinstance(variant, (tuple, list)):
        return variant
    path, options = variant
    given: Mapping[str, Any] = options
    return import_string(path)(**given)


def _has(provider: Any, method: str) -> bool:
    from payments.core import BasicProvider

    return getattr(type(provider), method, None) is not getattr(BasicProvider, method)


def _rows() -> QuerySet[ProviderPayment]:
    return ProviderPayment.objects.using(router.db_for_write(ProviderPayment))


def _row(payment: PaymentRef) -> ProviderPayment:
    found = _rows().filter(reference=payment.reference).first()
    if found is None:
        raise InvalidRequest("There is no such payment.")
    return found


def _must_be(row: ProviderPayment, status: str) -> None:
    if row.status != status:
        raise InvalidRequest(f"The payment is “{row.status}”, not “{status}”.")


def _reserved(request: RefundRequest) -> tuple[ProviderPayment, bool]:
    """The payment with this refund noted on it, before anybody is asked for it."""

    def work() -> tuple[ProviderPayment, bool]:
        row = for_update(_rows().filter(pk=_row(request.payment).pk)).get()
        if any(one["key"] == request.key for one in row.refunds):
            return row, False
        left = money_of(row.most_captured, row) - given_back(row)
        if request.money > left:
            raise InvalidRequest("More than was paid can't be given back.")
        state = RefundState.NEEDS_ATTENTION.value  # should nobody live to say better
        row.refunds.append({"key": request.key, "amount": request.money.amount, "state": state})
        row.save(update_fields=["refunds", "modified"])
        return row, True

    return in_transaction(work, using=router.db_for_write(ProviderPayment))


def _note_refund(request: RefundRequest, state: RefundState) -> None:
    def work() -> None:
        row = for_update(_rows().filter(pk=_row(request.payment).pk)).get()
        for one in row.refunds:
            if one["key"] == request.key:
                one["state"] = state.value
        row.save(update_fields=["refunds", "modified"])

    in_transaction(work, using=router.db_for_write(ProviderPayment))
