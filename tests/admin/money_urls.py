"""The addresses of a site with the admin and with gateways that send messages."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("bookable/", include("bookable.urls")),
]
