from __future__ import annotations

from django.contrib.auth import get_user_model

from clinic.tests.demo import DemoTestCase, policy_of


class AdminTests(DemoTestCase):
    def test_it_shows_our_therapists_and_their_calendars(self) -> None:
        self.client.force_login(get_user_model().objects.get(username="admin"))
        self.assertIn("PH-1042", self.words("/admin/clinic/therapist/"))

    def test_ann_may_look_but_not_change(self) -> None:
        self.client.force_login(get_user_model().objects.get(username="ann"))
        self.assertIn("PH-1042", self.words("/admin/clinic/therapist/"))
        self.page("/admin/clinic/therapist/add/", status=403)

    def test_a_customer_has_no_business_there(self) -> None:
        self.client.force_login(get_user_model().objects.get(username="carl"))
        self.page("/admin/", status=302)

    def test_it_keeps_djangos_own_ways(self) -> None:
        self.assertEqual(policy_of(self.client.get("/admin/login/")), "")
