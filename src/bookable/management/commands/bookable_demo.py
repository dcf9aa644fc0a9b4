from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from bookable.bookings.models import Booking
from bookable.catalog.models import Provider, Service
from bookable.management.demo import load_demo
from bookable.management.demo.taking import SOURCE


class Command(BaseCommand):
    help = "Makes a small practice to look at: services, people, rooms, hours, classes, bookings."

    def handle(self, *args: Any, **options: Any) -> None:
        load_demo()
        words = {
            "services": Service.objects.count(),
            "providers": Provider.objects.count(),
            "bookings": Booking.objects.filter(source=SOURCE).count(),
        }
        told = _(
            "The demo is there: %(services)d services, %(providers)d providers, "
            "%(bookings)d bookings."
        )
        self.stdout.write(told % words)
