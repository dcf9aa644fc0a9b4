"""Where customers come back to from a gateway's page, before they see the site's own."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from bookable.errors import BookableError
from bookable.payments.models import Payment
from bookable.payments.refresh import refresh
from bookable.payments.steps.locks import database

logger = logging.getLogger(__name__)


@require_safe
@transaction.non_atomic_requests
def payment_return(request: HttpRequest, key: UUID) -> HttpResponse:
    """Asks the gateway and goes on to the site's page, which shows how it stands.

    Nothing that stands in the address is believed, and nothing is shown here. If the gateway
    doesn't answer, its message or a job will bring it.
    """
    payment = Payment.objects.using(database(None)).filter(uuid=key).first()
    if payment is None or not payment.return_url:
        raise Http404
    try:
        refresh(payment)
    except BookableError as error:
        logger.warning("Payment %s could not be looked at: %s", key, type(error).__name__)
    return HttpResponseRedirect(payment.return_url)
