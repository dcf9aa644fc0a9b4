"""What the tests of the pages stand on: the demo, loaded on a Saturday morning in November."""

from __future__ import annotations

from html.parser import HTMLParser
from io import StringIO

from django.core.management import call_command
from django.http import HttpResponse
from django.test import TestCase, override_settings

from bookable.testing import freeze

NOW = "2026-11-21 09:00"
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def load_demo() -> str:
    """Runs the command with the clock standing still, and returns what it prints."""
    told = StringIO()
    with freeze(NOW), override_settings(DEBUG=True, PASSWORD_HASHERS=QUICK):
        call_command("demo", stdout=told)
    return told.getvalue()


class DemoTestCase(TestCase):
    """A test on the demo's data, at its time."""

    @classmethod
    def setUpTestData(cls) -> None:
        load_demo()

    def setUp(self) -> None:
        self.enterContext(freeze(NOW))

    def page(self, path: str, status: int = 200) -> str:
        response = self.client.get(path)
        self.assertEqual(response.status_code, status, path)
        return response.content.decode()

    def words(self, path: str, status: int = 200) -> str:
        """A page's text, as one line."""
        return text_of(self.page(path, status))


class Reader(HTMLParser):
    """Collects a page's elements and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def text_of(html: str) -> str:
    return " ".join(" ".join(Reader(html).texts).split())


def links_of(html: str) -> list[str]:
    return [attrs.get("href") or "" for tag, attrs in Reader(html).elements if tag == "a"]


def policy_of(response: HttpResponse) -> str:
    return response.headers.get("Content-Security-Policy", "")
