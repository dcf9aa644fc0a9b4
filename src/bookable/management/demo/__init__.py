"""A small practice with everything the library can do, for a first look and for screenshots.

Everything is found again by its slug and then left as it is, so loading it twice changes nothing.
What lies ahead (opened classes, bookings, busy times, days off) is topped up as time goes by.
"""

from __future__ import annotations

from django.db import transaction

from bookable.management.demo.bookings import load_bookings
from bookable.management.demo.calendar import load_calendar
from bookable.management.demo.classes import load_classes
from bookable.management.demo.people import load_cast
from bookable.management.demo.services import load_services


@transaction.atomic
def load_demo() -> None:
    """Makes whatever of the demo is not there yet."""
    cast = load_cast()
    load_services(cast)
    load_calendar(cast)
    load_classes()
    load_bookings()
