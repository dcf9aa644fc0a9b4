"""The site's own people and rooms. Each gets a calendar by inheriting from BookableProvider."""

from __future__ import annotations

from django.db import models

from bookable.catalog.link import BookableProvider
from bookable.models import ProviderKind


class Therapist(BookableProvider):
    name = models.CharField(max_length=100)
    registration = models.CharField("registration number", max_length=20, blank=True)
    school_run = models.TimeField(
        null=True, blank=True, help_text="When they leave to fetch a child from school."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Room(BookableProvider):
    provider_kind = ProviderKind.ROOM

    name = models.CharField(max_length=100)
    floor = models.SmallIntegerField(default=0)
    is_step_free = models.BooleanField("step-free", default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
