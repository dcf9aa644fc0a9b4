from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookable.models import Provider, Service
from clinic.tests.demo import DemoTestCase, Reader, links_of, text_of


class ServiceTests(DemoTestCase):
    def test_every_public_service_has_its_pages(self) -> None:
        for service in Service.objects.public():
            for name in ("service", "why"):
                self.assertIn(service.name, self.words(reverse(name, args=[service.slug])))

    def test_a_private_service_needs_its_link(self) -> None:
        hidden = Service.objects.get(slug="staff-check-up")
        self.page("/s/staff-check-up/", status=404)
        self.page("/s/staff-check-up/?link=nonsense", status=404)
        words = self.words(f"/s/staff-check-up/?link={hidden.link_token}")
        self.assertIn("For our own people", words)

    def test_the_private_link_stays_in_every_link_to_the_service(self) -> None:
        token = str(Service.objects.get(slug="staff-check-up").link_token)
        html = self.page(f"/s/staff-check-up/?link={token}")
        own = [link for link in links_of(html) if "staff-check-up" in link or link[:1] == "?"]
        self.assertTrue(own)
        self.assertEqual([link for link in own if token not in link], [])

    def test_a_free_day_says_its_date_and_how_many_times_it_has(self) -> None:
        self.assertIn("Tuesday 24 November, 4 times free", self.words("/s/yoga/"))

    def test_the_month_is_a_table_with_a_caption_and_column_headings(self) -> None:
        html = self.page("/s/yoga/?month=2026-12")
        headings = [attrs for tag, attrs in Reader(html).elements if tag == "th"]
        self.assertIn("Free days in December 2026", text_of(html))
        self.assertEqual([attrs["scope"] for attrs in headings], ["col"] * 7)
        self.assertEqual(headings[0]["abbr"], "Monday")

    def test_the_first_free_day_is_opened_by_itself(self) -> None:
        self.assertIn("Tuesday 1 December Times in", self.words("/s/yoga/?month=2026-12"))

    def test_times_are_shown_in_the_chosen_zone(self) -> None:
        words = self.words("/s/massage/?day=2026-11-24&zone=America/New_York&provider=ann")
        self.assertIn("Times in New York, UTC−5. You will meet in London. Morning 04:00", words)

    def test_a_time_leads_to_the_form_for_it(self) -> None:
        html = self.page("/s/massage/?day=2026-11-24&zone=America/New_York&provider=ann")
        first = next(link for link in links_of(html) if "at=" in link)
        words = self.words(first)
        self.assertIn("Tuesday 24 November 2026, 04:00–05:00 in New York, UTC−5", words)
        self.assertIn("With Ann. What it costs Massage £40.00", words)

    def test_extras_change_the_price_and_the_length(self) -> None:
        words = self.words(
            "/s/physiotherapy/book/?at=2026-11-24T09:00&provider=ann"
            "&extra.heat-pack=1&extra.warm-up=1"
        )
        self.assertIn("09:00–10:00", words)
        self.assertIn("Heat pack £5.00 Longer warm-up £8.00 In all £68.00", words)

    def test_many_times_are_grouped_by_the_part_of_the_day(self) -> None:
        words = self.words("/s/physiotherapy/?day=2026-11-24")
        self.assertRegex(words, r"Morning 09:00 .* Afternoon 12:00 .* Evening 17:00")

    def test_a_class_says_how_many_seats_are_left(self) -> None:
        self.assertIn("18:00 7 seats left", self.words("/s/yoga/?day=2026-11-26"))

    def test_only_times_with_enough_seats_are_shown(self) -> None:
        words = self.words("/s/yoga/?day=2026-11-26&seats=8")
        self.assertNotIn("18:00", words)
        self.assertIn("19:00", words)

    def test_an_hour_that_comes_twice_shows_its_offsets(self) -> None:
        Service.objects.filter(slug="night-care").update(horizon_days=366)
        words = self.words("/s/night-care/?day=2027-10-31")
        self.assertIn("01:00 UTC+1 01:00 UTC 02:00", words)

    def test_an_empty_month_names_the_next_free_day(self) -> None:
        Provider.objects.filter(slug="sam").update(accepts_from="2027-01-05")
        html = self.page("/s/online-coaching/?month=2026-12")
        self.assertIn("The next free day is Tuesday 5 January .", text_of(html))
        self.assertIn("?day=2027-01-05#times", links_of(html))

    def test_the_next_free_day_is_never_an_earlier_one(self) -> None:
        Provider.objects.filter(slug="sam").update(accepts_until="2026-11-30")
        words = self.words("/s/online-coaching/?month=2026-12")
        self.assertIn("Nor is any day after it", words)

    def test_what_can_never_be_had_says_why(self) -> None:
        words = self.words("/s/yoga/?seats=13")
        self.assertIn("Nothing is free in November. Yoga has 12 seats.", words)
        self.assertNotIn("Nor is any day after it", words)

    def test_nobody_waits_for_what_can_never_be_had(self) -> None:
        self.assertNotIn("Tell me when", self.words("/s/yoga/?seats=13"))

    def test_a_service_that_is_never_free_says_so(self) -> None:
        Provider.objects.update(is_active=False)
        self.assertIn("Nor is any day after it", self.words("/s/massage/"))

    def test_a_day_without_times_says_so(self) -> None:
        self.assertIn("Nothing is free on this day.", self.words("/s/yoga/?day=2026-11-29"))

    def test_whom_to_ask_for_is_offered_only_where_there_is_a_choice(self) -> None:
        self.assertIn("Anybody Ann Bob", self.words("/s/massage/"))
        self.assertNotIn("Anybody", self.words("/s/yoga/"))

    def test_one_who_is_not_approved_is_not_offered(self) -> None:
        self.assertNotIn("Uma", self.words("/s/physiotherapy/"))

    def test_it_asks_the_database_as_often_for_a_day_with_many_times(self) -> None:
        counts = set()
        for day in ("2026-11-24", "2026-11-28"):
            with CaptureQueriesContext(connection) as captured:
                self.page(f"/s/physiotherapy/?day={day}")
            counts.add(len(captured))
        self.assertEqual(len(counts), 1)


class MonthEdgeTests(DemoTestCase):
    def rels(self, path: str) -> set[str | None]:
        return {attrs.get("rel") for tag, attrs in Reader(self.page(path)).elements if tag == "a"}

    def test_there_is_no_way_back_from_the_present_month(self) -> None:
        self.assertEqual(self.rels("/s/yoga/") & {"prev", "next"}, {"next"})

    def test_in_between_there_are_both(self) -> None:
        self.assertEqual(self.rels("/s/yoga/?month=2026-12") & {"prev", "next"}, {"prev", "next"})

    def test_there_is_no_way_on_from_the_last_month_of_the_horizon(self) -> None:
        self.assertEqual(self.rels("/s/yoga/?month=2027-02") & {"prev", "next"}, {"prev"})

    def test_the_last_bookable_day_ends_the_months_too(self) -> None:
        Service.objects.filter(slug="yoga").update(bookable_until="2026-12-31")
        self.assertEqual(self.rels("/s/yoga/?month=2026-12") & {"prev", "next"}, {"prev"})

    def test_a_month_outside_shows_the_nearest_one_inside(self) -> None:
        self.assertIn("Free days in February 2027", self.words("/s/yoga/?month=2099-12"))
        self.assertIn("Free days in November 2026", self.words("/s/yoga/?month=2001-01"))

    def test_a_service_whose_time_is_over_shows_this_month(self) -> None:
        Service.objects.filter(slug="yoga").update(bookable_until="2026-06-30")
        self.assertIn("Free days in November 2026", self.words("/s/yoga/"))
