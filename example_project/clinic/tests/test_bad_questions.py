from __future__ import annotations

from clinic.tests.demo import DemoTestCase


class BadQuestionTests(DemoTestCase):
    def test_each_gets_a_sentence_and_a_way_back(self) -> None:
        sentences = {
            "seats=abc": "“abc” is not a number.",
            "seats=0": "At least one seat must be asked for.",
            "seats=-3": "At least one seat must be asked for.",
            "zone=Mars/Olympus": "“Mars/Olympus” is not a known time zone.",
            "zone=../../etc/passwd": "is not a known time zone.",
            "duration=7": "7 minutes are not offered",
            "month=2026-13": "“2026-13-01” is not a date",
            "month=9999-12": "The year 9999 is too far away.",
            "day=today": "“today” is not a date",
            "day=0001-01-01": "The year 1 is too far away.",
        }
        for query, sentence in sentences.items():
            with self.subTest(query):
                words = self.words(f"/s/yoga/?{query}", status=400)
                self.assertIn(sentence, words)
                self.assertIn("Start again", words)

    def test_somebody_who_is_not_there_is_not_found(self) -> None:
        for page in ("", "why/?at=2026-11-26T18:00", "book/?at=2026-11-26T18:00"):
            with self.subTest(page):
                path = f"/s/yoga/{page}{'&' if page else '?'}provider=nobody"
                self.assertIn("There is no provider “nobody”.", self.words(path, status=404))

    def test_why_refuses_the_same(self) -> None:
        for query in ("seats=abc", "zone=Mars", "duration=7", "extra.gold=1", "extra.gold=some"):
            with self.subTest(query):
                self.page(f"/s/yoga/why/?at=2026-11-26T18:00&{query}", status=400)

    def test_a_moment_beyond_all_calendars_is_refused(self) -> None:
        for moment in ("9999-12-31T23:59", "0001-01-01T00:00", "0001-01-01T00:00+14:00"):
            with self.subTest(moment):
                self.page(f"/s/yoga/why/?at={moment.replace('+', '%2B')}", status=400)

    def test_more_seats_than_there_are_is_an_answer_and_no_error(self) -> None:
        self.assertIn("Yoga has 12 seats.", self.words("/s/yoga/?seats=99"))
        words = self.words("/s/yoga/why/?at=2026-11-26T18:00&seats=99")
        self.assertIn("Yoga has 12 seats.", words)

    def test_one_who_does_not_offer_it_is_an_answer_and_no_error(self) -> None:
        words = self.words("/s/yoga/why/?at=2026-11-26T18:00&provider=ann")
        self.assertIn("Ann does not offer Yoga.", words)

    def test_what_is_not_there_is_said_kindly(self) -> None:
        for path in ("/nothing/", "/s/nothing/", "/s/nothing/why/", "/why/?service=nothing"):
            with self.subTest(path):
                self.assertIn("There is nothing here", self.words(path, status=404))
