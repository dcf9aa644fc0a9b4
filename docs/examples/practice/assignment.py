"""Who gets a booking at this practice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bookable.availability.assignment import Assignment
from bookable.availability.query import Query
from bookable.models import Provider


class JuniorsFirst(Assignment):
    """Whoever is not a senior, so that seniors stay free for those who ask for them."""

    def __init__(self, tier: str = "senior") -> None:
        self.tier = tier

    def rank(self, query: Query, start: datetime, providers: Sequence[Provider]) -> list[Provider]:
        keys = [provider.pk for provider in providers]
        seniors = query.rows(Provider).filter(pk__in=keys, tier=self.tier)
        last = set(seniors.values_list("pk", flat=True))
        return sorted(providers, key=lambda provider: provider.pk in last)
