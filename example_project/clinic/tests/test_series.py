from __future__ import annotations

from bookable.models import Booking, State
from clinic.tests.demo import MIRA, DemoTestCase, form_of, links_of, text_of

#: Bob is away on the second of the four.
SERIES = "/s/massage/series/?at=2026-11-24T10:00&provider=bob"
WHOLE = "/s/online-coaching/series/?at=2026-11-24T17:00&every=2&times=3"


class SeriesTests(DemoTestCase):
    def test_the_form_leads_there(self) -> None:
        links = links_of(self.page("/s/massage/book/?at=2026-11-24T10:00"))
        self.assertTrue(any("/series/" in link for link in links))

    def test_each_date_says_whether_it_is_free(self) -> None:
        page = self.page(SERIES)
        words = text_of(page)
        self.assertIn("3 of 4 dates are free", words)
        self.assertIn("Tuesday 1 December 2026, 10:00 not free", words)
        self.assertIn("Hold the 3 free dates – £40.00 each", words)

    def test_one_that_is_not_free_names_others(self) -> None:
        page = self.page(SERIES)
        instead = next(link for link in links_of(page) if "at=2026-11-28T" in link)
        self.assertIn("Saturday 28 November 2026", self.words(instead))

    def test_they_are_held_and_confirmed_together(self) -> None:
        address = self.send(WHOLE, **MIRA)["Location"]
        words = self.words(address)
        self.assertIn("Confirm all 3 dates", words)
        self.assertIn("All of it together costs £105.00.", words)
        self.send_to(address, "confirm")
        mine = Booking.objects.filter(order__email=MIRA["email"])
        self.assertEqual([booking.state for booking in mine], [State.CONFIRMED] * 3)
        self.assertEqual(len({booking.series_id for booking in mine}), 1)

    def test_what_is_not_free_is_left_out_where_that_was_said(self) -> None:
        address = self.send(SERIES, **MIRA)["Location"]
        self.assertIn("Not free, and left out: 1 December.", self.words(address))
        self.assertEqual(Booking.objects.filter(order__email=MIRA["email"]).count(), 3)

    def test_if_one_was_taken_meanwhile_nothing_is_held(self) -> None:
        form = {**form_of(self.page(WHOLE)), **MIRA}
        self.book("/s/online-coaching/book/?at=2026-12-08T17:00", email="quick@example.com")
        self.client.cookies.clear()
        answer = self.client.post(WHOLE, form)
        self.assertEqual(answer.status_code, 409)
        words = text_of(answer.content.decode())
        self.assertIn("1 of the dates is not free.", words)
        self.assertIn("2 of 3 dates are free", words)
        self.assertFalse(Booking.objects.filter(order__email=MIRA["email"]).exists())

    def test_too_many_are_refused(self) -> None:
        words = self.words(f"{SERIES}&times=500", status=400)
        self.assertIn("Choose a number from 1 to 26.", words)
