"""The address to which a gateway sends its messages."""

from __future__ import annotations

import logging

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bookable.errors import NotSupported, SignatureError, UnknownGateway
from bookable.payments.gateways import get_gateway
from bookable.payments.webhooks.process import process
from bookable.payments.webhooks.receive import receive

logger = logging.getLogger(__name__)

#: No gateway's message comes near this.
_MOST_BYTES = 512 * 1024


@csrf_exempt
@require_POST
@transaction.non_atomic_requests
def webhook(request: HttpRequest, alias: str) -> HttpResponse:
    """Answers as soon as the message is kept; what it leads to may fail and is tried again."""
    if not _may_come_from(request, alias):
        return HttpResponse(status=403)
    body = request.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        return HttpResponse(status=413)
    try:
        event = receive(alias, dict(request.headers), body)
    except (UnknownGateway, NotSupported) as error:
        raise Http404 from error
    except SignatureError:
        logger.warning("A message for the gateway %s was not signed by it.", alias)
        return HttpResponse(status=400)
    process(event)
    return HttpResponse(status=200)


def _may_come_from(request: HttpRequest, alias: str) -> bool:
    """Where a site has named the company's addresses, nothing else is even read.

    Behind a proxy the site must set REMOTE_ADDR to the customer's side of it.
    """
    try:
        allowed = get_gateway(alias).webhook_ips
    except UnknownGateway:
        return True  # it is not found in any case
    return not allowed or request.META.get("REMOTE_ADDR") in allowed
