from __future__ import annotations

from urllib.parse import urlsplit

from django.test import override_settings

from bookable.bookings.expire import expire_due
from bookable.models import Payment, State
from bookable.payments.close import close_due
from clinic.tests.demo import DemoTestCase, form_of, text_of
from clinic.tests.test_booking import MASSAGE, THERE, VISIT, newest

NIGHT = "/s/night-care/book/?at=2026-11-27T01:00"


@override_settings(DEBUG=True)
class PayingTests(DemoTestCase):
    """From a hold to a booking whose deposit is paid, by way of the gateway's page."""

    def begin(self, address: str) -> str:
        """Presses the button of the booking's page; the path of the gateway's."""
        url: str = self.send_to(address, "pay", **form_of(self.page(address)))["Location"]
        return urlsplit(url).path

    def decide(self, path: str, decision: str) -> str:
        """Plays the customer on the gateway's page; the words of the page where that ends."""
        with self.captureOnCommitCallbacks(execute=True):
            answer = self.client.post(path, {"decision": decision}, follow=True)
        self.assertEqual(answer.status_code, 200)
        return text_of(answer.content.decode())

    def paid_for(self) -> str:
        address = self.hold(NIGHT)
        self.decide(self.begin(address), "pay")
        return address

    def test_what_is_paid_first_is_told_before_it_is_held(self) -> None:
        self.assertIn("You pay £30.00 to book it and the rest when you come.", self.words(NIGHT))
        self.assertIn("You pay when you come.", self.words(MASSAGE))

    def test_the_deposit_is_asked_for_in_place_of_a_confirmation(self) -> None:
        words = self.words(self.hold(NIGHT))
        self.assertIn("Pay the deposit of £30.00", words)
        self.assertNotIn("Confirm", words)

    def test_nobody_confirms_without_it(self) -> None:
        address = self.hold(NIGHT)
        self.send_to(address, "confirm", status=409)
        self.assertEqual(newest().state, State.HELD)

    def test_nobody_pays_by_looking(self) -> None:
        address = self.hold(NIGHT)
        self.assertRedirects(self.client.get(f"{address}pay/"), address)
        self.assertFalse(Payment.objects.exists())

    def test_who_pays_the_deposit_has_a_booking(self) -> None:
        address = self.hold(NIGHT)
        path = self.begin(address)
        self.assertIn("Pay 30.00 GBP", self.words(path))
        words = self.decide(path, "pay")
        self.assertIn("It is booked", words)
        self.assertIn("We have your £30.00. You pay the other £90.00 when you come.", words)
        self.assertEqual(newest().state, State.CONFIRMED)
        words = self.words(address)
        self.assertIn("You have paid £30.00; you pay the other £90.00 when you come.", words)

    def test_a_button_that_was_pressed_in_another_tab_asks_for_nothing_more(self) -> None:
        address = self.hold(NIGHT)
        stale = form_of(self.page(address))
        self.decide(self.begin(address), "pay")
        answer = self.send_to(address, "pay", status=409, **stale)
        self.assertIn("It is paid already.", text_of(answer.content.decode()))
        self.assertEqual(Payment.objects.count(), 1)

    def test_what_has_become_dearer_is_not_paid_before_that_is_read(self) -> None:
        address = self.hold(NIGHT)
        stale = form_of(self.page(address))
        newest().order.lines.update(due_now=5000)
        answer = self.send_to(address, "pay", status=409, **stale)
        words = text_of(answer.content.decode())
        self.assertIn("What you have to pay has changed, it is £50.00 now.", words)
        self.assertIn("Pay the deposit of £50.00", words)
        self.assertFalse(Payment.objects.exists())

    def test_nobody_pays_what_no_button_said(self) -> None:
        address = self.hold(NIGHT)
        for amount in ("", "nonsense", "0", "-3000", "12000"):
            with self.subTest(amount):
                self.send_to(address, "pay", status=409, amount=amount)
        self.assertFalse(Payment.objects.exists())

    def test_what_has_run_out_can_not_be_paid(self) -> None:
        address = self.hold(NIGHT)
        stale = form_of(self.page(address))
        with self.later(minutes=11):
            answer = self.send_to(address, "pay", status=409, **stale)
            expire_due()
            again = self.send_to(address, "pay", status=409, **stale)
        for page in (answer, again):
            words = text_of(page.content.decode())
            self.assertIn("The time for this reservation has run out.", words)

    def test_what_would_be_given_back_is_told_first(self) -> None:
        address = self.paid_for()
        words = self.words(f"{address}cancel/")
        self.assertIn("You have paid £30.00 You get back £30.00", words)

    def test_it_is_given_back_when_it_is_cancelled(self) -> None:
        address = self.paid_for()
        with self.captureOnCommitCallbacks(execute=True):
            self.send(f"{address}cancel/")
        words = self.words(address)
        self.assertIn("This booking is cancelled", words)
        self.assertIn("£30.00 was given back to you.", words)
        self.assertEqual(Payment.objects.get().refunded, 3000)

    def test_what_is_lost_by_cancelling_late_is_kept(self) -> None:
        address = self.paid_for()
        with self.later(days=4, hours=5):
            words = self.words(f"{address}cancel/")
            self.assertIn("You lose £60.00 You have paid £30.00 You get back £0.00", words)
            with self.captureOnCommitCallbacks(execute=True):
                self.send(f"{address}cancel/")
            self.assertIn("You have paid £30.00.", self.words(address))
        self.assertEqual(Payment.objects.get().refunded, 0)

    def test_one_who_is_declined_can_try_again(self) -> None:
        address = self.hold(NIGHT)
        path = self.begin(address)
        words = self.decide(path, "decline")
        self.assertIn("It was not paid", words)
        self.assertIn("Your payment was declined. Nothing was taken.", words)
        self.assertIn("the deposit of £30.00", words)
        self.assertIn("Your payment was declined. Nothing was taken;", self.words(address))
        again = self.begin(address)
        self.assertIn("It is booked", self.decide(again, "pay"))
        self.assertEqual(newest().state, State.CONFIRMED)

    def test_one_who_gives_up_finds_the_hold_as_it_was(self) -> None:
        address = self.hold(NIGHT)
        words = self.decide(self.begin(address), "abandon")
        self.assertIn("Held for you until 09:10", words)
        self.assertIn("Go on and pay the deposit of £30.00", words)
        self.assertEqual(newest().state, State.HELD)

    def test_one_who_comes_back_without_paying_is_waited_for(self) -> None:
        address = self.hold(NIGHT)
        self.begin(address)
        words = self.words(f"{address}paid/")
        self.assertIn("We wait for your payment", words)
        self.assertIn("The time is kept for you until 09:10", words)

    def test_when_nobody_pays_the_time_is_free_again(self) -> None:
        address = self.hold(NIGHT)
        path = self.begin(address)
        with self.later(minutes=11):
            close_due()
            expire_due()
            self.assertIn("Nothing is booked", self.words(address))
            self.assertIn("This page is closed", self.words(path))
            words = self.words(f"{address}paid/")
        self.assertIn("Nothing was taken, and the time is not held any more.", words)

    def test_who_pays_late_gets_the_time_if_it_is_free(self) -> None:
        address = self.hold(NIGHT)
        path = self.begin(address)
        with self.later(minutes=11):
            close_due()
            expire_due()
            self.assertIn("It is booked", self.decide(path, "late"))
        self.assertEqual(newest().state, State.CONFIRMED)

    def test_who_pays_too_late_gets_the_money_back(self) -> None:
        address = self.hold(NIGHT)
        path = self.begin(address)
        with self.later(minutes=11):
            close_due()
            expire_due()
            self.client.cookies.clear()
            quick = self.hold(NIGHT, email="quick@example.com")
            self.decide(self.begin(quick), "pay")
            words = self.decide(path, "late")
        self.assertIn("Your payment came too late", words)
        self.assertIn("£30.00 was given back to you.", words)

    def test_a_page_of_the_gateway_looks_like_ours(self) -> None:
        page = self.page(self.begin(self.hold(NIGHT)))
        self.assertIn('<a class="skip" href="#main">', page)
        self.assertIn("clinic/site.css", page)
        self.assertEqual(page.count("<h1"), 1)
        self.assertNotIn("style=", page)

    def test_what_was_approved_is_held_until_it_is_paid(self) -> None:
        address = self.hold(VISIT, **THERE)
        self.send_to(address, "request")
        booking = newest()
        booking.approve()
        words = self.words(address)
        self.assertIn("Held for you until Sunday 22 November, 09:00", words)
        self.assertIn("Pay the deposit of £19.00", words)
        self.decide(self.begin(address), "pay")
        self.assertEqual(newest().state, State.CONFIRMED)

    @override_settings(DEBUG=False)
    def test_without_debug_nobody_can_play_a_payment(self) -> None:
        address = self.hold(NIGHT)
        answer = self.send_to(address, "pay", status=409, **form_of(self.page(address)))
        self.assertIn("The payment can't be made just now.", text_of(answer.content.decode()))
        self.assertEqual(newest().state, State.HELD)
