"""What callers write into columns that take only so much."""

from __future__ import annotations

from django.db.models import CharField, Model

from bookable.errors import TextTooLong


def refuse_long_texts(model: type[Model], **texts: str | None) -> None:
    """Raises TextTooLong for what its column doesn't take, before a database does in its words."""
    for name, text in texts.items():
        column = model._meta.get_field(name)
        if not isinstance(column, CharField):
            raise TypeError(f"{name} takes a text of any length.")
        if text and column.max_length is not None and len(text) > column.max_length:
            raise TextTooLong(column.verbose_name, column.max_length)
