"""The reference describes every field, set of choices and read of the models."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Choices, Model
from tests.docs.reference import NAME, names, page, section

from bookable import models

ALL_MODELS = [
    found
    for name in models.__all__
    if isinstance(found := getattr(models, name), type) and issubclass(found, Model)
]


@pytest.mark.parametrize("model", ALL_MODELS, ids=lambda model: model.__name__)
def test_every_field_of_a_model_is_described(model: type[Model]) -> None:
    described = names(section("models", model.__name__))
    fields = [*model._meta.concrete_fields, *model._meta.many_to_many]
    assert described == {field.name for field in fields} - {"id"}


def test_every_set_of_choices_is_named() -> None:
    choices = {
        name
        for name in models.__all__
        if isinstance(found := getattr(models, name), type) and issubclass(found, Choices)
    }
    assert set(NAME.findall(section("models", "Choices"))) == choices


def test_every_read_over_bookings_is_described() -> None:
    reads = {name for name in vars(type(models.Booking.objects.all())) if name[0] != "_"}
    assert names(section("models", "Querysets of bookings")) == reads


@pytest.mark.parametrize("model", [models.Service, models.Provider])
def test_every_read_over_services_and_providers_is_described(model: Any) -> None:
    reads = {name for name in vars(type(model.objects.all())) if not name.startswith("_")}
    assert [name for name in reads if f"{name}(" not in page("availability")] == []
