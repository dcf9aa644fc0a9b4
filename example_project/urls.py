from __future__ import annotations

from django.contrib import admin
from django.urls import path, re_path

from clinic import views

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", views.home, name="home"),
    path("why/", views.choose_service, name="choose_service"),
    path("s/<slug:slug>/", views.service, name="service"),
    path("s/<slug:slug>/why/", views.why, name="why"),
    # with DEBUG on, Django would show its own page for developers
    re_path(r"^.*/$", views.not_found),
]

handler404 = "clinic.views.not_found"
