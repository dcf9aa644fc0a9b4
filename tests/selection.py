"""Which tests are worth repeating on another database."""

from __future__ import annotations

import pytest
from django.test import TransactionTestCase

DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def uses_the_database(item: pytest.Item) -> bool:
    case = getattr(item, "cls", None)
    is_once = item.get_closest_marker("once") is not None
    if is_once and item.get_closest_marker("many") is None:
        return False
    return (
        item.get_closest_marker("django_db") is not None
        or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
        or (isinstance(case, type) and issubclass(case, TransactionTestCase))
    )
