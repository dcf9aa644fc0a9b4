from __future__ import annotations

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import call_command

Call = Callable[..., str]


@pytest.fixture
def call() -> Call:
    """Calls a command as a person would, and gives what it says."""

    def said_by(*arguments: object) -> str:
        told = StringIO()
        call_command(*map(str, arguments), stdout=told, no_color=True)
        return told.getvalue().strip()

    return said_by
