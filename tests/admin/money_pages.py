"""The pages of verbs about money, as staff use them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.admin.pages import change_url, filled_in, list_url
from tests.payments.shops import Shop, open_shop

#: The database of whoever has ATOMIC_REQUESTS.
DATABASE: dict[str, Any] = connections.settings["default"]


@contextmanager
def shop_with_admin(name: str) -> Iterator[Shop]:
    with open_shop(name) as shop, override_settings(ROOT_URLCONF="tests.admin.money_urls"):
        yield shop


def verb_url(row: Model, verb: str) -> str:
    return reverse(f"admin:bookable_{row._meta.model_name}_{verb}", args=[row.pk])


def press(client: Client, row: Model, verb: str, **answers: Any) -> HttpResponse:
    """Opens the page of a verb, fills it in and sends it."""
    return send(client, row, verb, form_of(client, row, verb) | answers)


def form_of(client: Client, row: Model, verb: str) -> dict[str, Any]:
    return filled_in(client, verb_url(row, verb))


def send(client: Client, row: Model, verb: str, answers: dict[str, Any]) -> HttpResponse:
    return client.post(verb_url(row, verb), answers)  # type: ignore[return-value]


def text_of(client: Client, url: str, **query: str) -> str:
    return client.get(url, query).content.decode()


def buttons_of(client: Client, row: Model) -> set[str]:
    """The names of the verbs that are offered on a page."""
    page = client.get(change_url(row))
    return {verb.name for verb in page.context["verbs"]}


def found(client: Client, model: type[Model], **query: Any) -> set[Any]:
    """The keys of the rows that a list shows."""
    page = client.get(list_url(model), query)
    return {row.pk for row in page.context["cl"].result_list}


def queries_of(client: Client, url: str) -> int:
    """How often a page asks the database, once the process knows what every page needs."""
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)
