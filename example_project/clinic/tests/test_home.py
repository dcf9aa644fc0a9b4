from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookable.models import Category, Offering, Provider, Service
from clinic.tests.demo import DemoTestCase


class HomeTests(DemoTestCase):
    def test_it_lists_what_is_public_under_its_categories(self) -> None:
        words = self.words("/")
        for name in ("Treatments", "Massage", "Advice", "Online coaching", "Classes", "Yoga"):
            self.assertIn(name, words)

    def test_it_keeps_quiet_about_a_service_with_a_private_link(self) -> None:
        self.assertNotIn("Staff check-up", self.words("/"))

    def test_it_says_how_long_it_takes_and_what_it_costs_at_least(self) -> None:
        self.assertIn("30, 60 or 90 minutes from £25.00", self.words("/"))

    def test_it_says_when_each_service_is_free_next(self) -> None:
        words = self.words("/")
        self.assertIn(
            "Sam sits in New York. 30 minutes £35.00 by video Next free: Mon 23 Nov, 14:00", words
        )
        self.assertIn(
            "Mats are here. 1 hour £12.00 a seat 12 seats Next free: Mon 23 Nov, 07:00", words
        )

    def test_without_services_it_says_so(self) -> None:
        Service.objects.update(is_active=False)
        self.assertIn("Nothing can be booked online at the moment.", self.words("/"))

    def test_more_services_cost_no_more_queries(self) -> None:
        few = self.queries("/")
        category, provider = Category.objects.get(slug="advice"), Provider.objects.get(slug="ann")
        for number in range(12):
            more = Service.objects.create(
                name=f"More {number}", slug=f"more-{number}", category=category
            )
            Offering.objects.create(service=more, provider=provider)
        self.assertEqual(self.queries("/"), few)

    def queries(self, path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            self.page(path)
        return len(captured)
