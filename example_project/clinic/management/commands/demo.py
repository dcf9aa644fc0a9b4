from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from bookable.bookings.confirm import confirm
from bookable.bookings.hold import hold
from bookable.models import Booking, Provider, Service
from bookable.timeline import clock
from clinic.models import Room, Therapist

LOG_INS = [
    ("admin", "may do everything"),
    ("ann", "a therapist with a desk, who sees the admin's lists"),
    ("bob", "a therapist with a desk"),
    ("carl", "a customer"),
]

#: What Carl books, and how he wants it.
CARLS: dict[str, dict[str, Any]] = {
    "yoga": {"seats": 2},
    "massage": {"provider": "bob", "duration": 30},
}


class Command(BaseCommand):
    help = "Fills the example with a small practice and people to log in as. Run it as you like."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo's passwords are public, so it runs with DEBUG on only.")
        with transaction.atomic():
            call_command("bookable_demo", stdout=self.stdout)
            link_our_own()
            make_users()
            book_for_carl()
        self.print_log_ins()

    def print_log_ins(self) -> None:
        self.stdout.write("\nuser   password  who")
        for name, who in LOG_INS:
            self.stdout.write(f"{name:<6} {name:<9} {who}")
        hidden = Service.objects.get(slug="staff-check-up")
        path = reverse("service", args=[hidden.slug])
        self.stdout.write(f"\nA service that isn't listed: {path}?link={hidden.link_token}")


def link_our_own() -> None:
    """Our own rows point at the demo's calendars, where a site's rows would make theirs."""
    about = {"ann": ("PH-1042", time(15, 15)), "bob": ("PH-2203", None), "carla": ("PH-0977", None)}
    for slug, (registration, school_run) in about.items():
        provider = Provider.objects.get(slug=slug)
        defaults = {
            "name": provider.name,
            "registration": registration,
            "school_run": school_run,
        }
        Therapist.objects.get_or_create(provider=provider, defaults=defaults)
    for floor, slug in enumerate(["room-1", "room-2"]):
        provider = Provider.objects.get(slug=slug)
        defaults = {"name": provider.name, "floor": floor}
        Room.objects.get_or_create(provider=provider, defaults=defaults)
    Service.objects.filter(slug="massage").update(rule_set="school_run")


def make_users() -> None:
    user_model = get_user_model()
    if not user_model.objects.filter(username="admin").exists():
        user_model.objects.create_superuser("admin", "admin@example.com", "admin")
    if not user_model.objects.filter(username="ann").exists():
        ann = user_model.objects.create_user("ann", "ann@example.com", "ann", is_staff=True)
        ann.user_permissions.set(views_of("bookable", "clinic"))
        Provider.objects.filter(slug="ann").update(user=ann)
    if not user_model.objects.filter(username="bob").exists():
        bob = user_model.objects.create_user("bob", "bob@example.com", "bob")
        Provider.objects.filter(slug="bob").update(user=bob)
    if not user_model.objects.filter(username="carl").exists():
        user_model.objects.create_user("carl", "carl@example.com", "carl", first_name="Carl")


def book_for_carl() -> None:
    """A class and a massage, as he would do it himself; once, unless they are over."""
    carl = get_user_model().objects.get(username="carl")
    if Booking.objects.filter(order__user=carl).ahead().exists():
        return
    in_two_days = clock.now() + timedelta(days=2)
    for slug, options in CARLS.items():
        service = Service.objects.get(slug=slug)
        slot = service.next_slot(in_two_days, **options)
        if slot is not None:
            confirm(hold(service, slot.start, customer=carl, by=carl, **options), by=carl)


def views_of(*apps: str) -> list[Permission]:
    found = Permission.objects.filter(
        content_type__app_label__in=apps, codename__startswith="view_"
    )
    return list(found)
