"""A site whose cards are paid through a provider of django-payments."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings


@pytest.fixture
def site() -> Iterator[None]:
    variant = ("tests.payments.django_payments.providers.Losing", {})
    backend = "bookable.payments.gateways.django_payments.DjangoPaymentsGateway"
    gateways = {"card": {"BACKEND": backend, "OPTIONS": {"variant": variant}}}
    with override_settings(
        BOOKABLE={"GATEWAYS": gateways}, ROOT_URLCONF="tests.payments.django_payments.urls"
    ):
        yield
