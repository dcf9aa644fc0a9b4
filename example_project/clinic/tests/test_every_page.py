from __future__ import annotations

from bookable.models import Booking
from clinic.tests.demo import DemoTestCase, Reader, policy_of
from clinic.tests.test_booking import THERE, VISIT


class EveryPageTests(DemoTestCase):
    paths = (
        "/",
        "/s/yoga/",
        "/s/massage/?day=2026-11-24",
        "/s/yoga/?seats=99",
        "/s/yoga/?seats=abc",
        "/s/yoga/why/",
        "/s/massage/why/?at=2026-11-28T10:00",
        "/s/massage/why/?at=2026-12-02T11:00",
        "/s/yoga/why/?at=tomorrow",
        "/why/",
        "/nothing/",
        "/s/physiotherapy/book/?at=2026-11-24T10:00",
        "/s/yoga/book/?at=2026-11-26T18:00&seats=2",
        "/s/massage/book/?at=2026-12-02T11:00",
        "/s/massage/series/?at=2026-11-24T10:00&provider=bob",
        "/s/yoga/?day=2026-11-29",
        "/s/yoga/wait/",
        "/b/nonsense/",
        "/login/",
    )

    def setUp(self) -> None:
        super().setUp()
        held = self.hold("/s/massage/book/?at=2026-11-24T11:30&provider=ann")
        asked = self.hold(VISIT, **THERE)
        self.send_to(asked, "request")
        done = self.book("/s/yoga/book/?at=2026-11-26T18:00")
        waits = self.send(
            "/s/yoga/wait/",
            **{"wait-first": "2026-11-29", "wait-last": "2026-11-30"},
            **{"wait-name": "Jo", "wait-email": "jo@example.com"},
        )["Location"]
        reference = Booking.objects.filter(state="requested").latest("pk").reference
        self.sign_in("ann")
        self.paths = (
            *type(self).paths,
            *(held, asked, done, waits),
            *(f"{done}{name}/" for name in ("move", "cancel")),
            f"{done}move/?at=2026-11-27T17:00",
            *("/mine/", "/desk/", f"/desk/{reference}/", f"/desk/{reference}/decline/"),
        )

    def test_nothing_is_inline(self) -> None:
        for path in self.paths:
            for tag, attrs in Reader(self.client.get(path).content.decode()).elements:
                with self.subTest(path, tag=tag):
                    self.assertNotIn(tag, ("script", "style"))
                    self.assertEqual([name for name in attrs if name[:2] == "on"], [])
                    self.assertNotIn("style", attrs)

    def test_the_policy_allows_the_sites_own_files_only(self) -> None:
        for path in self.paths:
            policy = policy_of(self.client.get(path))
            self.assertIn("default-src 'none'", policy, path)
            self.assertNotIn("unsafe", policy)

    def test_each_has_one_heading_a_skip_link_and_a_language(self) -> None:
        for path in self.paths:
            elements = Reader(self.client.get(path).content.decode()).elements
            with self.subTest(path):
                self.assertEqual([tag for tag, _ in elements].count("h1"), 1)
                self.assertIn(("html", {"lang": "en-GB"}), elements)
                self.assertIn(("a", {"class": "skip", "href": "#main"}), elements)

    def test_every_field_has_a_label(self) -> None:
        for path in self.paths:
            elements = Reader(self.client.get(path).content.decode()).elements
            labels = {attrs["for"] for tag, attrs in elements if "for" in attrs}
            fields = {
                attrs["id"]
                for tag, attrs in elements
                if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden"
            }
            self.assertEqual(fields, labels, path)

    def test_what_a_field_points_at_for_help_is_there(self) -> None:
        for path in self.paths:
            elements = Reader(self.client.get(path).content.decode()).elements
            ids = {attrs["id"] for _, attrs in elements if "id" in attrs}
            for _tag, attrs in elements:
                named = f"{attrs.get('aria-describedby', '')} {attrs.get('aria-labelledby', '')}"
                self.assertEqual(set(named.split()) - ids, set(), path)

    def test_every_form_that_is_posted_is_ours(self) -> None:
        for path in self.paths:
            elements = Reader(self.client.get(path).content.decode()).elements
            posted = [
                attrs for tag, attrs in elements if tag == "form" and "post" in attrs.values()
            ]
            tokens = [attrs for _, attrs in elements if attrs.get("name") == "csrfmiddlewaretoken"]
            self.assertEqual(len(posted), len(tokens), path)

    def test_no_id_comes_twice(self) -> None:
        for path in self.paths:
            elements = Reader(self.client.get(path).content.decode()).elements
            ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
            self.assertEqual(len(ids), len(set(ids)), path)

    def test_nothing_but_reading_is_allowed(self) -> None:
        self.assertEqual(self.client.post("/s/yoga/").status_code, 405)
