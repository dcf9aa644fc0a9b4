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
        from bookable.bookings.decide_minimums import decide_minimums
        from bookable.bookings.expire import expire_due
        from bookable.bookings.free_unchecked import free_unchecked
        from bookable.bookings.offer_waiting import offer_waiting
        from bookable.jobs import register

        register(expire_due, name="expire_due")
        register(decide_minimums, name="decide_minimums")
        register(free_unchecked, name="free_unchecked")
        # last, as the others may have freed what is waited for
        register(offer_waiting, name="offer_waiting")
