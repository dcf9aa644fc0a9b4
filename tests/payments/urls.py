from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("bookable/", include("bookable.urls"))]
