from __future__ import annotations

from bookable.models import Booking, State
from clinic.tests.demo import DemoTestCase, links_of, text_of
from clinic.tests.test_booking import MASSAGE, THERE, VISIT, newest


class DeskTests(DemoTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sign_in("ann")

    def asked(self) -> Booking:
        return Booking.objects.get(state=State.REQUESTED)

    def booked(self) -> Booking:
        self.client.logout()
        self.book(MASSAGE)
        self.sign_in("ann")
        return newest()

    def at_desk(self, booking: Booking, verb: str = "") -> str:
        return f"/desk/{booking.reference}/" + (f"{verb}/" if verb else "")

    def test_one_sees_what_is_ones_own(self) -> None:
        words = self.words("/desk/")
        self.assertIn("To be answered", words)
        self.assertIn("Physiotherapy with Ann", words)
        self.assertNotIn("with Bob", words)
        self.assertNotIn("with Carla", words)

    def test_one_who_may_see_all_sees_all(self) -> None:
        self.sign_in("admin")
        words = self.words("/desk/")
        self.assertIn("with Bob", words)
        self.assertIn("with Carla", words)

    def test_a_customer_is_sent_to_their_own(self) -> None:
        self.sign_in("carl")
        self.assertRedirects(self.client.get("/desk/"), "/mine/")
        self.page(self.at_desk(self.asked()), status=404)
        self.assertEqual(self.client.post(self.at_desk(self.asked(), "approve")).status_code, 404)
        own = Booking.objects.filter(order__user__username="carl")[0]
        self.page(self.at_desk(own), status=404)

    def test_one_must_be_signed_in(self) -> None:
        self.client.logout()
        self.assertRedirects(self.client.get("/desk/"), "/login/?next=/desk/")

    def test_somebody_elses_booking_is_not_there(self) -> None:
        theirs = Booking.objects.filter(session__service__slug="first-consultation")[0]
        self.page(self.at_desk(theirs), status=404)

    def test_a_request_is_approved_and_held_until_its_deposit_is_paid(self) -> None:
        booking = self.asked()
        self.client.post(self.at_desk(booking, "approve"))
        words = self.words(self.at_desk(booking))
        self.assertIn("Held.", words)
        self.assertIn("Provider (ann) Approved, and held until it is paid.", words)

    def test_a_request_is_declined_with_a_word(self) -> None:
        self.client.logout()
        address = self.hold(VISIT, **THERE)
        self.send_to(address, "request")
        self.sign_in("ann")
        words = {"decline-comment": "The road is closed."}
        self.client.post(self.at_desk(newest(), "decline"), words)
        self.client.logout()
        self.assertIn("We can’t give you this time", self.words(address))
        self.assertIn("We Declined. The road is closed.", self.words(address))

    def test_cancelling_must_say_why_and_costs_nothing_unless_it_is_wanted(self) -> None:
        booking = self.booked()
        with self.later(days=2, hours=8):
            answer = self.client.post(self.at_desk(booking, "cancel"))
            self.assertEqual(answer.status_code, 400)
            self.assertIn("Please say why.", text_of(answer.content.decode()))
            self.client.post(self.at_desk(booking, "cancel"), {"cancel-comment": "I am ill."})
        self.assertEqual((newest().state, newest().cost.amount), (State.CANCELLED, 0))

    def test_cancelling_can_charge_what_was_agreed(self) -> None:
        booking = self.booked()
        with self.later(days=2, hours=8):
            self.assertIn(
                "Charge the fee that was agreed, £40.00", self.words(self.at_desk(booking))
            )
            words = {"cancel-comment": "You asked for it.", "cancel-charge": "on"}
            self.client.post(self.at_desk(booking, "cancel"), words)
        self.assertEqual(newest().cost.amount, 4000)

    def test_what_came_of_it_is_asked_only_afterwards(self) -> None:
        booking = self.booked()
        self.assertNotIn("It took place", self.words(self.at_desk(booking)))
        answer = self.client.post(self.at_desk(booking, "complete"))
        self.assertEqual(answer.status_code, 409)
        with self.later(days=3, hours=3):
            self.assertIn("Did they come?", self.words("/desk/"))
            notes = {"complete-outcome": "Looser", "complete-private_notes": "Talks a lot."}
            self.client.post(self.at_desk(booking, "complete"), notes)
            self.assertIn("Talks a lot.", self.words(self.at_desk(booking)))
        self.assertEqual((newest().state, newest().outcome), (State.COMPLETED, "Looser"))

    def test_one_who_did_not_come_owes_what_was_agreed(self) -> None:
        booking = self.booked()
        with self.later(days=3, hours=3):
            self.client.post(self.at_desk(booking, "no-show"))
            self.assertIn("Nobody came. The fee is £40.00.", self.words(self.at_desk(booking)))

    def test_what_it_costs_not_to_come_is_told_before_it_is_noted(self) -> None:
        booking = self.booked()
        with self.later(days=3, hours=3):
            there = self.at_desk(booking, "no-show")
            self.assertIn(there, links_of(self.page("/desk/")))
            words = self.words(there)
        self.assertIn("Nobody came?", words)
        self.assertIn("They lose the full price of £40.00, as was agreed.", words)
        self.assertEqual(newest().state, State.CONFIRMED)

    def test_what_can_not_be_done_now_leads_back_to_the_booking(self) -> None:
        booking = self.booked()
        answer = self.client.get(self.at_desk(booking, "no-show"))
        self.assertRedirects(answer, self.at_desk(booking))

    def test_answers_are_read_under_their_questions(self) -> None:
        booking = Booking.objects.exclude(answers={}).get()
        words = self.words(self.at_desk(booking))
        self.assertIn("Where does it hurt? Back, Knee", words)
        self.assertIn("Have you been here before? Yes", words)

    def test_a_verb_that_does_not_exist_is_not_there(self) -> None:
        self.assertEqual(self.client.post(self.at_desk(self.asked(), "sell")).status_code, 404)
        self.page(self.at_desk(self.asked(), "sell"), status=404)

    def test_the_list_asks_the_database_as_often_for_many_bookings(self) -> None:
        self.sign_in("admin")
        with self.assertNumQueries(8):
            self.client.get("/desk/")
