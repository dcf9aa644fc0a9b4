"""The addresses of the app: `path("bookings/", include("bookable.urls"))`."""

from __future__ import annotations

from django.urls import path

from bookable.payments.returning import payment_return
from bookable.payments.webhooks.view import webhook

app_name = "bookable"

urlpatterns = [
    path("payments/webhook/<str:alias>/", webhook, name="webhook"),
    path("payments/return/<uuid:key>/", payment_return, name="payment_return"),
]
