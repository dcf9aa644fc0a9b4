"""The addresses of payments that go through a provider: its form, and what comes back to it."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import router, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import engines
from django.template.exceptions import TemplateDoesNotExist
from django.template.loader import get_template
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from bookable.errors import BookableError, Declined, UnknownGateway
from bookable.payments.gateways import get_gateway
from bookable.payments.gateways.django_payments.gateway import DjangoPaymentsGateway, is_unpaid
from bookable.payments.models import Payment
from bookable.payments.models.provider_payment import ProviderPayment
from bookable.payments.refresh import refresh

logger = logging.getLogger(__name__)

#: A site's own page for the form; without it there is a bare one.
TEMPLATE = "bookable/provider_form.html"
#: A token against forged requests is for our own address only.
_PAGE = """{% load i18n %}<!doctype html>
<title>{{ payment.description }}</title>
<h1>{{ payment.description }}</h1>
<form method="{{ form.method|default:"post" }}" action="{{ form.action }}">
{% if not form.action %}{% csrf_token %}{% endif %}
{{ form.as_p }}
<button>{% translate "Pay" %}</button>
</form>
"""


@transaction.non_atomic_requests
@never_cache
@csrf_protect
@require_http_methods(["GET", "HEAD", "POST"])
def provider_form(request: HttpRequest, token: UUID) -> HttpResponse:
    """The provider's form, for those that have no page of their own."""
    row, gateway = _found(token)
    if not is_unpaid(row):
        return HttpResponseRedirect(row.success_url)
    try:
        form = gateway.form_of(row, request.POST)
    except BookableError as error:
        logger.warning("Payment %s: %s", row.reference, type(error).__name__)
        form = row.failure_url
    if isinstance(form, str):
        _look(row)
        return HttpResponseRedirect(form)
    return HttpResponse(_rendered(request, row, form))


@csrf_exempt
@transaction.non_atomic_requests
def provider_payment(request: HttpRequest, token: UUID) -> HttpResponse:
    """Where customers come back to, and companies write, about one payment.

    What that means is up to the provider, which verifies it.
    """
    row, gateway = _found(token)
    return _processed(row, gateway, request)


@csrf_exempt
@transaction.non_atomic_requests
def provider_message(request: HttpRequest, alias: str) -> HttpResponse:
    """Where companies write that know one address for all payments of an account."""
    try:
        token = UUID(_gateway(alias).token_in(request))
    except (BookableError, ValueError):
        return HttpResponse(status=400)
    row, gateway = _found(token)
    return _processed(row, gateway, request)


def _processed(
    row: ProviderPayment, gateway: DjangoPaymentsGateway, request: HttpRequest
) -> HttpResponse:
    try:
        response = gateway.process(row, request)
    except BookableError as error:
        logger.warning("Payment %s: %s", row.reference, type(error).__name__)
        return HttpResponse(status=400 if isinstance(error, Declined) else 503)
    _look(row)
    return response


def _found(token: UUID) -> tuple[ProviderPayment, DjangoPaymentsGateway]:
    rows = ProviderPayment.objects.using(router.db_for_write(ProviderPayment))
    row = rows.filter(token=str(token)).first()
    payment = None if row is None else _payment(row)
    if row is None or payment is None:
        raise Http404
    return row, _gateway(payment.gateway)


def _payment(row: ProviderPayment) -> Payment | None:
    return Payment.objects.using(row._state.db).filter(uuid=row.reference).first()


def _gateway(alias: str) -> DjangoPaymentsGateway:
    try:
        gateway = get_gateway(alias)
    except UnknownGateway as error:
        raise Http404 from error
    if not isinstance(gateway, DjangoPaymentsGateway):
        raise Http404
    return gateway


def _look(row: ProviderPayment) -> None:
    """Acts on what the provider has just written."""
    try:
        refresh(row.reference)
    except BookableError as error:
        logger.warning("Payment %s: %s", row.reference, type(error).__name__)


def _rendered(request: HttpRequest, row: ProviderPayment, form: object) -> str:
    try:
        template = get_template(TEMPLATE)
    except TemplateDoesNotExist:
        template = engines["django"].from_string(_PAGE)
    return str(template.render({"payment": row, "form": form}, request))
