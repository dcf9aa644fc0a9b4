from __future__ import annotations

from bookable.catalog.models import Provider
from bookable.catalog.switching import switch


def approve(provider: Provider | int, *, using: str | None = None) -> Provider:
    """The provider may be offered."""
    return switch(provider, "is_approved", True, change="approve", using=using)
