from __future__ import annotations

from datetime import timedelta

from django.test import override_settings

from bookable.models import Booking, Provider, Question, QuestionKind, Service, State
from clinic.tests.demo import MIRA, QUICK, DemoTestCase, form_of, text_of

MASSAGE = "/s/massage/book/?at=2026-11-24T10:00&provider=ann"
PHYSIO = "/s/physiotherapy/book/?at=2026-11-24T10:00&provider=ann"
VISIT = "/s/home-visit/book/?at=2026-11-25T14:00&provider=ann"

#: What is asked of whoever wants a visit.
THERE = {"question__address": "1 Hill Road, Oldtown"}


def newest() -> Booking:
    return Booking.objects.select_related("session", "order").order_by("-pk")[0]


class HoldTests(DemoTestCase):
    def test_a_time_is_held_then_confirmed(self) -> None:
        address = self.hold(MASSAGE, phone="020 7946 0123", note="Gently, please.")
        words = self.words(address)
        self.assertIn("Not booked yet Held for you until 09:10", words)
        self.assertIn("Tuesday 24 November 2026, 10:00–11:00 in London, UTC", words)
        self.assertIn("With Ann", words)
        self.assertIn("Mira Lund, mira@example.com, 020 7946 0123", words)
        self.assertIn("Gently, please.", words)
        self.send_to(address, "confirm")
        self.assertIn("It is booked. Keep the address of this page.", self.words(address))
        self.assertEqual(newest().state, State.CONFIRMED)

    def test_what_is_agreed_is_read_before_it_is_confirmed(self) -> None:
        words = self.words(self.hold(MASSAGE))
        self.assertIn("Until Sun, 22 November 2026, 10:00, you can cancel free of charge.", words)
        self.assertIn("you lose £20.00 of £40.00.", words)
        self.assertIn("If you don't come, you lose the full price of £40.00.", words)

    def test_nothing_happens_by_looking(self) -> None:
        address = self.hold(MASSAGE)
        for name in ("confirm", "request", "more-time", "again"):
            self.assertRedirects(self.client.get(f"{address}{name}/"), address)
        for name in ("cancel", "move"):
            self.page(f"{address}{name}/")
        self.assertEqual(newest().state, State.HELD)

    def test_one_who_needs_more_time_gets_it(self) -> None:
        address, before = self.hold(MASSAGE), newest().expires_at
        with self.later(minutes=5):
            self.send_to(address, "more-time")
            self.assertIn("You have more time now.", self.words(address))
        self.assertEqual(newest().expires_at, before + timedelta(minutes=5))  # type: ignore[operator]

    def test_one_who_has_all_the_time_already_is_told_so(self) -> None:
        address = self.hold(MASSAGE)
        self.send_to(address, "more-time")
        words = self.words(address)
        self.assertIn("You have all the time that we can give just now.", words)
        self.assertNotIn("You have more time now.", words)

    def test_more_time_is_offered_ten_times(self) -> None:
        address = self.hold(MASSAGE)
        for _time in range(10):
            self.assertIn("I need more time", self.words(address))
            self.send_to(address, "more-time")
        self.assertNotIn("I need more time", self.words(address))
        answer = self.send_to(address, "more-time", status=409)
        words = text_of(answer.content.decode())
        self.assertIn("You have had all the time that we can give.", words)

    def test_more_time_is_not_offered_to_one_who_has_a_day(self) -> None:
        address = self.hold(VISIT, **THERE)
        self.send_to(address, "request")
        newest().approve()
        self.assertNotIn("I need more time", self.words(address))

    def test_a_visit_says_where_we_come_to(self) -> None:
        words = self.words(self.hold(VISIT, **THERE))
        self.assertIn("Where We come to you: 1 Hill Road, Oldtown.", words)
        self.assertNotIn("12 High Street", words)

    def test_a_visit_without_an_address_is_not_held(self) -> None:
        page = self.send(VISIT, status=400, **MIRA).content.decode()
        self.assertIn("Where do we come to? Please answer this.", text_of(page))

    def test_what_must_be_approved_is_asked_for(self) -> None:
        address = self.hold(VISIT, **THERE)
        self.assertIn("Ask for approval", self.words(address))
        self.send_to(address, "confirm", status=409)
        self.send_to(address, "request")
        words = self.words(address)
        self.assertIn("You asked for this time", words)
        self.assertIn("You have our answer by Sunday 22 November, 09:00", words)

    def test_questions_are_answered(self) -> None:
        self.hold(PHYSIO, question__where=["Back", "Neck"], **{"question.been-before": "false"})
        self.assertEqual(newest().answers, {"been-before": False, "where": ["Back", "Neck"]})

    def test_every_kind_of_question_has_a_field(self) -> None:
        service = Service.objects.get(slug="massage")
        for position, kind in enumerate(QuestionKind.values):
            Question.objects.create(
                service=service,
                slug=f"q-{position}",
                label=f"About {kind}",
                kind=kind,
                options=["One", "Two"],
                position=position,
            )
        words = self.words(MASSAGE)
        for kind in QuestionKind.values:
            self.assertIn(f"About {kind}", words)
        self.hold(MASSAGE, **{"question.q-2": "12", "question.q-4": "on", "question.q-6": "One"})
        self.assertEqual(newest().answers, {"q-2": 12, "q-4": True, "q-6": ["One"]})

    def test_all_that_is_wrong_is_told_at_once(self) -> None:
        page = self.send(PHYSIO, status=400).content.decode()
        for sentence in ("Please say who you are.", "Please say how we reach you."):
            self.assertIn(sentence, page)
        self.assertIn("Where does it hurt? Please answer this.", text_of(page))
        self.assertIn('<a href="#id_email">', page)
        self.assertIn("<title>Error: ", page)

    def test_several_seats_cost_so_many_times_as_much(self) -> None:
        address = self.hold("/s/yoga/book/?at=2026-11-26T18:00&seats=3")
        self.assertIn("Yoga, 3 seats", self.words(address))
        self.assertIn("Yoga × 3 £36.00", self.words(address))

    def test_the_customers_own_zone_is_kept(self) -> None:
        address = self.hold("/s/online-coaching/book/?at=2026-11-24T16:00&zone=Europe/Berlin")
        self.assertIn("16:00–16:30 in Berlin, UTC+1", self.words(address))
        self.assertEqual(newest().order.customer_zone, "Europe/Berlin")

    def test_one_who_comes_from_elsewhere_reads_both_clocks(self) -> None:
        words = self.words(self.hold(MASSAGE + "&zone=Europe/Paris"))
        self.assertIn("10:00–11:00 in Paris, UTC+1", words)
        self.assertIn("There it is Tuesday 24 November 2026, 09:00–10:00 in London", words)

    def test_until_when_it_is_held_is_told_with_its_zone(self) -> None:
        address = self.hold("/s/online-coaching/book/?at=2026-11-24T16:00&zone=Europe/Berlin")
        self.assertIn("Held for you until 10:10 in Berlin, UTC+1", self.words(address))

    def test_the_history_is_told_in_words(self) -> None:
        address = self.book(MASSAGE)
        words = self.words(address)
        self.assertIn("You Tue, 24 November 2026, 10:00 was held for a while.", words)
        self.assertIn("You Confirmed.", words)

    def test_a_time_without_a_time_leads_back(self) -> None:
        answer = self.client.get("/s/massage/book/?seats=1")
        self.assertRedirects(answer, "/s/massage/?seats=1")


class AccountTests(DemoTestCase):
    def test_one_who_is_signed_in_is_who_they_are(self) -> None:
        self.sign_in("carl")
        words = self.words(MASSAGE)
        self.assertIn("You book as carl.", words)
        self.assertNotIn("E-mail", words)
        self.send(MASSAGE, name="Somebody else", email="else@example.com")
        order = newest().order
        self.assertEqual((order.user.get_username(), order.email), ("carl", "carl@example.com"))

    def test_the_history_names_the_account(self) -> None:
        self.sign_in("carl")
        address = self.send(MASSAGE)["Location"]
        self.send_to(address, "confirm")
        events = newest().events.order_by("seq")
        self.assertEqual([event.by.get_username() for event in events], ["carl", "carl"])

    def test_a_guest_with_the_link_acts_as_the_customer(self) -> None:
        self.sign_in("carl")
        address = self.send(MASSAGE)["Location"]
        self.client.logout()
        self.send_to(address, "confirm")
        event = newest().events.get(verb="confirm")
        self.assertEqual((event.role, event.by), ("customer", None))

    def test_my_bookings_are_listed_with_the_way_to_them(self) -> None:
        self.sign_in("carl")
        words = self.words("/mine/")
        self.assertIn("Massage with Bob", words)
        self.assertIn("Yoga with Dev", words)

    def test_my_bookings_are_for_those_who_are_signed_in(self) -> None:
        self.assertRedirects(self.client.get("/mine/"), "/login/?next=/mine/")

    @override_settings(PASSWORD_HASHERS=QUICK)
    def test_logging_in_leads_to_them(self) -> None:
        answer = self.client.post("/login/", {"username": "carl", "password": "carl"})
        self.assertRedirects(answer, "/mine/")


class OwnHoldTests(DemoTestCase):
    def test_it_is_shown_as_ones_own_and_not_as_taken(self) -> None:
        self.hold(MASSAGE)
        page = self.page("/s/massage/?day=2026-11-24&provider=ann")
        self.assertIn("10:00 yours", text_of(page))
        self.assertIn("You hold Tuesday 24 November, 10:00 until 09:10.", text_of(page))

    def test_to_others_it_is_taken(self) -> None:
        self.hold(MASSAGE)
        self.client.cookies.clear()
        words = self.words("/s/massage/?day=2026-11-24&provider=ann")
        self.assertNotIn("10:00", words.partition("Morning")[2])

    def test_another_time_is_held_instead(self) -> None:
        self.hold(MASSAGE)
        first = newest()
        self.hold(MASSAGE.replace("10:00", "11:30"))
        first.refresh_from_db()
        self.assertEqual((first.state, newest().state), (State.CANCELLED, State.HELD))

    def test_a_time_that_overlaps_ones_own_can_be_had(self) -> None:
        self.hold(MASSAGE)
        first = newest()
        self.hold(MASSAGE.replace("10:00", "10:30"))
        first.refresh_from_db()
        self.assertEqual((first.state, newest().state), (State.CANCELLED, State.HELD))

    def test_it_stays_if_the_other_time_can_not_be_had(self) -> None:
        with self.later(minutes=1):
            wanted = MASSAGE.replace("10:00", "10:30")
            form = {**form_of(self.page(MASSAGE)), **MIRA}
            self.client.post(MASSAGE, form)
            overlapping = {**form_of(self.page(wanted)), **MIRA}
            Provider.objects.filter(slug="ann").update(is_active=False)
            answer = self.client.post(wanted, overlapping)
            self.assertEqual(answer.status_code, 409)
            words = text_of(answer.content.decode())
        self.assertIn("You still hold Tuesday 24 November, 10:00 until 09:11.", words)
        self.assertEqual(newest().state, State.HELD)
        self.assertEqual(list(newest().events.values_list("verb", flat=True)), ["hold"])

    def test_once_confirmed_it_is_held_no_longer(self) -> None:
        self.book(MASSAGE)
        self.assertNotIn("You hold", self.words("/s/massage/"))
        self.hold(MASSAGE.replace("10:00", "11:30"))
        self.assertEqual(Booking.objects.filter(order__email="mira@example.com").count(), 2)
        self.assertEqual(newest().state, State.HELD)


class LinkTests(DemoTestCase):
    def test_a_link_that_was_changed_leads_nowhere(self) -> None:
        address = self.hold(MASSAGE)
        self.assertIn("This link leads nowhere", self.words(address[:-4] + "x/", status=404))
        self.assertIn("This link leads nowhere", self.words("/b/nonsense/cancel/", status=404))

    def test_nobody_keeps_such_a_page(self) -> None:
        response = self.client.get(self.hold(MASSAGE))
        self.assertEqual(response["Cache-Control"], "no-store")
        self.assertEqual(response["X-Robots-Tag"], "noindex")

    def test_a_form_of_another_site_changes_nothing(self) -> None:
        address = self.hold(MASSAGE)
        self.client.handler.enforce_csrf_checks = True
        answer = self.client.post(f"{address}confirm/")
        self.assertEqual(answer.status_code, 403)
        self.assertIn("That was not sent", text_of(answer.content.decode()))
        self.assertEqual(newest().state, State.HELD)
