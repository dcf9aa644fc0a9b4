"""The forms of admin pages, filled in as a browser would post them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.db import connection
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

Data = dict[str, Any]


def list_url(model: type[Model]) -> str:
    return reverse(f"admin:bookable_{model._meta.model_name}_changelist")


def add_url(model: type[Model]) -> str:
    return reverse(f"admin:bookable_{model._meta.model_name}_add")


def change_url(row: Model) -> str:
    return reverse(f"admin:bookable_{row._meta.model_name}_change", args=[row.pk])


def verb_url(row: Model, verb: str) -> str:
    return reverse(f"admin:bookable_{row._meta.model_name}_{verb}", args=[row.pk])


def text_of(client: Client, url: str, **query: str) -> str:
    return client.get(url, query).content.decode()


def queries_of(client: Client, url: str) -> int:
    """How often a page asks the database, once the process knows what every page needs."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def filled_in(client: Client, url: str) -> Data:
    """Everything that a browser would send if one pressed “Save” at once."""
    reader = _FormReader()
    reader.feed(client.get(url).content.decode())
    return {**reader.data, "_save": "Save"}


def save(client: Client, url: str, **changes: Any) -> HttpResponse:
    """Posts a page with these fields changed; those that are None are left out."""
    data = {**filled_in(client, url), **changes}
    sent = {name: value for name, value in data.items() if value is not None}
    return client.post(url, sent)  # type: ignore[return-value]


def rows(prefix: str, *new: Data, existing: int = 0) -> Data:
    """Fields of further rows of a table on the page."""
    fields: Data = {f"{prefix}-TOTAL_FORMS": existing + len(new)}
    for index, row in enumerate(new, start=existing):
        fields |= {f"{prefix}-{index}-{name}": value for name, value in row.items()}
    return fields


def errors_on(response: Any) -> str:
    """All that the page says is wrong."""
    found = [response.context["adminform"].form.errors.as_text()]
    for inline in response.context["inline_admin_formsets"]:
        found.append(inline.formset.non_form_errors().as_text())
        found += [form.errors.as_text() for form in inline.formset.forms]
    return "\n".join(filter(None, found))


def run_action(client: Client, name: str, *chosen: Model) -> HttpResponse:
    data = {"action": name, "_selected_action": [row.pk for row in chosen]}
    return client.post(list_url(type(chosen[0])), data)  # type: ignore[return-value]


def told(response: HttpResponse) -> list[str]:
    """The messages that the next page will show."""
    from django.contrib.messages import get_messages

    return [str(message) for message in get_messages(response.wsgi_request)]  # type: ignore[attr-defined]


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.data: Data = {}
        self._select: str | None = None
        self._text_area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "input":
            self._input(values)
        elif tag == "select" and "name" in values:
            self._select = values["name"]
            if "multiple" in values:
                self.data[self._select] = []
        elif tag == "option" and self._select:
            self._option(values)
        elif tag == "textarea":
            self._text_area = values["name"]
            self.data[self._text_area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea":
            self._text_area = None

    def handle_data(self, data: str) -> None:
        if self._text_area:
            self.data[self._text_area] += data

    def _input(self, values: dict[str, str]) -> None:
        kind = values.get("type", "text")
        if "name" not in values or kind in {"submit", "file"}:
            return
        if kind not in {"checkbox", "radio"}:
            self.data[values["name"]] = values.get("value", "")
        elif "checked" in values:
            self.data[values["name"]] = values.get("value", "on")

    def _option(self, values: dict[str, str]) -> None:
        name = self._select or ""
        if isinstance(self.data.get(name), list):
            if "selected" in values:
                self.data[name].append(values["value"])
        elif "selected" in values or name not in self.data:
            self.data[name] = values["value"]
