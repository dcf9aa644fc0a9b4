from __future__ import annotations

from bookable.catalog.models import Provider
from bookable.catalog.switching import switch


def deactivate(provider: Provider | int, *, using: str | None = None) -> Provider:
    """From now on the provider is offered nowhere; what is booked stays."""
    return switch(provider, "is_active", False, change="deactivate", using=using)
