from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bookable.catalog.models import Provider
from bookable.signals import schedule_changed
from bookable.testing import make_provider

Told = Callable[[Callable[[], object]], list[tuple[str, list[str]]]]


@pytest.fixture
def ann(db: None) -> Provider:
    """Somebody who has no hours yet."""
    return make_provider("Ann", hours=())


@pytest.fixture
def told_by(django_capture_on_commit_callbacks: Any) -> Iterator[Told]:
    """Calls something and gives the changes that were told of once it was committed."""
    heard: list[tuple[str, list[str]]] = []

    def listener(**payload: Any) -> None:
        heard.append((payload["change"], [provider.name for provider in payload["providers"]]))

    def told(verb: Callable[[], object]) -> list[tuple[str, list[str]]]:
        with django_capture_on_commit_callbacks(execute=True):
            verb()
            assert heard == []
        return heard

    schedule_changed.connect(listener)
    yield told
    schedule_changed.disconnect(listener)
