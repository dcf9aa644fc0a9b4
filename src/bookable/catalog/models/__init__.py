from __future__ import annotations

from bookable.catalog.models.choices import (
    Channel,
    PaymentMode,
    ProviderKind,
    QuestionKind,
    Visibility,
    ZoneMode,
)
from bookable.catalog.models.extra import Extra
from bookable.catalog.models.labels import Category, Tag
from bookable.catalog.models.location import Location
from bookable.catalog.models.need import Need, Pool
from bookable.catalog.models.offering import Offering
from bookable.catalog.models.provider import Provider
from bookable.catalog.models.question import Question
from bookable.catalog.models.service import DurationChoice, Service

__all__ = [
    "Category",
    "Channel",
    "DurationChoice",
    "Extra",
    "Location",
    "Need",
    "Offering",
    "PaymentMode",
    "Pool",
    "Provider",
    "ProviderKind",
    "Question",
    "QuestionKind",
    "Service",
    "Tag",
    "Visibility",
    "ZoneMode",
]
