"""Rows that other rows point to, where a router sends readers to a replica."""

from __future__ import annotations

from typing import Any

from django.db.models import Model


def follow(row: Model, name: str) -> Any:
    """What a foreign key of a row points to, read from the database that the row came from.

    Django would ask the router, whose replica may know nothing of either yet.
    """
    cached = row._state.fields_cache
    if name not in cached:
        field: Any = row._meta.get_field(name)
        key = getattr(row, field.attname)
        manager = field.remote_field.model._base_manager
        cached[name] = None if key is None else manager.using(row._state.db).get(pk=key)
    return cached[name]
