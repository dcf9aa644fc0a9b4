"""Where a gateway sends customers back to: our own page, which asks it how it stands."""

from __future__ import annotations

from urllib.parse import urljoin

from django.urls import NoReverseMatch, reverse

from bookable.payments.models import Payment


def return_address(payment: Payment) -> str:
    """Our page beside the site's own, which the customer sees after it.

    Without our addresses among the site's, theirs is all there is.
    """
    try:
        path = reverse("bookable:payment_return", args=[payment.uuid])
    except NoReverseMatch:
        return payment.return_url
    return urljoin(payment.return_url, path)
