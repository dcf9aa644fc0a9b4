from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookableConfig(AppConfig):
    name = "bookable"
    label = "bookable"
    verbose_name = _("Bookings")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from bookable import checks  # noqa: F401 - registers the system checks
