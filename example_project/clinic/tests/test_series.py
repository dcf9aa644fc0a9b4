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

    def test_its_times_are_told_with_their_zone(self) -> None:
        words = self.words("/s/massage/series/?at=2026-11-24T11:00&zone=Europe/Berlin")
        self.assertIn("Times in Berlin, UTC+1. You will meet in London.", words)

    def test_they_are_given_back_together(self) -> None:
        address = self.send(WHOLE, **MIRA)["Location"]
        words = self.words(f"{address}cancel/")
        self.assertIn("Give all 3 dates back?", words)
        self.assertIn("Tuesday 8 December 2026, 17:00–17:30", words)
        self.assertIn("It costs now £105.00 You need not pay £105.00 You lose £0.00", words)
        self.send(f"{address}cancel/")
        self.assertIn("All 3 dates are given back.", self.words(address))
        self.assertEqual(self.states(), [State.CANCELLED] * 3)

    def test_one_of_them_is_given_back_if_that_is_said(self) -> None:
        address = self.send(WHOLE, **MIRA)["Location"]
        self.send(f"{address}cancel/", only="this")
        self.assertEqual(self.states(), [State.CANCELLED, State.HELD, State.HELD])

    def test_those_that_are_left_are_confirmed_together(self) -> None:
        address = self.send(WHOLE, **MIRA)["Location"]
        other = next(
            link
            for link in links_of(self.page(address))
            if link[:3] == "/b/" and address not in link
        )
        self.send(f"{address}cancel/", only="this")
        self.assertIn("Confirm all 2 dates", self.words(other))

    def test_once_they_are_confirmed_they_are_not_given_back_by_an_old_page(self) -> None:
        address = self.send(WHOLE, **MIRA)["Location"]
        stale = form_of(self.page(f"{address}cancel/"))
        self.send_to(address, "confirm")
        answer = self.send_to(address, "cancel", status=409, **stale)
        self.assertIn("has changed meanwhile", text_of(answer.content.decode()))
        self.assertEqual(self.states(), [State.CONFIRMED] * 3)

    def states(self) -> list[str]:
        mine = Booking.objects.filter(order__email=MIRA["email"])
        return list(mine.order_by("session__start").values_list("state", flat=True))

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

    def test_what_is_held_stays_if_the_series_can_not_be_had(self) -> None:
        self.hold("/s/online-coaching/book/?at=2026-11-24T17:00")
        form = {**form_of(self.page(WHOLE)), **MIRA}
        self.book_as_another("/s/online-coaching/book/?at=2026-12-08T17:00")
        answer = self.client.post(WHOLE, form)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("You still hold Tuesday 24 November", text_of(answer.content.decode()))
        (mine,) = Booking.objects.filter(order__email=MIRA["email"])
        self.assertEqual(mine.state, State.HELD)

    def book_as_another(self, path: str) -> None:
        client, self.client = self.client, self.client_class()
        self.book(path, email="quick@example.com")
        self.client = client

    def test_too_many_are_refused(self) -> None:
        words = self.words(f"{SERIES}&times=500", status=400)
        self.assertIn("Choose a number from 1 to 26.", words)
