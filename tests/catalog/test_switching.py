from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bookable.catalog.activate import activate
from bookable.catalog.approve import approve
from bookable.catalog.deactivate import deactivate
from bookable.catalog.models import Provider
from bookable.catalog.withdraw_approval import withdraw_approval
from bookable.errors import NotFound
from bookable.signals import schedule_changed
from bookable.testing import make_provider

Verb = Callable[[Provider], Provider]
VERBS = [
    (activate, "is_active", True),
    (deactivate, "is_active", False),
    (approve, "is_approved", True),
    (withdraw_approval, "is_approved", False),
]
every_verb = pytest.mark.parametrize(("verb", "field", "value"), VERBS)
pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[list[Any]]:
    heard: list[Any] = []

    def listener(**payload: Any) -> None:
        heard.append((payload["change"], payload["providers"]))

    schedule_changed.connect(listener)
    yield heard
    schedule_changed.disconnect(listener)


@every_verb
def test_a_verb_changes_its_field_and_no_other(verb: Verb, field: str, value: bool) -> None:
    provider = make_provider(is_active=not value, is_approved=not value, headline="before")
    Provider.objects.update(headline="changed meanwhile")
    verb(provider)
    provider.refresh_from_db()
    assert getattr(provider, field) is value
    assert provider.headline == "changed meanwhile"


@every_verb
def test_a_verb_is_told_of_after_the_commit(
    verb: Verb, field: str, value: bool, told: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    fields: dict[str, Any] = {field: not value}
    provider = make_provider(**fields)
    with django_capture_on_commit_callbacks(execute=True):
        verb(provider)
        assert told == []
    assert told == [(verb.__name__, [provider])]


@every_verb
def test_nothing_is_told_where_nothing_changes(
    verb: Verb, field: str, value: bool, django_capture_on_commit_callbacks: Any
) -> None:
    fields: dict[str, Any] = {field: value}
    provider = make_provider(**fields)
    with django_capture_on_commit_callbacks() as callbacks:
        assert verb(provider) == provider
    assert callbacks == []


def test_a_provider_who_is_gone_is_not_found() -> None:
    with pytest.raises(NotFound, match="provider"):
        deactivate(10**6)
