from __future__ import annotations

from unittest import mock

from bookable.bookings.expire import expire_due
from bookable.errors import TryAgain
from bookable.models import Booking, Service, State
from clinic.tests.demo import MIRA, DemoTestCase, form_of, links_of, text_of
from clinic.tests.test_booking import MASSAGE, PHYSIO, THERE, VISIT, newest

CONSULTATION = "/s/first-consultation/book/?at=2026-11-25T14:00"


class TakenTests(DemoTestCase):
    def test_the_nearest_free_times_are_offered_as_links(self) -> None:
        form = form_of(self.page(MASSAGE))
        self.hold(MASSAGE, email="quick@example.com")
        self.client.cookies.clear()
        answer = self.client.post(MASSAGE, {**form, **MIRA})
        self.assertEqual(answer.status_code, 409)
        page = answer.content.decode()
        self.assertIn("This time is not free any more. These times are free:", text_of(page))
        nearest = [link for link in links_of(page) if "at=2026-11-24T" in link]
        self.assertIn("With Ann", self.words(nearest[0]))

    def test_what_was_typed_is_kept_for_the_next_time(self) -> None:
        form = form_of(self.page(PHYSIO))
        self.hold(PHYSIO, email="quick@example.com", question__where=["Back"])
        self.client.cookies.clear()
        typed = {**form, **MIRA, "question.where": ["Knee"], "note": "It hurts."}
        self.client.post(PHYSIO, typed)
        page = self.page(PHYSIO.replace("10:00", "11:30"))
        for value in ('value="Mira Lund"', 'value="Knee"', "It hurts."):
            self.assertIn(value, page)
        self.assertRegex(page, r'value="Knee"[^>]* checked')

    def test_that_it_is_gone_is_said_even_if_the_form_is_wrong(self) -> None:
        form = form_of(self.page(MASSAGE))
        self.hold(MASSAGE, email="quick@example.com")
        self.client.cookies.clear()
        answer = self.client.post(MASSAGE, {**form, "name": "Mira"})
        self.assertEqual(answer.status_code, 409)
        self.assertIn("This time is not free any more.", text_of(answer.content.decode()))

    def test_a_link_to_a_time_that_is_gone_says_so(self) -> None:
        self.hold(MASSAGE)
        self.client.cookies.clear()
        words = self.words(MASSAGE, status=409)
        self.assertIn("This time is not free any more.", words)
        self.assertNotIn("Hold this time", words)

    def test_who_is_away_is_nobodys_business(self) -> None:
        words = self.words("/s/massage/book/?at=2026-12-02T11:00", status=409)
        self.assertNotIn("Bob is away", words)

    def test_a_limit_of_the_customers_own_is_told_as_such(self) -> None:
        self.book(CONSULTATION)
        answer = self.send(CONSULTATION.replace("25T14:00", "27T10:00"), status=409, **MIRA)
        words = text_of(answer.content.decode())
        self.assertIn("A customer may have at most 1 of First consultation ahead.", words)
        self.assertNotIn("not free any more", words)


class PriceTests(DemoTestCase):
    def test_both_prices_are_shown_and_must_be_confirmed(self) -> None:
        form = {**form_of(self.page(MASSAGE)), **MIRA}
        Service.objects.filter(slug="massage").update(price=4500)
        answer = self.client.post(MASSAGE, form)
        page = answer.content.decode()
        self.assertEqual(answer.status_code, 409)
        self.assertIn("The price has changed from £40.00 to £45.00.", text_of(page))
        self.assertIn("Hold this time – £45.00", text_of(page))
        again = self.client.post(MASSAGE, {**form, **form_of(page), **MIRA})
        self.assertEqual(again.status_code, 302)
        self.assertEqual(newest().cost.amount, 4500)


class TwiceTests(DemoTestCase):
    def test_a_form_that_is_sent_twice_books_once(self) -> None:
        form = {**form_of(self.page(MASSAGE)), **MIRA}
        first, second = (self.client.post(MASSAGE, form)["Location"] for _ in range(2))
        self.assertEqual(self.words(first), self.words(second))
        self.assertEqual(Booking.objects.filter(order__email=MIRA["email"]).count(), 1)
        self.assertEqual(newest().state, State.HELD)

    def test_a_form_that_is_sent_again_with_other_words_says_so(self) -> None:
        form = {**form_of(self.page(MASSAGE)), **MIRA}
        self.client.post(MASSAGE, form)
        answer = self.client.post(MASSAGE, {**form, "note": "And softly."})
        self.assertEqual(answer.status_code, 409)
        self.assertIn("This form was sent before", text_of(answer.content.decode()))


class ExpiredTests(DemoTestCase):
    def test_it_says_so_and_can_be_held_again(self) -> None:
        address = self.hold(PHYSIO, question__where=["Back"], note="It hurts.")
        with self.later(minutes=11):
            page = self.send_to(address, "confirm", status=409).content.decode()
            self.assertIn("The time for this reservation has run out.", text_of(page))
            self.assertIn("Nothing is booked", text_of(page))
            again = self.send_to(address, "again")["Location"]
            self.send_to(again, "confirm")
        booking = newest()
        self.assertEqual((booking.state, booking.note), (State.CONFIRMED, "It hurts."))
        self.assertEqual(booking.answers, {"where": ["Back"]})

    def test_if_somebody_else_has_it_by_then_that_is_said(self) -> None:
        address = self.hold(MASSAGE)
        with self.later(minutes=11):
            self.client.cookies.clear()
            self.book(MASSAGE, email="quick@example.com")
            answer = self.send_to(address, "again", status=409)
            self.assertIn("This time is not free any more.", text_of(answer.content.decode()))

    def test_other_times_are_named_for_just_what_was_asked(self) -> None:
        address = self.hold("/s/massage/book/?at=2026-11-24T10:00&provider=ann&duration=30")
        with self.later(minutes=11):
            self.client.cookies.clear()
            self.book(MASSAGE, email="quick@example.com")
            page = self.send_to(address, "again", status=409).content.decode()
            nearest = [link for link in links_of(page) if "at=2026-11-24T" in link]
            words = self.words(nearest[0])
        self.assertIn("These times are free:", text_of(page))
        self.assertIn("With Ann. What it costs Massage £25.00", words)

    def test_what_is_gone_can_not_be_held_again(self) -> None:
        address = self.hold(MASSAGE)
        with self.later(minutes=11):
            self.assertIn("Hold the same time again", self.words(address))
            self.client.cookies.clear()
            self.book(MASSAGE, email="quick@example.com")
            words = self.words(address)
        self.assertIn("The same time is not free any more.", words)
        self.assertNotIn("Hold the same time again", words)

    def test_ones_own_hold_is_not_in_the_way_of_the_same_time(self) -> None:
        address = self.hold(MASSAGE)
        with self.later(minutes=11):
            self.hold(MASSAGE.replace("10:00", "10:30"))
            self.assertIn("Hold the same time again", self.words(address))
            self.send_to(address, "again")
        self.assertEqual(newest().session.start.isoformat()[:16], "2026-11-24T10:00")

    def test_a_service_by_private_link_leads_back_to_it(self) -> None:
        link = Service.objects.get(slug="staff-check-up").link_token
        address = self.hold(f"/s/staff-check-up/book/?at=2026-11-24T10:00&link={link}")
        with self.later(minutes=11):
            links = links_of(self.page(address))
        self.assertIn(f"/s/staff-check-up/?link={link}", links)

    def test_a_request_that_nobody_answered_is_apologised_for(self) -> None:
        address = self.hold(VISIT, **THERE)
        self.send_to(address, "request")
        with self.later(days=2):
            expire_due()
            self.assertIn("We did not answer in time, and we are sorry.", self.words(address))


class OtherTests(DemoTestCase):
    def test_whatever_else_is_refused_is_told_as_its_sentence(self) -> None:
        with mock.patch("clinic.views.book.hold", side_effect=TryAgain):
            answer = self.send(MASSAGE, status=409, **MIRA)
        self.assertIn("Many people are booking at this moment.", text_of(answer.content.decode()))
