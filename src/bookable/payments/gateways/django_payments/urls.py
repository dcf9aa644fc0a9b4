"""The addresses of providers, which `bookable.urls` includes under `payments/provider/`."""

from __future__ import annotations

from django.urls import path

from bookable.payments.gateways.django_payments.views import (
    provider_form,
    provider_message,
    provider_payment,
)

urlpatterns = [
    path("<uuid:token>/", provider_payment, name="provider_payment"),
    path("<uuid:token>/pay/", provider_form, name="provider_form"),
    path("<str:alias>/", provider_message, name="provider_message"),
]
