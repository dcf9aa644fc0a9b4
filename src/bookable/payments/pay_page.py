"""The page behind the link to pay: what is due, the ways to pay it, and how it stands."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from bookable.errors import BookableError, InvalidLink
from bookable.money import Money
from bookable.payments.choosing import gateways_of
from bookable.payments.gateways import get_gateway
from bookable.payments.links import order_to_pay
from bookable.payments.models import Order, Payment, PaymentState
from bookable.payments.pay import pay
from bookable.payments.steps.starting import describe


@transaction.non_atomic_requests
@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def pay_page(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what is due; a way to pay that is chosen leads to the gateway's page and back here."""
    try:
        order = order_to_pay(token)
    except InvalidLink as error:
        raise Http404 from error
    if request.method != "POST":
        return _page(request, order)
    here = request.build_absolute_uri(request.path)
    gateway = request.POST.get("gateway") or None
    try:
        checkout = pay(order, gateway, return_url=here, cancel_url=here)
    except BookableError as error:
        return _page(request, order, problem=str(error), status=409)
    return HttpResponseRedirect(checkout.url)


def _page(
    request: HttpRequest, order: Order, *, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "order": order,
        "description": describe(order),
        "amount": order.due_now or max(order.balance, Money.zero(order.currency)),
        "ways": [(alias, str(get_gateway(alias).label) or alias) for alias in gateways_of(order)],
        "to_confirm": _latest(order, PaymentState.ACTION_REQUIRED),
        "is_on_its_way": _latest(order, PaymentState.PENDING) is not None,
        "problem": problem,
    }
    response = render(request, "bookable/payments/pay.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _latest(order: Order, state: PaymentState) -> Payment | None:
    payments = order.payments.using(order._state.db).filter(state=state)
    return payments.exclude(url="").order_by("-pk").first()
