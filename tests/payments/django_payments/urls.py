"""The addresses of a site that has django-payments."""

from __future__ import annotations

from django.urls import include, path

from bookable.urls import urlpatterns as _ours

_LINE = path("payments/provider/", include("bookable.payments.gateways.django_payments.urls"))
_known = [one for one in _ours if str(one.pattern) != str(_LINE.pattern)]
urlpatterns = [path("bookable/", include(([*_known, _LINE], "bookable")))]
