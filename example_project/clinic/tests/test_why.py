from __future__ import annotations

from clinic.tests.demo import DemoTestCase, links_of, text_of


class WhyTests(DemoTestCase):
    def test_it_asks_for_a_moment_first(self) -> None:
        self.assertIn("Name a date and a time", self.words("/s/yoga/why/"))

    def test_a_free_moment_names_who_could_take_it_and_the_price(self) -> None:
        words = self.words("/s/massage/why/?at=2026-11-24T10:00")
        self.assertIn("Free with Ann, Bob, £40.00 until 11:00", words)

    def test_a_weekend_shows_its_surcharge(self) -> None:
        words = self.words("/s/massage/why/?at=2026-11-28T10:00")
        self.assertIn("£44.00", words)
        self.assertIn("Peak surcharge: £4.00", words)

    def test_every_reason_is_told_with_its_interval(self) -> None:
        words = self.words("/s/massage/why/?at=2026-12-02T11:00")
        self.assertIn("Ann is busy elsewhere. Wed 2 Dec, 10:00–12:00 · BusyTimes", words)
        self.assertIn("Bob is away. Mon 30 Nov, 00:00 – Mon 7 Dec, 00:00 · TimeOff", words)

    def test_intervals_are_told_in_the_chosen_zone(self) -> None:
        words = self.words("/s/massage/why/?at=2026-12-02T06:00&zone=America/New_York")
        self.assertIn("Ann is busy elsewhere. Wed 2 Dec, 05:00–07:00", words)

    def test_our_own_rule_tells_its_reason_too(self) -> None:
        words = self.words("/s/massage/why/?at=2026-11-24T15:30&provider=ann")
        self.assertIn("Ann is on the school run. Tue 24 Nov, 15:15–16:00 · SchoolRun", words)

    def test_a_session_that_can_be_joined_says_so(self) -> None:
        words = self.words("/s/yoga/why/?at=2026-11-26T18:00")
        self.assertIn("with Dev, £12.00 until 19:00, joins a session with 7 seats left", words)

    def test_an_hour_that_comes_twice_offers_both(self) -> None:
        html = self.page("/s/online-coaching/why/?at=2026-10-25T01:30")
        self.assertIn("01:30 in London, UTC+1", text_of(html))
        second = next(link for link in links_of(html) if "at=2026-10-25T01" in link)
        self.assertIn("01:30 in London, UTC", self.words("/s/online-coaching/why/" + second))

    def test_an_hour_that_the_clock_skips_is_refused_in_the_form(self) -> None:
        words = self.words("/s/yoga/why/?at=2027-03-28T01:30", status=400)
        self.assertIn("The clock skips 01:30 on that day: it is put forward.", words)

    def test_a_moment_that_is_none_is_refused_in_the_form(self) -> None:
        words = self.words("/s/yoga/why/?at=tomorrow", status=400)
        self.assertIn("“tomorrow” is not a date and time.", words)

    def test_without_a_service_it_asks_which_one(self) -> None:
        self.assertIn("Which service is it about?", self.words("/why/"))
        self.assertRedirects(self.client.get("/why/?service=yoga"), "/s/yoga/why/")
