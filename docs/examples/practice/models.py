"""Three ways to give something a calendar."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from bookable.catalog.link import BookableProvider
from bookable.models import ProviderKind


class Therapist(BookableProvider):
    """A new model."""

    name = models.CharField(max_length=100)
    licence = models.CharField(max_length=20)

    def __str__(self) -> str:
        return self.name


class Room(BookableProvider):
    """A model that was there before, with rows in its table."""

    provider_kind = ProviderKind.ROOM

    number = models.CharField(max_length=10, unique=True)
    has_lift = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"Room {self.number}"

    def provider_defaults(self) -> dict[str, Any]:
        return {**super().provider_defaults(), "slug": f"room-{self.number}"}


class Tutor(BookableProvider):
    """The calendar of a model that can't be touched: two columns, nothing else."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return self.user.get_full_name()

    def provider_defaults(self) -> dict[str, Any]:
        return {**super().provider_defaults(), "user": self.user}
