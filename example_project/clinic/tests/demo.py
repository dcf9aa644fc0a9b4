"""What the tests of the pages stand on: the demo, loaded on a Saturday morning in November."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html.parser import HTMLParser
from io import StringIO
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.http import HttpResponse
from django.test import TestCase, override_settings

from bookable.testing import freeze

NOW = "2026-11-21 09:00"
MIRA = {"name": "Mira Lund", "email": "mira@example.com"}
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

    def send(self, path: str, status: int = 302, **fields: Any) -> Any:
        """Posts the form of a page as it stands there, with these fields filled in."""
        data = {**form_of(self.client.get(path).content.decode()), **_named(fields)}
        response = self.client.post(path, data)
        self.assertEqual(response.status_code, status, text_of(response.content.decode()))
        return response

    def hold(self, path: str, **fields: Any) -> str:
        """Holds a time as Mira; the address of the booking."""
        address: str = self.send(path, **{**MIRA, **fields})["Location"]
        return address

    def book(self, path: str, **fields: Any) -> str:
        """The same, and confirms it."""
        address = self.hold(path, **fields)
        self.send_to(address, "confirm")
        return address

    def send_to(self, address: str, name: str, status: int = 302, **fields: Any) -> Any:
        """Presses a button of a booking's page."""
        response = self.client.post(f"{address}{name}/", fields)
        self.assertEqual(response.status_code, status, text_of(response.content.decode()))
        return response

    @contextmanager
    def later(self, **step: int) -> Iterator[None]:
        """Some time after the test began."""
        with freeze(datetime.fromisoformat(f"{NOW}+00:00") + timedelta(**step)):
            yield

    def sign_in(self, name: str) -> None:
        self.client.force_login(get_user_model().objects.get(username=name))

    def words(self, path: str, status: int = 200) -> str:
        """A page's text, as one line."""
        return text_of(self.page(path, status))


class FormReader(HTMLParser):
    """Collects what a browser would send if one pressed the button at once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.is_posted, self.data = False, dict[str, str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_posted = values.get("method") == "post"
        elif tag == "input" and self.is_posted and values.get("type") not in ("checkbox", "radio"):
            self.data[values["name"]] = values.get("value", "")


def form_of(html: str) -> dict[str, str]:
    """The fields of the forms that a page posts."""
    return FormReader(html).data


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    """`question__where` stands for what is called “question.where” on the page."""
    return {name.replace("__", "."): value for name, value in fields.items()}


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
