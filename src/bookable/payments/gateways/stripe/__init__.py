"""Stripe: cards and whatever else its Checkout offers. Needs `django-bookable[stripe]`."""

from __future__ import annotations

from bookable.payments.gateways.stripe.gateway import StripeGateway

__all__ = ["StripeGateway"]
