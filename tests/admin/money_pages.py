"""The pages of verbs about money, as staff use them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client, override_settings
from tests.admin.pages import change_url, filled_in, list_url, verb_url
from tests.payments.shops import Shop, open_shop

from bookable.models import Payment, SavedCard, WebhookEvent

#: The database of whoever has ATOMIC_REQUESTS.
DATABASE: dict[str, Any] = connections.settings["default"]
#: What staff look at and nobody writes by hand.
MODELS = [Payment, SavedCard, WebhookEvent]


@contextmanager
def shop_with_admin(name: str) -> Iterator[Shop]:
    with open_shop(name) as shop, override_settings(ROOT_URLCONF="tests.admin.money_urls"):
        yield shop


def press(client: Client, row: Model, verb: str, **answers: Any) -> HttpResponse:
    """Opens the page of a verb, fills it in and sends it."""
    return send(client, row, verb, form_of(client, row, verb) | answers)


def form_of(client: Client, row: Model, verb: str) -> dict[str, Any]:
    return filled_in(client, verb_url(row, verb))


def send(client: Client, row: Model, verb: str, answers: dict[str, Any]) -> HttpResponse:
    return client.post(verb_url(row, verb), answers)  # type: ignore[return-value]


def buttons_of(client: Client, row: Model) -> set[str]:
    """The names of the verbs that are offered on a page."""
    page = client.get(change_url(row))
    return {verb.name for verb in page.context["verbs"]}


def found(client: Client, model: type[Model], **query: Any) -> set[Any]:
    """The keys of the rows that a list shows."""
    page = client.get(list_url(model), query)
    return {row.pk for row in page.context["cl"].result_list}
