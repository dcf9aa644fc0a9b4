"""A site's own models: those who treat, and where."""

from __future__ import annotations

from django.db import models

from bookable.catalog.link import BookableProvider
from bookable.catalog.models import ProviderKind


class Therapist(BookableProvider):
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Room(BookableProvider):
    provider_kind = ProviderKind.ROOM

    number = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"Room {self.number}"
