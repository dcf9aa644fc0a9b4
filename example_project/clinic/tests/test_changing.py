from __future__ import annotations

from bookable.models import Provider, State
from clinic.tests.demo import DemoTestCase, links_of, text_of
from clinic.tests.test_booking import MASSAGE, newest

#: Within the last day, in which it costs everything and can't be moved.
LATE = {"days": 2, "hours": 8}


class MoveTests(DemoTestCase):
    def test_its_own_time_is_shown_as_its_own(self) -> None:
        address = self.book(MASSAGE)
        words = self.words(f"{address}move/?day=2026-11-24")
        self.assertIn("10:00 yours", words)
        self.assertIn("10:30", words)

    def test_it_asks_before_it_is_moved(self) -> None:
        address = self.book(MASSAGE)
        page = self.page(f"{address}move/?day=2026-11-25")
        there = next(link for link in links_of(page) if "at=2026-11-25T14" in link)
        self.assertIn("Move it to Wednesday 25 November, 14:00?", self.words(there))
        self.assertEqual(newest().session.start.day, 24)
        self.assertRedirects(self.client.post(there), address)
        self.assertEqual((newest().session.start.day, newest().state), (25, State.CONFIRMED))

    def test_the_history_tells_from_where_and_to_where(self) -> None:
        address = self.book(MASSAGE)
        self.client.post(f"{address}move/?at=2026-11-25T14:00")
        told = "it was Tue, 24 November 2026, 10:00 and is Wed, 25 November 2026, 14:00 now."
        self.assertIn(told, self.words(address))

    def test_it_keeps_its_provider_unless_another_one_is_asked_for(self) -> None:
        address = self.book(MASSAGE)
        self.client.post(f"{address}move/?at=2026-11-25T14:00&provider=bob")
        self.assertIn("With Bob", self.words(address))

    def test_a_hold_can_be_moved_too(self) -> None:
        address = self.hold(MASSAGE)
        self.client.post(f"{address}move/?at=2026-11-25T14:00")
        self.assertEqual((newest().session.start.day, newest().state), (25, State.HELD))

    def test_a_time_that_is_taken_is_refused_and_others_are_named(self) -> None:
        self.book(MASSAGE.replace("10:00", "11:30"), email="quick@example.com")
        address = self.book(MASSAGE)
        taken = f"{address}move/?at=2026-11-24T11:30"
        self.assertIn("This time is not free any more.", self.words(taken, status=409))
        answer = self.client.post(taken)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("at=2026-11-24T", answer.content.decode())
        self.assertEqual(newest().session.start.hour, 10)

    def test_a_month_without_times_names_the_next_free_day(self) -> None:
        address = self.book(MASSAGE)
        Provider.objects.filter(slug="ann").update(accepts_from="2027-01-05")
        page = self.page(f"{address}move/?month=2026-12")
        self.assertIn("The next free day is Tuesday 5 January .", text_of(page))
        self.assertIn("?day=2027-01-05#times", links_of(page))

    def test_the_calendar_stays_at_the_chosen_time(self) -> None:
        address = self.book(MASSAGE)
        words = self.words(f"{address}move/?at=2026-12-07T14:00")
        self.assertIn("Move it to Monday 7 December, 14:00?", words)
        self.assertIn("Free days in December 2026", words)
        self.assertIn("Monday 7 December Times in", words)

    def test_where_it_is_already_nothing_is_moved(self) -> None:
        address = self.book(MASSAGE)
        self.client.post(f"{address}move/?at=2026-11-24T10:00")
        words = self.words(address)
        self.assertIn("It is at this time already, so nothing was moved.", words)
        self.assertNotIn("It was moved.", words)

    def test_when_it_is_too_late_it_says_so_and_offers_nothing(self) -> None:
        address = self.book(MASSAGE)
        with self.later(**LATE):
            sentence = "This booking could be moved until 24 hours before its start."
            self.assertIn(sentence, self.words(address))
            words = self.words(f"{address}move/")
            self.assertIn(sentence, words)
            self.assertNotIn("Morning", words)
            answer = self.client.post(f"{address}move/?at=2026-11-25T14:00")
            self.assertIn(sentence, text_of(answer.content.decode()))

    def test_what_was_given_back_can_not_be_moved(self) -> None:
        address = self.book(MASSAGE)
        self.send(f"{address}cancel/")
        self.assertIn("There is nothing left to move.", self.words(f"{address}move/"))


class CancelTests(DemoTestCase):
    def test_first_a_page_says_exactly_what_it_means(self) -> None:
        address = self.book(MASSAGE)
        with self.later(days=1, hours=8):
            words = self.words(f"{address}cancel/")
        self.assertIn("you lose £20.00 of £40.00 if you cancel.", words)
        self.assertIn("Cancel the booking and lose £20.00", words)
        self.assertEqual(newest().state, State.CONFIRMED)

    def test_then_it_is_cancelled_for_just_that(self) -> None:
        address = self.book(MASSAGE)
        with self.later(days=1, hours=8):
            self.send(f"{address}cancel/", comment="I have a cold.")
            words = self.words(address)
        self.assertIn("This booking is cancelled", words)
        self.assertIn("Cancellation fee £20.00 In all £20.00", words)
        self.assertIn("Cancelled. The fee is £20.00. I have a cold.", words)
        self.assertEqual(newest().cost.amount, 2000)

    def test_in_time_it_costs_nothing(self) -> None:
        address = self.book(MASSAGE)
        self.assertIn("you can cancel free of charge.", self.words(f"{address}cancel/"))
        self.send(f"{address}cancel/")
        self.assertEqual(newest().cost.amount, 0)

    def test_if_it_has_become_dearer_meanwhile_it_asks_again(self) -> None:
        address = self.book(MASSAGE)
        with self.later(**LATE):
            answer = self.client.post(f"{address}cancel/", {"fee": "2000"})
        self.assertEqual(answer.status_code, 409)
        self.assertIn("has changed meanwhile", text_of(answer.content.decode()))
        self.assertEqual(newest().state, State.CONFIRMED)

    def test_what_is_only_held_is_given_back(self) -> None:
        address = self.hold(MASSAGE)
        self.assertIn("Give the time back?", self.words(f"{address}cancel/"))
        self.send(f"{address}cancel/")
        self.assertIn("Given back before it was confirmed.", self.words(address))

    def test_what_has_begun_can_not_be_cancelled(self) -> None:
        address = self.book(MASSAGE)
        with self.later(days=3, hours=2):
            answer = self.client.post(f"{address}cancel/", {"fee": "4000"})
        self.assertEqual(answer.status_code, 409)
        self.assertIn("It is too late for this.", text_of(answer.content.decode()))

    def test_there_is_nothing_left_to_cancel(self) -> None:
        address = self.book(MASSAGE)
        self.send(f"{address}cancel/")
        self.assertIn("There is nothing left to cancel.", self.words(f"{address}cancel/"))
