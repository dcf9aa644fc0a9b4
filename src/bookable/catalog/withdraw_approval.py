from __future__ import annotations

from bookable.catalog.models import Provider
from bookable.catalog.switching import switch


def withdraw_approval(provider: Provider | int, *, using: str | None = None) -> Provider:
    """The provider may not be offered until they are approved again."""
    return switch(provider, "is_approved", False, change="withdraw_approval", using=using)
