"""Views that ask gateways, which is never done within the transaction of a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connections, transaction

View = TypeVar("View", bound=Callable[..., Any])


def outside_transactions(view: View) -> View:
    """The same view, which ATOMIC_REQUESTS leaves alone whatever database is meant."""
    for alias in connections:
        view = transaction.non_atomic_requests(using=alias)(view)
    return view
