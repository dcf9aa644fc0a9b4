from __future__ import annotations

from collections.abc import Mapping
from io import StringIO

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from bookable.bookings.audit import find_faults
from bookable.models import BookingEvent, Provider, Service
from clinic.models import Room, Therapist
from clinic.tests.demo import QUICK, load_demo


def row_counts() -> Mapping[str, int]:
    return {model._meta.label: model.objects.count() for model in apps.get_models()}


@override_settings(PASSWORD_HASHERS=QUICK)
class DemoTests(TestCase):
    def test_running_it_twice_changes_nothing(self) -> None:
        load_demo()
        once = row_counts()
        load_demo()
        self.assertEqual(row_counts(), once)

    def test_it_prints_log_ins_that_work(self) -> None:
        told = load_demo()
        for name in ("admin", "ann", "bob", "carl"):
            self.assertRegex(told, rf"{name} +{name} ")
            self.assertTrue(get_user_model().objects.get(username=name).check_password(name))

    def test_it_leaves_a_changed_password_alone(self) -> None:
        load_demo()
        admin = get_user_model().objects.get(username="admin")
        admin.set_password("changed")
        admin.save()
        load_demo()
        admin.refresh_from_db()
        self.assertTrue(admin.check_password("changed"))

    def test_our_own_rows_share_the_demos_calendars(self) -> None:
        load_demo()
        self.assertEqual(Therapist.objects.get(name="Ann").provider.slug, "ann")
        self.assertEqual(Room.objects.get(name="Room 2").provider.slug, "room-2")
        self.assertEqual(Provider.objects.get(slug="ann").user.get_username(), "ann")

    def test_it_prints_the_private_link(self) -> None:
        told = load_demo()
        token = Service.objects.get(slug="staff-check-up").link_token
        self.assertIn(f"/s/staff-check-up/?link={token}", told)

    def test_carl_has_booked_as_he_would_himself(self) -> None:
        load_demo()
        events = BookingEvent.objects.filter(booking__order__user__username="carl")
        self.assertEqual({event.role for event in events}, {"customer"})
        self.assertEqual(events.filter(verb="confirm").count(), 2)

    def test_every_booking_is_as_the_verbs_leave_it(self) -> None:
        load_demo()
        self.assertEqual(find_faults(), [])

    def test_it_refuses_to_run_on_a_real_site(self) -> None:
        with override_settings(DEBUG=False), self.assertRaisesMessage(CommandError, "DEBUG"):
            call_command("demo", stdout=StringIO())
        self.assertEqual(Service.objects.count(), 0)


class OurOwnRowsTests(TestCase):
    def test_a_new_therapist_gets_a_calendar(self) -> None:
        self.assertEqual(Therapist.objects.create(name="Zoe").provider.name, "Zoe")

    def test_a_new_room_is_a_room(self) -> None:
        self.assertEqual(Room.objects.create(name="Sauna").provider.kind, "room")
