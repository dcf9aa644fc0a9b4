"""The gateway to providers of the package django-payments."""

from __future__ import annotations

from bookable.payments.gateways.django_payments.gateway import DjangoPaymentsGateway

__all__ = ["DjangoPaymentsGateway"]
