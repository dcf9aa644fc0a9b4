"""Paystack: cards, bank transfers and mobile money in Africa. Needs `django-bookable[paystack]`."""

from __future__ import annotations

from bookable.payments.gateways.paystack.gateway import PaystackGateway

__all__ = ["PaystackGateway"]
