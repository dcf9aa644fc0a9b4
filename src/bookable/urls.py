"""The addresses of the app: `path("bookings/", include("bookable.urls"))`."""

from __future__ import annotations

from django.urls import include, path

from bookable.payments.gateways.offline.view import offline
from bookable.payments.pay_page import pay_page
from bookable.payments.returning import payment_return
from bookable.payments.webhooks.view import webhook

app_name = "bookable"

urlpatterns = [
    path("payments/webhook/<str:alias>/", webhook, name="webhook"),
    path("payments/return/<uuid:key>/", payment_return, name="payment_return"),
    path("payments/pay/<str:token>/", pay_page, name="pay"),
    path("payments/provider/", include("bookable.payments.gateways.django_payments.urls")),
    path("payments/offline/<uuid:key>/", offline, name="offline"),
]
