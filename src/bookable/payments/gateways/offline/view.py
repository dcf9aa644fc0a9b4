"""The offline gateway's own page: how to pay, or a developer's buttons."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings as django_settings
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from bookable.errors import InvalidRequest
from bookable.money import Money
from bookable.payments.addresses import return_address
from bookable.payments.close import close
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.offline.books import decline_entry, expire_entry, pay_entry
from bookable.payments.gateways.offline.gateway import OfflineGateway
from bookable.payments.gateways.offline.modes import Mode
from bookable.payments.models import OfflineEntry, Payment, PaymentState
from bookable.payments.steps.locks import database
from bookable.payments.steps.starting import describe

_PAID = (PaymentState.AUTHORIZED, PaymentState.CAPTURED)


@transaction.non_atomic_requests
@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def offline(request: HttpRequest, key: UUID) -> HttpResponse:
    """Shows how it is paid; in the developer's mode, a decision is played and leads back."""
    entry, payment, gateway = _found(key)
    if request.method != "POST":
        return _page(request, entry, payment, gateway)
    if gateway.mode != Mode.DEVELOPER:
        raise Http404
    decision = request.POST.get("decision", "")
    try:
        url = _play(decision, entry, payment)
    except InvalidRequest:
        # it was decided meanwhile, in another window
        return _page(request, _found(key)[0], payment, gateway, status=409)
    return HttpResponseRedirect(url) if url else HttpResponseBadRequest()


def _found(key: UUID) -> tuple[OfflineEntry, Payment, OfflineGateway]:
    entry = OfflineEntry.objects.using(database(None)).filter(uuid=key).first()
    payment = None if entry is None else _payment_of(entry)
    if entry is None or payment is None:
        raise Http404
    gateway = get_gateway(payment.gateway)
    if not isinstance(gateway, OfflineGateway):
        raise Http404
    if gateway.is_for_development and not django_settings.DEBUG:
        raise Http404
    return entry, payment, gateway


def _payment_of(entry: OfflineEntry) -> Payment | None:
    try:
        name = UUID(entry.reference)
    except ValueError:
        return None
    rows = Payment.objects.using(entry._state.db).select_related("order")
    return rows.filter(uuid=name).first()


def _page(
    request: HttpRequest,
    entry: OfflineEntry,
    payment: Payment,
    gateway: OfflineGateway,
    *,
    status: int = 200,
) -> HttpResponse:
    is_paid = entry.state in _PAID
    context = {
        "entry": entry,
        "came": Money(entry.captured or entry.authorized, entry.currency),
        "description": describe(payment.order),
        "instructions": gateway.instructions,
        "is_played": gateway.mode == Mode.DEVELOPER,
        "is_paid": is_paid,
        "is_open": entry.is_open,
        "is_declined": entry.state == PaymentState.FAILED,
        "may_come_late": not is_paid and entry.state != PaymentState.CANCELLED,
        "return_url": return_address(payment),
        "cancel_url": payment.cancel_url,
    }
    response = render(request, "bookable/payments/offline.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _play(decision: str, entry: OfflineEntry, payment: Payment) -> str:
    """What a customer does on a company's page; where that leads them, empty if it is no such."""
    if decision == "pay":
        _refuse_closed(entry)
        pay_entry(entry.reference)
    elif decision == "decline":
        _refuse_closed(entry)
        decline_entry(entry.reference)
    elif decision == "late":
        _come_late(entry, payment)
    elif decision == "abandon":
        return payment.cancel_url
    else:
        return ""
    return return_address(payment)


def _come_late(entry: OfflineEntry, payment: Payment) -> None:
    """The attempt is closed and its places are let go; and then the money comes anyway."""
    close(payment)
    expire_entry(entry.reference)  # if the attempt was closed before the page was
    pay_entry(entry.reference)


def _refuse_closed(entry: OfflineEntry) -> None:
    if not entry.is_open:
        raise InvalidRequest("This page is closed.")
