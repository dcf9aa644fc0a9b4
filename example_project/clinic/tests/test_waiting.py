from __future__ import annotations

from bookable.bookings.cancel import cancel
from bookable.bookings.offer_waiting import offer_waiting
from bookable.models import Booking, Provider, State, WaitingEntry, WaitingState
from clinic.tests.demo import DemoTestCase, form_of, text_of
from clinic.tests.test_booking import newest

WAIT = "/s/yoga/wait/"
JO = {"wait-name": "Jo", "wait-email": "jo@example.com"}
A_SUNDAY = {"wait-first": "2026-11-29", "wait-last": "2026-11-29"}


class WaitingTests(DemoTestCase):
    def join(self, **fields: str) -> str:
        address: str = self.send(WAIT, **{**JO, **A_SUNDAY, **fields})["Location"]
        return address

    def offered(self) -> str:
        """Jo waits for the class in which one seat is left, and somebody leaves it."""
        full = WaitingEntry.objects.get()
        WaitingEntry.objects.all().delete()
        day = f"{full.earliest:%Y-%m-%d}"
        address = self.join(**{"wait-first": day, "wait-last": day})
        WaitingEntry.objects.update(earliest=full.earliest, latest=full.earliest)
        offer_waiting()
        return address

    def test_a_day_that_is_full_has_the_form_on_it(self) -> None:
        words = self.words("/s/yoga/?day=2026-11-29")
        self.assertIn("Tell me when something becomes free", words)
        self.assertIn("Put me on the list", words)

    def test_any_other_day_leads_to_it(self) -> None:
        self.assertIn("Tell me when something else becomes free", self.words("/s/yoga/"))

    def test_one_who_joins_is_told_for_what_they_wait(self) -> None:
        words = self.words(self.join())
        self.assertIn("You are on the list", words)
        self.assertIn("When Sunday 29 November 2026 in London", words)
        entry = WaitingEntry.objects.get(email="jo@example.com")
        self.assertEqual((entry.earliest.isoformat()[:16], entry.seats), ("2026-11-29T00:00", 1))

    def test_joining_twice_is_joining_once(self) -> None:
        self.assertEqual(self.join(), self.join())

    def test_one_who_is_signed_in_is_not_asked_who_they_are(self) -> None:
        self.sign_in("carl")
        self.assertNotIn("E-mail", self.words(WAIT))
        self.send(WAIT, **A_SUNDAY)
        self.assertIn("You wait for Yoga.", self.words("/mine/"))

    def test_days_in_the_wrong_order_are_refused_at_the_field(self) -> None:
        fields = {**JO, "wait-first": "2026-11-30", "wait-last": "2026-11-29"}
        answer = self.send(WAIT, status=400, **fields)
        self.assertIn("must not come before the first", text_of(answer.content.decode()))

    def test_days_that_have_passed_are_refused_at_their_fields(self) -> None:
        fields = {**JO, "wait-first": "2026-11-01", "wait-last": "2026-11-02"}
        words = text_of(self.send(WAIT, status=400, **fields).content.decode())
        self.assertIn("From: This day has passed.", words)
        self.assertIn("Until, this day included: This day has passed.", words)

    def test_the_end_of_all_calendars_is_refused_at_the_field(self) -> None:
        for last in ("9999-12-31", "2027-02-20"):
            with self.subTest(last):
                answer = self.send(WAIT, status=400, **{**JO, **A_SUNDAY, "wait-last": last})
                words = text_of(answer.content.decode())
                self.assertIn("It can be booked until 19 February 2027, no later.", words)

    def test_the_last_day_that_can_be_booked_is_waited_for(self) -> None:
        self.join(**{"wait-last": "2027-02-19"})

    def test_a_month_without_times_offers_to_wait_for_that_month(self) -> None:
        Provider.objects.filter(slug="sam").update(accepts_from="2027-01-05")
        fields = form_of(self.page("/s/online-coaching/?month=2026-12"))
        self.assertEqual((fields["wait-first"], fields["wait-last"]), ("2026-12-01", "2026-12-31"))

    def test_of_the_present_month_it_offers_what_is_left(self) -> None:
        fields = form_of(self.page(WAIT))
        self.assertEqual((fields["wait-first"], fields["wait-last"]), ("2026-11-21", "2026-11-30"))

    def test_nobody_is_offered_to_wait_for_a_day_that_has_passed(self) -> None:
        fields = form_of(self.page("/s/yoga/?day=2026-11-20"))
        self.assertEqual(fields["wait-first"], "2026-11-21")

    def test_an_offer_is_shown_and_accepted(self) -> None:
        address = self.offered()
        words = self.words(address)
        self.assertIn("Something became free", words)
        self.assertIn("It is kept for you until Saturday, 11:00", words)
        booking = self.client.post(f"{address}accept/")["Location"]
        self.assertIn("Your booking is confirmed", self.words(booking))
        self.assertIn("It is yours", self.words(address))

    def test_an_offer_is_declined(self) -> None:
        address = self.offered()
        self.client.post(f"{address}decline/")
        self.assertIn("You wait no longer", self.words(address))
        self.assertEqual(newest().state, State.CANCELLED)

    def test_an_offer_that_has_run_out_says_so(self) -> None:
        address = self.offered()
        with self.later(hours=3):
            answer = self.client.post(f"{address}accept/")
            self.assertEqual(answer.status_code, 409)
            self.assertIn("has run out", text_of(answer.content.decode()))

    def test_nothing_happens_by_looking(self) -> None:
        address = self.offered()
        for name in ("accept", "decline", "leave"):
            self.assertRedirects(self.client.get(f"{address}{name}/"), address)

    def test_one_leaves_the_list(self) -> None:
        address = self.join()
        self.client.post(f"{address}leave/")
        self.assertIn("You wait no longer", self.words(address))

    def test_a_link_that_was_changed_leads_nowhere(self) -> None:
        self.assertIn("leads nowhere", self.words(f"{self.join()[:-3]}x/", status=404))

    def test_somebody_who_leaves_makes_room_for_the_next(self) -> None:
        entry = WaitingEntry.objects.get()
        leaving = Booking.objects.filter(session__start=entry.earliest, seats__gte=2)[0]
        cancel(leaving)
        entry.refresh_from_db()
        self.assertEqual(entry.state, WaitingState.OFFERED)
