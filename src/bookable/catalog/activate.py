from __future__ import annotations

from bookable.catalog.models import Provider
from bookable.catalog.switching import switch


def activate(provider: Provider | int, *, using: str | None = None) -> Provider:
    """The provider can be booked again."""
    return switch(provider, "is_active", True, change="activate", using=using)
